"""Asking a source that answers in JSON, with the faults that all such sources share; keys go to one host alone."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from broadsheet.domain.errors import Misconfigured, SourceFailed
from broadsheet.sources.http import Limits
from broadsheet.sources.json_api import JsonApi, Page, key_header
from broadsheet.sources.lanes import Lane

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for, Outside = (_OUTSIDE[name] for name in ("world", "outside", "client_for", "Outside"))
KEY = {"x-api-key": "lamp-oil-42"}


@pytest.fixture
def api(client_for):
    def make(headers=None, **limits):
        return JsonApi(client_for(Limits(**limits)), "The Lamp", Lane("lamp", 1.0), headers)

    return make


@pytest.mark.parametrize("body", [b"", b'{"a": [1, 2', b"<html>busy</html>", b"\xff\xfe", b"[" * 100_000, b"{'a': 1}"])
def test_an_answer_that_is_no_json_is_asked_for_again(outside, api, body):
    outside.script += [(200, {}, body), (200, {}, b'{"good": true}')]
    assert api().ask(outside.address, lambda value: value) == {"good": True}
    assert len(outside.asked) == 2


def test_answers_that_stay_broken(outside, api):
    outside.otherwise = lambda _: (200, {"Content-Type": "text/html"}, b"<!doctype html><h1>Welcome</h1>")
    with pytest.raises(
        SourceFailed, match="The Lamp sent something that is no whole JSON, 4 times: what is here stays"
    ):
        api().ask(outside.address, lambda value: value)
    assert len(outside.asked) == 4


def test_a_busy_source_is_waited_for(outside, api):
    outside.script += [(429, {"Retry-After": "30"}, b""), (503, {"Retry-After": "20"}, b""), (200, {}, b"[]")]
    assert api().ask(outside.address, lambda value: value) == []
    assert (outside.asked[-1].at - outside.asked[0].at).total_seconds() >= 50


def test_a_source_that_wants_to_be_left_alone_says_for_how_long(outside, api):
    outside.otherwise = lambda _: (429, {"Retry-After": "7200"}, b"")
    with pytest.raises(SourceFailed, match="could not be reached") as failure:
        api().ask(outside.address, lambda value: value)
    assert failure.value.retry_after_seconds == 7200


def test_an_answer_that_is_too_large(outside, api):
    outside.otherwise = lambda _: (200, {}, b'["' + b"x" * 5_000 + b'"]')
    with pytest.raises(SourceFailed, match="could not be reached"):
        api(body_bytes=1_000).ask(outside.address, lambda value: value)


def test_what_is_not_there_is_none_only_where_that_was_asked(outside, api):
    outside.otherwise = lambda _: (404, {}, b"Resource not found.")
    assert api().find(outside.address, lambda value: value) is None
    with pytest.raises(SourceFailed, match="404"):
        api().ask(outside.address, lambda value: value)


def test_the_same_page_over_and_over_ends(outside, api):
    outside.otherwise = lambda _: (200, {}, b"[1, 2]")
    lamp = api()

    def page(_name, _check):
        return lamp.ask(outside.address, lambda value: Page(value, "more"))

    with pytest.raises(SourceFailed, match="same page over and over"):
        list(lamp.pages("", page))
    assert len(outside.asked) == 2


# Keys.


def test_a_key_is_sent_and_stays_on_its_host(world, outside, client_for):
    elsewhere = Outside(world)
    try:
        elsewhere.otherwise = lambda _: (302, {"Location": f"{outside.address}/third"}, b"")
        outside.script += [(302, {"Location": "/second"}, b""), (302, {"Location": elsewhere.address}, b"")]
        client = client_for(allowed=[outside.host, elsewhere.host])
        client.get(f"{outside.address}/first", headers=KEY)
        assert [asked.headers.get("x-api-key") for asked in outside.asked] == ["lamp-oil-42"] * 3
        assert [asked.headers.get("x-api-key") for asked in elsewhere.asked] == [None]
    finally:
        elsewhere.close()


def test_a_caller_cannot_change_what_the_client_says_of_itself(outside, client_for):
    client_for().get(outside.address, headers={"Host": "elsewhere.example", "User-Agent": "nobody"})
    [asked] = outside.asked
    assert (asked.headers["Host"], asked.headers["User-Agent"][:10]) == (outside.host, "Broadsheet")


@pytest.mark.parametrize(
    "answer", [(403, {}, b""), (429, {}, b""), (200, {}, b"{"), (302, {"Location": "ftp://x"}, b"")]
)
def test_no_message_shows_the_key(outside, api, answer):
    outside.otherwise = lambda _: answer
    with pytest.raises(SourceFailed) as failure:
        api(KEY).ask(outside.address, lambda value: value)
    seen = failure.value
    while seen is not None:
        assert "lamp-oil" not in str(seen)
        seen = seen.__cause__


def test_without_a_key_no_header():
    assert key_header("openalex_key", "", "Authorization", "Bearer {}") == {}
    assert key_header("openalex_key", "k", "Authorization", "Bearer {}") == {"Authorization": "Bearer k"}


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "umläut", "x" * 501])
def test_what_cannot_be_a_key_is_not_shown_either(key):
    with pytest.raises(Misconfigured, match="openalex_key") as failure:
        key_header("openalex_key", key, "Authorization")
    assert key not in str(failure.value)
