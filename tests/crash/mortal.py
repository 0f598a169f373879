"""A process that lets its children change the record, index and embed, until each is killed at its moment.

Run as `mortal.py FOLDER`, with a line `SEED MODEL MOMENT` on standard input for each child; answers with a line each:
what became of it. A moment is a share of the steps (calls of Python functions) that the whole work takes, or, with
`s` behind it, seconds. The parent opens nothing itself, so that its children begin like new processes, but quickly.
"""

from __future__ import annotations

import hashlib
import os
import random
import select
import signal
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from broadsheet.domain.paper import Record
from broadsheet.embedding import Document, FloatRows
from broadsheet.settings import Settings
from broadsheet.store import index_queue, papers
from broadsheet.usecases import embedding, indexing
from broadsheet.usecases.embedding import Models, follow_with_vectors
from broadsheet.usecases.import_papers import import_records
from broadsheet.wiring import House, open_house

DIMENSION = 16
NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


class Invented:
    """A model in which each text points somewhere of its own, and each name somewhere else."""

    dimension = DIMENSION

    def __init__(self, name: str) -> None:
        self.model_id = f"invented/{name}"

    def embed_documents(self, documents: Sequence[Document]) -> FloatRows:
        return self.embed_queries([" ".join(document) for document in documents])

    def embed_queries(self, texts: Sequence[str]) -> FloatRows:
        return np.array([self._row(text) for text in texts], np.float32).reshape(-1, DIMENSION)

    def _row(self, text: str) -> FloatRows:
        seed = int.from_bytes(hashlib.sha256(f"{self.model_id} {text}".encode()).digest()[:8])
        row = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
        return row / np.linalg.norm(row)


def models_of(house: House, name: str) -> Models:
    return Models(name, house.database, house.index, Invented)


def make_record(n: int, version: int) -> Record:
    """Invent paper `n` as it reads in a version; its last word is in no other paper and no other version."""
    return Record(
        source="hub",
        source_id=f"{n}",
        title=f"Lantern number {n}",
        abstract=f"How far the harbour can be seen, told again as n{n}v{version}x.",
        arxiv_id=f"2603.{n:05d}",
    )


def change_record(house: House, seed: int) -> None:
    """Add papers, change some and take some out, in transactions of their own."""
    chance = random.Random(seed)
    first = 1 + 10 * seed
    import_records(house.database, [make_record(n, 0) for n in range(first, first + (30 if seed == 0 else 4))], NOW)
    with house.database.read() as connection:
        pks = papers.list_pks_after(connection, 0, 1_000)
        found = papers.list_papers(connection, chance.sample(pks, 6))
    numbers = [int(paper.content.title.split()[-1]) for paper in found]
    import_records(house.database, [make_record(n, seed + 1) for n in numbers[:3]], NOW)
    with house.database.write() as connection:
        gone = [paper.pk for paper in found[3:]]
        papers.delete_papers(connection, gone)
        index_queue.enqueue(connection, gone)


def work(folder: Path, seed: int, model: str, die_at: int) -> int:
    """Change the record, then index and embed; return how many steps that took, unless killed before."""
    indexing.ROUND = indexing.PAPERS_PER_COMMIT = 4
    embedding.WALK_ROUND, embedding.FOLLOW_ROUND = 7, 4
    house = open_house(folder, lambda: NOW, Settings())
    change_record(house, seed)
    steps = 0

    def count(*_: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    print("ready", flush=True)
    sys.setprofile(count)
    indexing.drain_index(house.database, house.index)
    follow_with_vectors(models_of(house, model))
    sys.setprofile(None)
    return steps


def child(folder: Path, seed: int, model: str, die_at: int, pipe: int) -> None:
    os.dup2(pipe, 1)
    status = 1
    try:
        print(work(folder, seed, model, die_at), flush=True)
        status = 0
    except Exception:
        sys.setprofile(None)
        traceback.print_exc()
    finally:
        os._exit(status)


def main() -> None:
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        seed, model, moment = line.split()
        by_clock = moment.endswith("s")
        read_end, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            child(folder, int(seed), model, 0 if by_clock else int(moment), write_end)
        os.close(write_end)
        with os.fdopen(read_end) as told:
            words = [told.readline().strip()]
            if by_clock:
                handle = os.pidfd_open(pid)
                select.select([handle], [], [], float(moment[:-1]))
                os.kill(pid, signal.SIGKILL)  # not yet waited for, so the id is still the child's
                os.close(handle)
            words += told.read().split()
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(code, *words, flush=True)


if __name__ == "__main__":
    main()
