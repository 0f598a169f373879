"""Measure a busy community: 10,000 readers, 100,000 papers, 1,000,000 votes, 100,000 comments, generated; then reading
at 50 requests a second beside 5 votes and comments a second, over HTTP, and whether a vote was lost.

python benchmarks/community.py [--papers N] [--readers N] [--votes N] [--comments N] [--seconds S] [--keep DIR]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from ground_floor import settle
from machine import processor
from snapshot import write_snapshot
from sqlalchemy import func, insert, select, update

from broadsheet.domain.credentials import derived
from broadsheet.store import readers as reader_store
from broadsheet.store.community_tables import comments, readers, votes
from broadsheet.store.sessions import list_sessions
from broadsheet.store.tables import papers
from broadsheet.usecases.refresh_trending import refresh_trending
from broadsheet.usecases.sign_in import begin_session
from broadsheet.usecases.site_secret import site_secret
from broadsheet.wiring import House, open_house

PORT = 8797
NOW = datetime.now(UTC)
CHUNK = 20_000
WARMING_SECONDS = 10
READS_PER_SECOND, WRITES_PER_SECOND = 50, 5
DISCUSSED = 500
SIGNED_IN = 40
Row = tuple[str, str, str]


@dataclass
class World:
    """What the clients know: sessions with what their forms must bring, and papers."""

    sessions: list[tuple[str, str]] = field(default_factory=list)
    paper_ids: list[str] = field(default_factory=list)
    discussed: str = ""


@dataclass
class Seen:
    """What the clients saw: milliseconds of each kind of request, and answers that were no success."""

    times: dict[str, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    written: int = 0


def main() -> None:
    """Make the community where it is not there yet, measure it, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--votes", type=int, default=1_000_000)
    parser.add_argument("--comments", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--keep", type=Path, help="keep the data folder here, and use it again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = (asked.keep or Path(scratch)) / "data"
        if not data.exists():
            make_papers(data, asked.papers)
            house = open_house(data)
            make_community(house, asked)
            house.close()
        house = open_house(data)
        world = sign_in(house)
        before = count_votes(house)
        house.close()
        seen = asyncio.run(measure(data, world, asked.seconds))
        house = open_house(data)
        kept = count_votes(house) - before
        house.close()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{processor()}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}; {asked}")
    for name, value, wanted in rows(seen, kept):
        print(f"| {name:<52} | {value:>20} | {wanted:>14} |")


