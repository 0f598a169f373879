"""`broadsheet digest` and `broadsheet bounce`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from broadsheet.domain.subscriptions import ACTIVE, Hours, Subscriber, Wish
from broadsheet.store import subscribers


@pytest.fixture
def filled(house, take_in, make_record, now) -> None:
    """A folder with two papers and one subscriber."""
    take_in(house, *(make_record(n, published_on=date(2026, 3, 4), edition_on=date(2026, 3, 4)) for n in (1, 2)))
    with house.database.write() as connection:
        subscribers.insert_subscriber(connection, Subscriber(0, "k", "ada@example.org", ACTIVE, Hours()), "ada@x", now)
        subscribers.upsert_subscription(connection, 1, Wish("front"), now, now)


def test_what_is_due_is_sent_once(filled, call, folder: Path):
    due = {"due": 1, "sent": 1, "skipped": 0, "failed": 0, "waiting": 0}
    at = ("--at", "2026-03-05T12:00Z", "--json")
    assert call("digest", "send", "--dry-run", *at).document == due
    assert not (folder / "outbox").exists()
    assert call("digest", "send", *at).document == due
    assert call("digest", "send", *at).document == {**due, "due": 0, "sent": 0}
    assert len(list((folder / "outbox").glob("*.eml"))) == 1
    assert call("digest", "send", "--at", "2026-03-06T12:00Z", "--json").document == {**due, "sent": 0, "skipped": 1}


def test_a_preview_changes_nothing(filled, call, folder: Path):
    for whom in ("ada@example.org", "front", "category:cs.CL", "author:Ada Quill", "search:lantern"):
        for form in ((), ("--html",)):
            shown = call("digest", "preview", whom, *form)
            assert shown.status == 0 and "Lantern study number 1" in shown.out
    assert not (folder / "outbox").exists()
    assert call("digest", "send", "--json", "--at", "2026-03-05T12:00Z").document["sent"] == 1


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("digest", "preview", "nobody@example.org"), 1, "Nobody has subscribed"),
        (("digest", "preview", "no such thing"), 2, "neither a mail address nor a subscription"),
        (("digest", "preview", "category:"), 2, "needs a value"),
        (("digest", "preview", "category:math.NT"), 1, "nothing new"),
        (("digest", "send", "--at", "tomorrow"), 2, "is no time"),
        (("bounce", "no-such-file.eml"), 2, "no-such-file.eml"),
    ],
)
def test_what_is_wrong_is_named(filled, call, arguments, status, told):
    found = call(*arguments)
    assert (found.status, found.out) == (status, "")
    assert told in found.err and len(found.err.splitlines()) == 1


def test_bounces_are_read_from_files(filled, call, tmp_path: Path):
    body = "Message-ID: <{}@x>\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
    body += "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.0.0\n"
    files = []
    for n in range(3):
        files.append(tmp_path / f"{n}.eml")
        files[-1].write_text(body.format(n))
    assert call("bounce", *files, "--json").document == {"read": 3, "bounced": 3, "paused": 1, "ended": 0}
    files[0].write_text("Subject: hello\n\n")
    assert call("bounce", files[0]).status == 2


@pytest.mark.parametrize(
    ("setting", "value"), [("BROADSHEET_ADDRESS", "papers.example.org"), ("BROADSHEET_MAIL_FROM", "Ada <a@b\nc>")]
)
def test_wrong_settings_are_named(filled, call, monkeypatch, setting, value):
    monkeypatch.setenv(setting, value)
    found = call("digest", "send")
    assert found.status == 1 and found.out == ""
    assert setting.removeprefix("BROADSHEET_").lower() in found.err
