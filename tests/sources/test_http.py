"""The polite client against a real server with its faults, on a simulated clock."""

from __future__ import annotations

import itertools
import runpy
import socket
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from broadsheet.domain.errors import Misconfigured, SourceFailed
from broadsheet.sources.destinations import Unresolved
from broadsheet.sources.http import Limits, user_agent
from broadsheet.sources.lanes import Lane

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
NOW, STALL = _OUTSIDE["NOW"], _OUTSIDE["STALL"]


def gaps(outside):
    """The seconds between requests."""
    times = [asked.at for asked in outside.asked]
    return [(b - a).total_seconds() for a, b in itertools.pairwise(times)]


def test_an_answer(outside, client_for):
    answer = client_for().get(f"{outside.address}/a?b=c")
    assert (answer.status, answer.body, answer.url) == (200, b"good", f"{outside.address}/a?b=c")
    [asked] = outside.asked
    assert asked.path == "/a?b=c"
    assert asked.headers["User-Agent"] == "Broadsheet/9.9 (+mailto:ops@example.org)"
    assert asked.headers["Host"] == outside.host
    assert asked.headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("", "Broadsheet/1.0"),
        (" ops@example.org ", "Broadsheet/1.0 (+mailto:ops@example.org)"),
        ("https://example.org/bot", "Broadsheet/1.0 (+https://example.org/bot)"),
    ],
)
def test_the_name_we_give(contact, expected):
    assert user_agent("1.0", contact) == expected


@pytest.mark.parametrize("contact", ["two words", "a@b\nX-Evil: 1", "a(b)", "ä@example.org"])
def test_a_contact_that_is_none(contact):
    with pytest.raises(Misconfigured, match="contact"):
        user_agent("1.0", contact)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(outside, client_for, status):
    outside.script += [(status, {}, b"busy")] * 2
    assert client_for().get(outside.address).body == b"good"
    assert len(outside.asked) == 3


def test_tries_are_bounded_and_spread_by_full_jitter(outside, client_for, world):
    outside.script += [(503, {}, b"")] * 100
    limits = Limits(tries=8, backoff_seconds=4.0, backoff_most_seconds=20.0)
    with pytest.raises(SourceFailed, match=rf"^{outside.host} answered 503 Service Unavailable; 8 tries$"):
        client_for(limits).get(outside.address, Lane("a", 0.0))
    waits = [wait for wait in world.slept if wait > 0.001]
    assert len(outside.asked) == 8 and len(waits) == 7
    assert all(wait <= min(20.0, 4.0 * 2**n) for n, wait in enumerate(waits))
    assert len(set(waits)) == 7


def test_tries_are_bounded_in_time(outside, client_for, world):
    outside.script += [(503, {"Retry-After": "60"}, b"")] * 100
    with pytest.raises(SourceFailed, match="503"):
        client_for(Limits(tries=50, total_seconds=200.0)).get(outside.address)
    assert len(outside.asked) == 4
    assert world.time - NOW <= timedelta(seconds=200)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 501])
def test_a_lasting_failure_is_not(outside, client_for, status):
    outside.script.append((status, {}, b""))
    with pytest.raises(SourceFailed, match=f"{outside.host} answered {status} "):
        client_for().get(outside.address)
    assert len(outside.asked) == 1


def test_a_status_that_is_expected(outside, client_for):
    outside.script.append((400, {}, b"why"))
    assert client_for().get(outside.address, accepted=(200, 400)).body == b"why"


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_obeyed(outside, client_for, status):
    outside.script.append((status, {"Retry-After": "40"}, b""))
    client_for().get(outside.address)
    assert gaps(outside)[0] >= 40.0


def test_retry_after_as_a_date_is_obeyed(outside, client_for):
    moment = format_datetime(NOW + timedelta(seconds=45), usegmt=True)
    outside.script.append((429, {"Retry-After": moment}, b""))
    client_for().get(outside.address)
    assert gaps(outside)[0] >= 45.0