def make_papers(data: Path, count: int) -> None:
    """Import generated papers and let all that follows an import be done."""
    snapshot = data.parent / "snapshot.jsonl"
    data.parent.mkdir(parents=True, exist_ok=True)
    write_snapshot(snapshot, count)
    command = [sys.executable, "-m", "broadsheet", "import", str(snapshot), "--data", str(data), "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    settle(data)


def make_community(house: House, asked: argparse.Namespace) -> None:
    """Write readers, votes (most for few papers) and comments (DISCUSSED of them on one paper), and count them."""
    rng = random.Random(1)
    with house.database.write() as connection:
        rows = [
            {"name": f"reader-{n}", "full_name": "", "role": "reader" if n else "operator", "created_at": NOW}
            for n in range(asked.readers)
        ]
        connection.execute(insert(readers), rows)
        pks = list(connection.execute(select(papers.c.pk).order_by(papers.c.pk)).scalars())
        # Those who will be asked to vote have not voted yet: each of their votes is one more.
        people = list(connection.execute(select(readers.c.pk)).scalars())[SIGNED_IN + 1 :]
    favourites = [pks[int(len(pks) * rng.random() ** 3)] for _ in range(asked.votes * 2)]
    pairs = list({(paper, rng.choice(people)) for paper in favourites})[: asked.votes]
    for start in range(0, len(pairs), CHUNK):
        chunk = [
            {"paper_pk": paper, "reader_pk": reader, "voted_at": NOW, "counts": True}
            for paper, reader in pairs[start : start + CHUNK]
        ]
        with house.database.write() as connection:
            connection.execute(insert(votes), chunk)
    said = [pks[-1]] * DISCUSSED + rng.choices(pks, k=max(0, asked.comments - DISCUSSED))
    for start in range(0, len(said), CHUNK):
        with house.database.write() as connection:
            connection.execute(insert(comments), list(map(_comment(rng, people), said[start : start + CHUNK])))
    with house.database.write() as connection:
        connection.execute(update(comments).where(comments.c.thread_pk.is_(None)).values(thread_pk=comments.c.pk))
        for table, column in ((votes, papers.c.upvotes_own), (comments, papers.c.comments_own)):
            counted = select(func.count()).select_from(table).where(table.c.paper_pk == papers.c.pk)
            connection.execute(update(papers).values({column: counted.scalar_subquery()}))
    refresh_trending(house.database, house.clock(), anew=True)


def _comment(rng: random.Random, people: list[int]):  # type: ignore[no-untyped-def]
    def make(paper: int) -> dict[str, object]:
        words = " ".join(rng.choices(("lantern", "harbour", "tide", "bound", "proof", "sample", "noise"), k=40))
        at = NOW - timedelta(minutes=rng.randrange(100_000))
        return {
            "paper_pk": paper, "reader_pk": rng.choice(people), "text": words, "html": f"<p>{words}</p>",
            "ups": rng.randrange(9), "downs": rng.randrange(3), "score": rng.random(), "written_at": at,
        }  # fmt: skip

    return make


def sign_in(house: House) -> World:
    """Begin sessions for some readers, and choose what the clients will ask for."""
    world = World()
    secret = site_secret(house.database)
    with house.database.write() as connection:
        for n in range(1, SIGNED_IN + 1):
            reader = reader_store.get_by_name(connection, f"reader-{n}")
            cookie = begin_session(connection, reader, ("benchmark", ""), NOW)
            session = max(one.pk for one in list_sessions(connection, reader.pk, NOW))
            world.sessions.append((cookie, derived(secret, "csrf", reader.pk, session)))
        # None that one of them voted for: each vote is a new one, in a folder that was measured before, too.
        mine = select(readers.c.pk).where(readers.c.name.in_([f"reader-{n}" for n in range(1, SIGNED_IN + 1)]))
        given = select(votes.c.paper_pk).where(votes.c.reader_pk.in_(mine))
        ids = select(papers.c.id).where(papers.c.pk.not_in(given)).order_by(papers.c.hotness.desc())
        world.paper_ids = list(connection.execute(ids.limit(2_000)).scalars())
        most = select(comments.c.paper_pk).group_by(comments.c.paper_pk).order_by(func.count().desc()).limit(1)
        world.discussed = connection.execute(
            select(papers.c.id).where(papers.c.pk == most.scalar_subquery())
        ).scalar_one()
    return world


def count_votes(house: House) -> int:
    """Count the votes in the record."""
    with house.database.read() as connection:
        return connection.execute(select(func.count()).select_from(votes)).scalar_one()


async def measure(data: Path, world: World, seconds: int) -> Seen:
    """Serve the record in a process of its own and ask it as readers would, at a steady pace whatever it answers.

    The first WARMING_SECONDS count for votes and failures, not for times.
    """
    environment = {"BROADSHEET_SEARCHES_PER_MINUTE": "0", "BROADSHEET_WRITES_PER_MINUTE": "0"}
    command = [sys.executable, "-m", "broadsheet", "up", "--data", str(data), "--port", str(PORT), "--no-fetch"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **environment})
    try:
        assert server.stdout is not None
        while b"Broadsheet is at" not in server.stdout.readline():
            pass
        await asyncio.sleep(5)
        warming, seen, rng = Seen(), Seen(), random.Random(2)
        begun, tasks, turn = time.perf_counter(), [], 0
        step = 1 / (READS_PER_SECOND + WRITES_PER_SECOND)
        while (at := begun + turn * step) < begun + WARMING_SECONDS + seconds:
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            is_warm = at >= begun + WARMING_SECONDS
            tasks.append(asyncio.create_task(one(seen if is_warm else warming, world, rng, turn)))
            turn += 1
        await asyncio.gather(*tasks)
        seen.written += warming.written
        seen.failures += warming.failures
        return seen
    finally:
        server.terminate()
        server.wait(20)


async def one(seen: Seen, world: World, rng: random.Random, turn: int) -> None:
    """Do what one reader does: every eleventh writes, half of the others are signed in."""
    cookie, csrf = rng.choice(world.sessions)
    headers = {"Cookie": f"broadsheet_session={cookie}"}
    if turn % 11 == 0:
        # Each pair of reader and paper is new, so that each success is one more vote.
        paper = world.paper_ids[(turn // 11) % len(world.paper_ids)]
        form = urlencode({"csrf": csrf, "action": "vote"})
        headers |= {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        status = await ask(seen, "vote", "POST", f"/papers/{paper}/vote", headers, form)
        seen.written += status == 303
        return
    name, address = rng.choice(
        (
            ("front page", "/"),
            ("trending", "/papers/trending"),
            ("paper with 500 comments", f"/papers/{world.discussed}"),
        )
    )
    await ask(seen, name, "GET", address, headers if rng.random() < 0.5 else {})


async def ask(seen: Seen, name: str, method: str, address: str, headers: dict[str, str], body: str = "") -> int:
    """Ask once over a connection of its own, and note how long the whole answer took, in milliseconds."""
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    sent = {"Host": f"127.0.0.1:{PORT}", "Connection": "close", "Accept-Encoding": "gzip", **headers}
    sent["Content-Length"] = str(len(body))
    lines = "".join(f"{key}: {value}\r\n" for key, value in sent.items())
    writer.write(f"{method} {address} HTTP/1.1\r\n{lines}\r\n{body}".encode())
    answer = await reader.read()
    writer.close()
    seen.times.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
    status = int(answer.split(b" ", 2)[1])
    if status not in (200, 303):
        seen.failures.append(f"{name}: {status} {answer[-300:]!r}")
    return status


def rows(seen: Seen, kept: int) -> list[Row]:
    """Return the rows of the table."""
    found = []
    for name, times in sorted(seen.times.items()):
        cuts = statistics.quantiles(times, n=100)
        found.append((f"{name}: p50, p99 ms of {len(times)}", f"{cuts[49]:.1f}, {cuts[98]:.1f}", "p99 below 50"))
    found.append(("votes answered with success, votes in the record", f"{seen.written}, {kept}", "the same"))
    found.append(("answers that were no success", f"{len(seen.failures)} {seen.failures[:1]}", "0"))
    return found


if __name__ == "__main__":
    main()
