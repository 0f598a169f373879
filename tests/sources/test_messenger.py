"""Apprise in a process of its own: a Mattermost of ours is told something, and nothing else is reached."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broadsheet.domain.errors import Invalid
from broadsheet.domain.webhooks import Parcel, is_messenger, masked, scrubbed
from broadsheet.sources.couriers import Courier
from broadsheet.sources.posting import NotDelivered, Way

_SERVER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "hook_server.py")))
NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)
TOKEN = "3ccdd113474722377935511fc85d3dd4"
PARCEL = Parcel(b"{}", {}, "Broadsheet: a trial", "The *webhook* works.\nhttp://x/")
EXAMPLES = {
    "https": "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "slack": f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN[:24]}/#papers",
    "discord": f"discord://4174216298/{TOKEN}",
    "mmosts": f"mmosts://chat.example.org/{TOKEN}",
    "matrixs": f"matrixs://bot:{TOKEN}@matrix.example.org/#papers",
    "tgram": "tgram://123456789:abcdefg_hijklmnopqrstuvwxyzABCDEFG12/12315544/",
    "zulip": f"zulip://papers-bot@example/{TOKEN}/papers",
}


@pytest.fixture
def server() -> Iterator[Any]:
    found = _SERVER.HookServer()
    yield found
    found.close()


def courier(server: Any, seconds: float = 20.0) -> Courier:
    return Courier(Way("x", frozenset({server.host})), seconds)


def refusal(of: Courier, target: str) -> str:
    with pytest.raises(NotDelivered) as found:
        of.send(target, PARCEL, NOW)
    assert TOKEN not in str(found.value)
    return str(found.value)


def test_it_arrives_as_the_service_wants_it(server: Any) -> None:
    assert courier(server).send(f"mmost://{server.host}/{TOKEN}", PARCEL, NOW) is None
    assert server.asked[0][0] == f"/hooks/{TOKEN}"
    (body,) = server.bodies
    assert "a trial" in body["text"] and "http://x/" in body["text"]
    assert (body["username"], body.get("icon_url")) == ("Broadsheet", None)


def test_nothing_private_is_reached_unless_it_is_allowed(server: Any) -> None:
    assert "not public" in refusal(Courier(Way("x")), f"mmost://{server.host}/{TOKEN}")
    assert server.asked == []


def test_no_redirect_leads_to_anything_private(server: Any) -> None:
    other = _SERVER.HookServer()
    try:
        server.answer = lambda to, _: server._plain(to, 307, Location=f"{other.url}/hidden")
        refusal(courier(server), f"mmost://{server.host}/{TOKEN}")
        assert (len(server.asked), other.asked) == (1, [])
    finally:
        other.close()


def test_what_refuses_never_answers_or_answers_too_much_fails(server: Any) -> None:
    server.answer = lambda to, _: server._plain(to, 403)
    assert "403" in refusal(courier(server), f"mmost://{server.host}/{TOKEN}")
    server.answer = lambda to, _: server._pour(to)
    assert "larger than" in refusal(courier(server), f"mmost://{server.host}/{TOKEN}")
    server.answer = lambda *_: server.released.wait(20)
    assert refusal(courier(server, 1.0), f"mmost://{server.host}/{TOKEN}") == "no answer within 1 s"


@pytest.mark.parametrize("name", EXAMPLES)
def test_addresses_of_each_service_are_understood_and_nothing_of_them_is_shown(name: str) -> None:
    assert is_messenger(EXAMPLES[name])
    Courier(Way("x")).check(EXAMPLES[name])
    assert masked(EXAMPLES[name]) == ("https://hooks.slack.com/…" if name == "https" else f"{name}://…")
    assert TOKEN not in scrubbed(f"POST to {EXAMPLES[name]} failed", EXAMPLES[name])


@pytest.mark.parametrize("target", ["slack://", "discord://onlyone", "zulip://nobody"])
def test_addresses_that_are_none_are_told(target: str) -> None:
    with pytest.raises(Invalid, match="Apprise does not understand this address"):
        Courier(Way("x")).check(target)
