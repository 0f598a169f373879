"""Write everything out as files, so that an import of them into an empty folder gives the same store.

Side effects: `papers.jsonl` (a paper a line, with every record that it was made from) and `editions.jsonl` (an
edition a line) in the folder; each appears whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from broadsheet.domain.days import period_of
from broadsheet.domain.errors import Misconfigured
from broadsheet.render.payloads import paper_payload
from broadsheet.store import editions, papers, records
from broadsheet.store.database import Database

ROUND = 1_000


def export_all(database: Database, folder: Path, on_papers: Callable[[int], None]) -> dict[str, int]:
    """Write the files and return how many papers and editions they hold; raises Misconfigured for a bad folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return {
            "papers": _write(folder / "papers.jsonl", _papers(database, on_papers)),
            "editions": _write(folder / "editions.jsonl", _editions(database)),
        }
    except OSError as error:
        raise Misconfigured(f"{folder} cannot be written ({error.strerror}): choose another folder.") from error


def _write(path: Path, lines: Iterator[dict[str, Any]]) -> int:
    count = 0
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        for count, line in enumerate(lines, 1):  # noqa: B007 (the last count is the result)
            file.write(orjson.dumps(line) + b"\n")
    unfinished.replace(path)
    return count


def _papers(database: Database, on_papers: Callable[[int], None]) -> Iterator[dict[str, Any]]:
    pk = 0
    while True:
        with database.read() as connection:
            pks = papers.list_pks_after(connection, pk, ROUND)
            found = papers.list_papers(connection, pks)
            stored = records.list_records(connection, pks)
        if not pks:
            return
        for paper in found:
            yield {**paper_payload(paper), "records": [asdict(record) for record in stored[paper.pk]]}
        pk = pks[-1]
        on_papers(len(pks))


def _editions(database: Database) -> Iterator[dict[str, Any]]:
    with database.read() as connection:
        days = editions.list_edition_days(connection)
    for day, count in reversed(days):
        with database.read() as connection:
            rows = editions.list_edition(connection, period_of("day", day), count)
            found = papers.list_papers(connection, [pk for pk, _ in rows])
        yield {"date": day.isoformat(), "papers": [paper.id for paper in found]}
