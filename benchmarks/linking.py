"""Measure linking: 100,000 new records against 100,000, 300,000 and 1,000,000 papers.

python benchmarks/linking.py [--new N] [--papers N]... [--folder DIR]

The papers are real ones with words changed: of a variant's title and abstract every second word, on average, is another
from the same collection, and so is every author, so that no two are one paper. The first have an arXiv id each. Of the
new records one half are disturbed copies of papers that are there (see disturbed.py), the other half are further
variants with a DOI. Only the linking of the new is timed, in a process of its own whose peak memory is told.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from disturbed import disturbed
from snapshot import real_papers

from broadsheet.domain.paper import Record
from broadsheet.sources.corpus import read_document
from broadsheet.store.database import Database, open_database
from broadsheet.store.papers import count_papers
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.link_papers import link_waiting

NOW = datetime(2026, 3, 4, tzinfo=UTC)
BATCH = 1_000
LINK = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from broadsheet.store.database import open_database
from broadsheet.usecases.link_papers import link_waiting
database = open_database(Path(sys.argv[1]), datetime(2026, 3, 4, tzinfo=UTC))
begun = time.perf_counter()
link_waiting(database)
seconds = time.perf_counter() - begun
(peak,) = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(json.dumps([seconds, int(peak) / 1024]))
"""


def main() -> None:
    """Grow one record, link at each size, print one table and the exponent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--new", type=int, default=100_000)
    parser.add_argument("--papers", type=int, action="append")
    parser.add_argument("--folder", type=Path, help="where the record is made (default: a temporary folder)")
    arguments = parser.parse_args()
    sizes = sorted(arguments.papers or [100_000, 300_000, 1_000_000])
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {arguments.new:,} new")
    print(f"| {'papers':>9} | {'seconds':>8} | {'records/s':>9} | {'peak MB':>8} | {'found':>12} | {'file MB':>8} |")
    seconds = []
    with tempfile.TemporaryDirectory(dir=arguments.folder) as scratch:
        path = Path(scratch) / "record.sqlite"
        database = open_database(path, NOW)
        base = invented(random.Random(1))
        there = made = 0
        for size in sizes:
            begun = time.perf_counter()
            take_in(database, itertools.islice(base, max(0, size - there)))
            made += max(0, size - there)
            link_waiting(database)
            told = time.perf_counter() - begun
            before = papers_in(database)
            copies = take_in(database, newcomers(size, made, arguments.new))
            done = subprocess.run([sys.executable, "-c", LINK, str(path)], capture_output=True, text=True, check=True)
            took, peak = json.loads(done.stdout)
            found = 1 - (papers_in(database) - before - (arguments.new - copies)) / copies
            seconds.append(took)
            there = size + arguments.new
            print(
                f"| {size:>9,} | {took:>8.1f} | {arguments.new / took:>9,.0f} | {peak:>8,.0f} "
                f"| {found:>12.4f} | {path.stat().st_size / 2**20:>8,.0f} |  (made in {told:,.0f} s)",
                flush=True,
            )
        database.close()
    if len(sizes) > 1:
        exponent = math.log(seconds[-1] / seconds[0]) / math.log(sizes[-1] / sizes[0])
        print(f"exponent from {sizes[0]:,} to {sizes[-1]:,} papers: {exponent:.2f}")


def take_in(database: Database, stream: Iterator[Record]) -> int:
    """Import records in batches and return how many of them are copies."""
    copies = 0
    while batch := list(itertools.islice(stream, BATCH)):
        import_records(database, batch, NOW)
        copies += sum(record.source.startswith("corpus-copy") for record in batch)
    return copies


def papers_in(database: Database) -> int:
    """Count the papers."""
    with database.read() as connection:
        return count_papers(connection)


def invented(chance: random.Random) -> Iterator[Record]:
    """Yield papers without end, each with an arXiv id of its own."""
    real = [read_document(paper, "arxiv") for paper in real_papers()]
    title_words = [word for record in real for word in record.title.split()]
    words = [word for record in real[:5_000] for word in record.abstract.split()]
    names = [name for record in real for name in record.authors]
    for number in itertools.count():
        record = real[number % len(real)]
        arxiv_id = f"{number // 99_999 // 12 + 5:02d}{number // 99_999 % 12 + 1:02d}.{number % 99_999 + 1:05d}"
        yield replace(
            record,
            source_id=arxiv_id,
            arxiv_id=arxiv_id,
            title=varied(record.title, title_words, chance),
            abstract=varied(record.abstract, words, chance),
            authors=tuple(chance.choice(names) for _ in record.authors),
        )


def varied(text: str, words: list[str], chance: random.Random) -> str:
    """Return a text of which about every second word is another."""
    return " ".join(chance.choice(words) if chance.random() < 0.5 else word for word in text.split())


def newcomers(size: int, made: int, count: int) -> Iterator[Record]:
    """Yield new records: copies of some of the papers that were made, and papers that are not there."""
    chance, fresh = random.Random(size), invented(random.Random(size + 1))
    step = max(1, made // (count // 2))
    for number, record in enumerate(itertools.islice(invented(random.Random(1)), (count // 2) * step)):
        if number % step == 0:
            yield replace(disturbed(record, chance), source=f"corpus-copy{size}", source_id=f"{number}")
            name = f"10.5555/{size}.{number}"
            yield replace(next(fresh), source="crossref", source_id=name, doi=name, arxiv_id=None, links=())


if __name__ == "__main__":
    main()
