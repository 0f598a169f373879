"""Posting to an address of somebody else's choice: what is sent, what is refused, what is endured."""

from __future__ import annotations

import runpy
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trustme

from broadsheet.sources.posting import NotDelivered, Way, post

_SERVER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "hook_server.py")))
NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)
SECRET = "x7Q-secret"


@pytest.fixture
def server() -> Iterator[Any]:
    found = _SERVER.HookServer()
    yield found
    found.close()


def way(server: Any, seconds: float = 10.0) -> Way:
    return Way("Broadsheet/test", frozenset({server.host}), seconds)


def refusal(of: Way, url: str) -> NotDelivered:
    with pytest.raises(NotDelivered) as found:
        post(of, url, b"{}", {}, NOW)
    assert SECRET not in str(found.value)
    return found.value


def test_body_and_headers_arrive(server: Any) -> None:
    assert post(way(server), f"{server.url}/{SECRET}/hook?a=1", b'{"a":1}', {"Broadsheet-Event": "test"}, NOW) == 200
    ((path, headers, body),) = server.asked
    assert (path, body) == (f"/{SECRET}/hook?a=1", b'{"a":1}')
    assert headers["broadsheet-event"] == "test"
    assert headers["host"] == server.host
    assert headers["user-agent"] == "Broadsheet/test"


def test_nothing_private_is_asked_unless_it_is_allowed(server: Any) -> None:
    for url in (f"{server.url}/{SECRET}", "http://[::1]:1/a", "http://169.254.169.254/latest", "http://10.0.0.1/"):
        error = refusal(Way("x"), url)
        assert "no public address" in str(error) and "allowed_hosts" in str(error)
    assert server.asked == []


def test_the_name_is_resolved_once_and_what_was_checked_is_asked(server: Any) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    found = Way("x", frozenset({f"hook.example:{server.port}"}), resolve=lambda *_: answers.pop(0))
    assert post(found, f"http://hook.example:{server.port}/", b"", {}, NOW) == 200
    assert (len(answers), server.asked[0][1]["host"]) == (1, f"hook.example:{server.port}")
    mixed = Way("x", resolve=lambda *_: ["93.184.216.34", "10.0.0.1"])
    assert "no public address" in str(refusal(mixed, "https://hook.example/"))


def test_a_redirect_is_not_followed(server: Any) -> None:
    error = refusal(way(server), f"{server.url}/{SECRET}/moved")
    assert (error.status, "redirects are not followed" in str(error)) == (302, True)
    assert [path for path, *_ in server.asked] == [f"/{SECRET}/moved"]


@pytest.mark.parametrize("word", ["silent", "trickle"])
def test_what_never_answers_is_left(server: Any, word: str) -> None:
    error = refusal(way(server, 0.2), f"{server.url}/{SECRET}/{word}")
    assert str(error) == f"{server.host}: no answer within 0.2 s"
    assert (error.may_retry, error.is_for_all, error.status) == (True, True, None)
    if word == "trickle":
        assert server.hung_up.wait(10)


def test_of_a_huge_answer_no_more_is_read_than_shows_that_it_came(server: Any) -> None:
    assert post(way(server), f"{server.url}/huge", b"", {}, NOW) == 200
    assert server.hung_up.wait(10)
    assert server.sent_bytes < 20 << 20  # what fits between two sockets


def test_statuses_say_whether_to_try_again(server: Any) -> None:
    found = {word: refusal(way(server), f"{server.url}/{SECRET}/{word}") for word in ("400", "410", "500", "busy")}
    assert {word: (e.status, e.may_retry, e.is_for_all, e.retry_after_seconds) for word, e in found.items()} == {
        "400": (400, True, False, None),
        "410": (410, False, False, None),
        "500": (500, True, True, None),
        "busy": (429, True, True, 7200.0),
    }


def test_nobody_there(server: Any) -> None:
    free = Way("x", frozenset({"127.0.0.1:1"}))
    assert "127.0.0.1:1" in str(refusal(free, f"http://127.0.0.1:1/{SECRET}"))


@pytest.mark.parametrize("word", ["fine", "silent", "trickle"])
def test_the_same_over_tls(word: str) -> None:
    authority = trustme.CA()
    inside, outside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.issue_cert("127.0.0.1").configure_cert(inside)
    server = _SERVER.HookServer(inside)
    try:
        assert "certificate" in str(refusal(way(server), f"{server.url}/{SECRET}")).lower()
        authority.configure_trust(outside)
        trusting = Way("x", frozenset({server.host}), 0.3 if word != "fine" else 10.0, tls=outside)
        if word == "fine":
            assert post(trusting, f"{server.url}/fine", b"", {}, NOW) == 200
        else:
            assert "no answer within 0.3 s" in str(refusal(trusting, f"{server.url}/{word}"))
    finally:
        server.close()
