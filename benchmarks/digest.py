"""Digests for many subscribers: composed, and handed to the outbox folder.

python benchmarks/digest.py [--subscribers N] [--papers N] [--searches N]

Each subscriber has three subscriptions out of the front page, trending, a category of eight and a saved search of
`--searches` different ones. Prints seconds, peak memory, SQL statements and the size of a digest.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from machine import processor
from sqlalchemy import Engine, event

from broadsheet.domain.paper import Link, Record
from broadsheet.domain.subscriptions import ACTIVE, Hours, Subscriber, Wish
from broadsheet.settings import Settings
from broadsheet.store import subscribers
from broadsheet.usecases.deliver_mail import deliver_mail
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.send_digests import send_digests
from broadsheet.wiring import House, make_mailer, open_house

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
DAY = date(2026, 3, 4)
CATEGORIES = ("cs.CL", "cs.LG", "cs.CV", "cs.AI", "cs.RO", "cs.IR", "stat.ML", "cs.CR")
WORDS = (
    "harbour lantern tide river barley pilot chart bell stone mirror wind signal keeper depth sand rope anchor light "
    "model learner token graph reward kernel sample bound proof image speech robot search query memory agent plan"
).split()


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--papers", type=int, default=700)
    parser.add_argument("--searches", type=int, default=100)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        house = open_house(Path(name), lambda: NOW, Settings(timezone="UTC", embedder="none"))
        try:
            _measure(house, chosen)
        finally:
            house.close()


def _measure(house: House, chosen: argparse.Namespace) -> None:
    chance = random.Random(1)
    import_records(house.database, [_paper(n, chance) for n in range(chosen.papers)], NOW)
    drain_index(house.database, house.index)
    _subscribe(house, chosen, chance)
    statements: Counter[str] = Counter()
    event.listen(Engine, "before_cursor_execute", lambda *a: statements.update([a[2].split(None, 1)[0]]))
    office, shelf = house.post_office(), house.shelf()
    begun = time.perf_counter(), time.process_time()
    count = send_digests(office, shelf, NOW, DAY)
    composed, composing = time.perf_counter(), statements.copy()
    done = deliver_mail(house.desk(), make_mailer(house))
    ended = time.perf_counter()
    sizes = [path.stat().st_size for path in (house.folder / "outbox").iterdir()]
    print(f"{processor()}; {chosen.subscribers:,} subscribers, {chosen.papers:,} papers, {chosen.searches:,} searches")
    print(f"due {count.due:,}, written {count.written:,}, skipped {count.skipped:,}, in the outbox {done.sent:,}")
    print(f"composed in {composed - begun[0]:.1f} s, handed to the outbox in {ended - composed:.1f} s")
    print(f"CPU {time.process_time() - begun[1]:.1f} s, peak memory "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")  # fmt: skip
    delivering = statements.total() - composing.total()
    print(f"SQL statements to compose {composing.total():,}; to deliver {delivering:,}")
    print(f"a digest: {sum(sizes) / len(sizes) / 1024:.0f} KB, the largest {max(sizes) / 1024:.0f} KB")


def _paper(n: int, chance: random.Random) -> Record:
    return Record(
        source="hub",
        source_id=f"2603.{n:05d}",
        title=" ".join(chance.choices(WORDS, k=9)).title(),
        abstract=" ".join(chance.choices(WORDS, k=160)),
        authors=tuple(f"Author {chance.randrange(2_000)}" for _ in range(5)),
        published_on=DAY,
        edition_on=DAY,
        upvotes=chance.randrange(80),
        categories=tuple(chance.sample(CATEGORIES, 2)),
        links=(Link("pdf", f"https://example.org/pdf/{n}"), Link("code", f"https://example.org/code/{n}")),
        arxiv_id=f"2603.{n:05d}",
    )


def _subscribe(house: House, chosen: argparse.Namespace, chance: random.Random) -> None:
    searches = [" ".join(chance.sample(WORDS, 2)) for _ in range(chosen.searches)]
    with house.database.write() as connection:
        for n in range(chosen.subscribers):
            one = Subscriber(0, f"key-{n}", f"reader-{n}@example.org", ACTIVE, Hours())
            subscribers.insert_subscriber(connection, one, one.address, NOW)
            wishes = {Wish("front"), Wish("trending"), Wish("category", chance.choice(CATEGORIES))}
            wishes |= {Wish("search", chance.choice(searches))} if searches else set()
            for wish in chance.sample(sorted(wishes, key=str), 3):
                subscribers.upsert_subscription(connection, n + 1, wish, NOW, NOW)


if __name__ == "__main__":
    main()
