"""`broadsheet webhook ...`, against a real server on loopback."""

from __future__ import annotations

import io
import runpy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

_SERVER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "sources" / "hook_server.py")))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    found = _SERVER.HookServer()
    monkeypatch.setenv("BROADSHEET_ALLOWED_HOSTS", found.host)
    yield found
    found.close()


def test_made_tried_replayed_listed_and_removed(call, server):
    made = call("webhook", "add", f"{server.url}/s3cret", "--name", "Ours", "--event", "comment", "--json").document
    assert made == {
        "webhook": 1, "name": "Ours", "target": f"{server.url}/…", "events": ["comment"], "key": made["key"],
    }  # fmt: skip
    assert len(made["key"]) == 32
    done = call("webhook", "test", 1, "--json").document
    assert (done["state"], done["status"], done["event"]) == ("sent", 200, "test")
    assert call("webhook", "replay", done["delivery"], "--json").document["delivery"] == 2
    assert len({headers["broadsheet-delivery"] for _, headers, _ in server.asked}) == 1
    assert len(server.asked) == 2
    assert call("webhook", "list", "--json").document == [made]
    listed = call("webhook", "list")
    assert "s3cret" not in listed.out and "Ours" in listed.out
    assert [one["delivery"] for one in call("webhook", "log", "--json").document] == [2, 1]
    assert "1: test to 1, sent, answered 200 (1 tries)" in call("webhook", "log").out
    assert call("webhook", "remove", 1).out == "Ours is gone.\n"
    assert call("webhook", "list", "--json").document == []


def test_what_does_not_arrive_is_a_failure(call, server):
    call("webhook", "add", f"{server.url}/s3cret/500")
    failed = call("webhook", "test", 1)
    assert (failed.status, "500 Internal Server Error" in failed.err, "s3cret" in failed.err + failed.out) == (
        1, True, False,
    )  # fmt: skip


def test_work_once_sends_what_is_due(call, server, house, monkeypatch: pytest.MonkeyPatch):
    from broadsheet.usecases.webhooks import WantedWebhook, add_webhook, try_webhook

    monkeypatch.setenv("BROADSHEET_FETCH", "off")
    now = datetime.now(UTC)  # the command reads the clock
    add_webhook(house.database, WantedWebhook(f"{server.url}/a", "", ["edition"]), lambda _: None, None, now)
    try_webhook(house.database, 1, now)
    house.close()
    assert call("work", "--once").status == 0
    assert len(server.asked) == 1


def test_a_target_may_come_from_standard_input(call, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("https://example.org/s3cret\n"))
    assert "https://example.org/…" in call("webhook", "add", "-").out


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("add", "nonsense"), 2, "leads to an https:// address"),
        (("add", "https://example.org/", "--event", "x"), 2, "Choose what it is told"),
        (("add", "zulip://x"), 2, "does not understand"),
        (("remove", "7"), 1, "no such webhook"),
        (("test", "7"), 1, "no such webhook"),
        (("replay", "7"), 1, "no such delivery"),
        (("remove", "x"), 2, "not a valid integer"),
    ],
)
def test_what_is_wrong_is_one_line(call, arguments, status, told):
    found = call("webhook", *arguments)
    assert (found.status, told in found.err, found.err.count("\n")) == (status, True, 1)