@pytest.mark.parametrize("value", ["soon", "-5", "1e9", "", "Wed, 99 Foo", "Wed, 04 Mar 2026 16:00:00 -0000"])
def test_retry_after_that_says_nothing(outside, client_for, value):
    outside.script.append((503, {"Retry-After": value}, b""))
    client_for().get(outside.address)
    assert gaps(outside)[0] < 5.0


def test_retry_after_beyond_the_bound_ends_it_and_holds_for_the_next_process(outside, client_for):
    outside.script.append((429, {"Retry-After": "3600"}, b""))
    with pytest.raises(SourceFailed, match="429 Too Many Requests, and wants to be asked again in 3600 s; 1 try") as e:
        client_for().get(outside.address)
    assert e.value.retry_after_seconds == 3600.0
    with pytest.raises(SourceFailed, match="must be left alone") as e:
        client_for().get(outside.address)
    assert e.value.retry_after_seconds == pytest.approx(3600.0)
    assert len(outside.asked) == 1


def test_a_stall(outside, client_for):
    outside.script.append(STALL)
    with pytest.raises(SourceFailed, match=rf"^{outside.host}: no answer in time; 1 try$"):
        client_for(Limits(tries=1, read_seconds=0.05)).get(outside.address)


def test_a_stall_is_tried_again(outside, client_for):
    outside.script.append(STALL)
    assert client_for(Limits(read_seconds=0.05)).get(outside.address).body == b"good"


def test_an_answer_that_trickles_for_ever(outside, client_for, world):
    outside.script.append((200, {}, b"x" * 3_000_000))
    world.tick = 2.0  # each look at the clock
    with pytest.raises(SourceFailed, match="took longer than 30 s"):
        client_for(Limits(total_seconds=30.0)).get(outside.address, Lane("a", 0.0))


def test_an_answer_cut_short_is_tried_again(outside, client_for):
    outside.script.append((200, {"Content-Length": "100"}, b"goo"))
    assert client_for().get(outside.address).body == b"good"


def test_nobody_there(client_for, world):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        host = f"127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(SourceFailed, match=rf"^{host}: connection refused; 4 tries$"):
        client_for(allowed=[host]).get(f"http://{host}/")
    assert len(world.slept) >= 3


def test_no_name_server(client_for):
    def resolve(host, port):
        raise Unresolved(f"{host} has no address")

    with pytest.raises(SourceFailed, match=r"^papers\.example has no address; 4 tries$"):
        client_for(resolve=resolve).get("http://papers.example/")


def test_a_name_in_letters_of_another_script(client_for):
    asked = []

    def resolve(host, port):
        asked.append((host, port))
        return []

    client = client_for(Limits(tries=1), resolve=resolve)
    for url in ("http://büro.example/", "https://xn--a/", "http://EXAMPLE.org.:81/"):
        with pytest.raises(SourceFailed, match="has no address"):
            client.get(url)
    assert asked == [("xn--bro-hoa.example", 80), ("xn--a", 443), ("example.org", 81)]


def test_the_systems_name_server_knows_no_such_name(client_for):
    with pytest.raises(SourceFailed, match="has no address"):
        client_for(Limits(tries=1)).get("http://" + "a" * 64 + ".invalid/")


def test_a_caller_may_back_off_too(client_for, world):
    client = client_for(Limits(backoff_seconds=4.0))
    for tries in (1, 2, 3):
        client.back_off(tries)
    assert [wait <= 4.0 * 2**n for n, wait in enumerate(world.slept)] == [True] * 3


# Answers that are remembered.


def known_as(etag, body):
    """A server that knows states by name."""

    def give(asked):
        if asked.headers.get("If-None-Match") == etag:
            return 304, {"ETag": etag}, b""
        return 200, {"ETag": etag}, body

    return give


