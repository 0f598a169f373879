"""kill -9 while words are indexed and papers embedded: the last complete state serves on and catches up by itself.

One process after another works on the same folder, with a model of its own, and is killed at a moment that chance
(seeded) chooses: at any call of a function between the first word indexed and the switch to the new model, or by the
clock, in the middle of what the engine does.
"""

from __future__ import annotations

import random
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from broadsheet.domain.paper import Paper
from broadsheet.domain.query import parse_query
from broadsheet.store import index_queue, papers
from broadsheet.usecases.check import check_house
from broadsheet.usecases.embedding import document_of, follow_with_vectors
from broadsheet.usecases.indexing import drain_index, is_whole
from broadsheet.usecases.read_papers import search_papers
from broadsheet.wiring import House

KILLS = 50
MORTAL = Path(__file__).with_name("mortal.py")
_MORTAL = SimpleNamespace(**runpy.run_path(str(MORTAL)))


class Parent:
    """The process whose children die."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(MORTAL), str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True,
        )  # fmt: skip

    def run(self, seed: int, model: str, moment: str) -> list[str]:
        """Let a child work until its moment; return how it ended (exit code, `ready`, steps where it lived)."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{seed} {model} {moment}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().split()

    def end(self) -> str:
        """End it and return what it complained of."""
        return self._process.communicate(timeout=60)[1]


@pytest.fixture
def parent(folder: Path, environment: dict[str, str]) -> Iterator[Parent]:
    folder.mkdir()
    parent = Parent(folder, environment)
    yield parent
    assert parent.end() == ""


def list_all(house: House, after: int) -> tuple[list[Paper], set[int]]:
    """Return all papers of the record, and the pks that changed after a queue position."""
    with house.database.read() as connection:
        pks = papers.list_pks_after(connection, 0, 10_000)
        rows = index_queue.list_after(connection, after, 100_000)
        return papers.list_papers(connection, pks), {pk for _, pk in rows}


def words_agree(house: House) -> None:
    """Prove that the words are those of the record, but for what still waits in the queue."""
    found, waiting = list_all(house, house.index.position())
    with house.database.read() as connection:
        assert is_whole(connection, house.index)
    for paper in found:
        if paper.pk not in waiting:
            own = paper.content.abstract.split()[-1].rstrip(".")
            hits = house.index.search(parse_query(f'"{own}"'), 10).hits
            assert [hit.pk for hit in hits] == [paper.pk]
    indexed = {hit.pk for hit in house.index.search(parse_query("lantern"), 10_000).hits}
    assert indexed - waiting == {paper.pk for paper in found} - waiting


def vectors_agree(house: House, model: str) -> None:
    """Prove that a complete model's vectors are those of the record, but for what still waits in the queue."""
    embedder = _MORTAL.Invented(model)
    vectors = house.index.vectors(embedder.model_id, embedder.dimension)
    assert vectors.is_complete and vectors.verify()
    found, waiting = list_all(house, vectors.position)
    sure = [paper for paper in found if paper.pk not in waiting]
    rows = vectors.vectors_of(np.array([paper.pk for paper in sure], np.int64))
    assert np.allclose(rows, embedder.embed_documents([document_of(paper) for paper in sure]), atol=2e-3)
    near, _ = vectors.search(embedder.embed_queries(["any"])[0], 10_000)
    assert set(near.tolist()) - waiting == {paper.pk for paper in sure}


def serves(house: House, model: str, last: str) -> None:
    """Prove that a new start answers from the last complete state, words and meaning."""
    models = _MORTAL.models_of(house, model)
    serving = models.serving()
    assert serving.model_id in (f"invented/{model}", f"invented/{last}")
    answer = search_papers(house.database, house.index, "lantern harbour", 40, models)
    assert answer.mode == "hybrid" and len(answer.listing.entries) > 15
    words_agree(house)
    vectors_agree(house, serving.model_id.removeprefix("invented/"))


def catches_up(house: House, model: str) -> None:
    """Prove that what the worker does brings all three together, and that doctor agrees."""
    models = _MORTAL.models_of(house, model)
    drain_index(house.database, house.index)
    follow_with_vectors(models)
    assert models.serving() is models.wanted()
    checks = check_house(house.database, house.index, models=models, repair=False)
    assert all(check.ok for check in checks), checks
    words_agree(house)
    vectors_agree(house, model)
    with house.database.read() as connection:
        assert index_queue.list_after(connection, 0, 10) == []


def test_fifty_kills(parent: Parent, folder: Path, open_at: Callable[[Path], House]) -> None:
    chance = random.Random(4)
    code, ready, steps = parent.run(0, "a", "0")
    assert (code, ready) == ("0", "ready")
    most, model, killed = int(steps), "a", 0
    for seed in range(1, 3 * KILLS):
        last, model = model, chance.choice(["a", "b"])
        by_clock = f"{chance.uniform(0.0, 0.15):.4f}s"
        told = parent.run(seed, model, chance.choice([by_clock, str(chance.randint(1, most))]))
        assert told[0] in ("0", "-9") and told[1] == "ready", told
        if told[0] == "0":
            most = max(1_000, int(told[2]))
        killed += told[0] == "-9"
        house = open_at(folder)
        serves(house, model, last)
        catches_up(house, model)
        house.close()
        if killed == KILLS:
            break
    assert killed == KILLS
