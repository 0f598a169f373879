"""The worker hands on what is put into the outgoing post, and writes digests when they are due."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from broadsheet import worker
from broadsheet.domain.subscriptions import ACTIVE, Hours, Subscriber, Wish
from broadsheet.store import messages, subscribers
from broadsheet.store.messages import Outgoing
from broadsheet.worker import Worker

LETTERS = 30
TRIES, WAIT_SECONDS = 3_000, 0.01


def wait_for_letters(folder: Path, count: int) -> list[str]:
    """Return the names of the letters in the outbox, as soon as there are so many."""
    pause = threading.Event()
    for _ in range(TRIES):
        found = sorted(path.name for path in (folder / "outbox").glob("*.eml"))
        if len(found) >= count:
            return found
        pause.wait(WAIT_SECONDS)
    raise AssertionError(found)


def test_letters_and_digests_leave_while_it_works(
    house, folder, take_in, make_record, now, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(worker, "INTERVAL_SECONDS", 0.001)
    take_in(house, make_record(1, published_on=date(2026, 3, 4), edition_on=date(2026, 3, 4)))
    with house.database.write() as connection:
        for n in range(LETTERS):
            letter = Outgoing("sign-in", "ada@example.org", f"k{n}", f"<sign-in-{n}@x>", b"body")
            messages.enqueue(connection, letter, now)
        one = Subscriber(0, "k", "ada@example.org", ACTIVE, Hours())
        subscribers.insert_subscriber(connection, one, one.address, now)
        subscribers.upsert_subscription(connection, 1, Wish("front"), now - timedelta(minutes=1), now)
    revision = house.database.revision()
    at_work = Worker(house)
    at_work.start()
    try:
        digest, *letters = wait_for_letters(folder, 1 + LETTERS)
    finally:
        at_work.stop(60)
    assert digest.startswith("digest-") and letters[0].startswith("sign-in-0-")
    with house.database.read() as connection:
        assert messages.count_by_state(connection) == {"sent": 1 + LETTERS}
    assert house.database.revision() < revision + 10  # linking and the like: what is sent makes no page stale
