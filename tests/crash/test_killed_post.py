"""Digests for a thousand subscribers, killed thirty times on their way: none is lost, hardly one comes twice."""

from __future__ import annotations

import os
import random
import runpy
import select
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from email import message_from_bytes
from pathlib import Path
from types import SimpleNamespace

from broadsheet.domain.subscriptions import ACTIVE, Hours, Subscriber, Wish
from broadsheet.settings import Settings
from broadsheet.store import messages, subscribers
from broadsheet.wiring import open_house

_SERVER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "mail" / "smtp_server.py")))
NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
SUBSCRIBERS, KILLS = 1_000, 30


def fill(folder: Path, take_in, make_record) -> None:
    house = open_house(folder, lambda: NOW, Settings(timezone="UTC", embedder="none"))
    try:
        take_in(house, *(make_record(n, published_on=date(2026, 3, 4), edition_on=date(2026, 3, 4)) for n in (1, 2)))
        with house.database.write() as connection:
            for n in range(1, SUBSCRIBERS + 1):
                one = Subscriber(0, f"key-{n}", f"reader-{n}@example.org", ACTIVE, Hours())
                subscribers.insert_subscriber(connection, one, one.address, NOW)
                subscribers.upsert_subscription(connection, n, Wish("front"), NOW, NOW)
    finally:
        house.close()


def test_every_digest_arrives_and_at_most_the_one_in_hand_twice(folder, take_in, make_record, environment):
    fill(folder, take_in, make_record)
    chance, server = random.Random(11), _SERVER.Server()
    taken = server.handler.taken
    # Even shares of the run, and a first few kills while the digests are still being written.
    marks = [*[0] * 4, *(round(0.85 * SUBSCRIBERS * n / (KILLS - 4)) for n in range(1, KILLS - 3))]
    parent = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("mortal_post.py")), str(folder), str(server.port)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    statuses = []
    try:
        assert parent.stdin is not None and parent.stdout is not None
        for mark in [*marks, None]:
            parent.stdin.write("\n")
            parent.stdin.flush()
            pid = int(parent.stdout.readline())
            gone = os.pidfd_open(pid)
            # By the clock while nothing is sent yet; else when so many messages have come, and a moment more.
            first = 0.02 + 0.4 * chance.random() if mark == 0 else 0.0005
            is_over = False
            while mark is not None and not is_over:
                is_over = bool(select.select([gone], [], [], first)[0]) or mark == 0 or len(taken) >= mark
            if mark is not None:
                select.select([gone], [], [], 0.003 * chance.random())
                signal.pidfd_send_signal(gone, signal.SIGKILL)
            os.close(gone)
            statuses.append(int(parent.stdout.readline()))
    finally:
        parent.stdin.close()
        parent.wait()
        parent.stdout.close()
        server.close()
    assert Counter(statuses) == {-signal.SIGKILL: KILLS, 0: 1}
    prove(folder, taken)


def prove(folder: Path, taken: list[tuple[str, bytes]]) -> None:
    """Prove from what the server got, and from the record, that nothing was lost and what came twice is the same."""
    times = Counter(address for address, _ in taken)
    assert len(times) == SUBSCRIBERS
    twice = [address for address, count in times.items() if count > 1]
    assert max(times.values()) <= 2
    assert sum(times.values()) - SUBSCRIBERS <= KILLS
    for address in twice:
        bodies = {body for to, body in taken if to == address}
        assert len({message_from_bytes(body)["Message-ID"] for body in bodies}) == 1
        assert len(bodies) == 1
    assert len({message_from_bytes(body)["Message-ID"] for _, body in taken}) == SUBSCRIBERS
    house = open_house(folder, lambda: NOW, Settings(timezone="UTC", embedder="none"))
    try:
        with house.database.read() as connection:
            assert messages.count_by_state(connection) == {"sent": SUBSCRIBERS}
            assert not subscribers.list_due(connection, NOW, 0, 10)
        assert house.database.check() == "ok"
    finally:
        house.close()