def test_an_answer_that_has_not_changed_is_not_sent_again(outside, client_for):
    outside.otherwise = known_as('"one"', b"good")
    for _ in range(3):
        answer = client_for().get(f"{outside.address}/feed", remember=True)
        assert (answer.status, answer.body) == (200, b"good")
    assert [asked.headers.get("If-None-Match") for asked in outside.asked] == [None, '"one"', '"one"']
    outside.otherwise = known_as('"two"', b"new")
    assert [client_for().get(f"{outside.address}/feed", remember=True).body for _ in range(2)] == [b"new"] * 2
    assert outside.asked[-1].headers["If-None-Match"] == '"two"'


def test_a_date_will_do(outside, client_for):
    outside.script.append((200, {"Last-Modified": "Wed, 04 Mar 2026 17:00:00 GMT"}, b"good"))
    outside.script.append((304, {}, b""))
    assert [client_for().get(outside.address, remember=True).body for _ in range(2)] == [b"good"] * 2
    assert outside.asked[1].headers["If-Modified-Since"] == "Wed, 04 Mar 2026 17:00:00 GMT"


def test_nothing_is_remembered_unasked(outside, client_for, tmp_path):
    outside.otherwise = known_as('"one"', b"good")
    for _ in range(2):
        client_for().get(outside.address)
    assert "If-None-Match" not in outside.asked[1].headers
    assert not (tmp_path / "answers").exists()


def test_what_is_of_no_use_can_be_forgotten(outside, client_for):
    outside.otherwise = known_as('"one"', b"half")
    client_for().get(outside.address, remember=True)
    client_for().forget(outside.address)
    client_for().get(outside.address, remember=True)
    assert "If-None-Match" not in outside.asked[1].headers


def test_a_damaged_memory_is_none(outside, client_for, tmp_path):
    outside.otherwise = known_as('"one"', b"good")
    client_for().get(outside.address, remember=True)
    [path] = (tmp_path / "answers").iterdir()
    path.write_bytes(path.read_bytes().replace(b"good", b"evil"))
    assert client_for().get(outside.address, remember=True).body == b"good"
    assert "If-None-Match" not in outside.asked[1].headers


def test_a_304_that_nobody_asked_for(outside, client_for):
    outside.otherwise = lambda _: (304, {}, b"")
    with pytest.raises(SourceFailed, match="answered 304 Not Modified"):
        client_for().get(outside.address, remember=True)


def test_after_a_redirect_the_last_address_is_asked_for_news(outside, client_for):
    def give(asked):
        if asked.path == "/old":
            return 301, {"Location": "/new"}, b""
        return known_as('"one"', b"good")(asked)

    outside.otherwise = give
    assert [client_for().get(f"{outside.address}/old", remember=True).body for _ in range(2)] == [b"good"] * 2
    assert [(asked.path, asked.headers.get("If-None-Match")) for asked in outside.asked] == [
        ("/old", None),
        ("/new", None),
        ("/old", None),
        ("/new", '"one"'),
    ]


def test_a_failure_is_not_remembered(outside, client_for, tmp_path):
    outside.script.append((404, {"ETag": '"gone"'}, b"gone"))
    client_for().get(outside.address, accepted=(200, 404), remember=True)
    assert not (tmp_path / "answers").exists()


def test_a_redirect_stays_in_the_lane(outside, client_for):
    outside.script.append((302, {"Location": "/new"}, b""))
    client_for().get(outside.address, Lane("one", 30.0))
    assert gaps(outside) == [pytest.approx(30.0)]


def test_a_304_of_another_address_than_the_one_remembered(outside, client_for):
    outside.script += [(301, {"Location": "/new"}, b""), (200, {"ETag": '"one"'}, b"good")]
    client_for().get(f"{outside.address}/old", remember=True)
    outside.script += [(301, {"Location": "/other"}, b""), (304, {}, b"")]
    with pytest.raises(SourceFailed, match="answered 304 Not Modified"):
        client_for().get(f"{outside.address}/old", remember=True)
