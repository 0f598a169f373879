"""Vectors follow the record, and a model gives way to another without a gap."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from broadsheet.domain.errors import Conflict, Misconfigured
from broadsheet.domain.paper import Record
from broadsheet.embedding import Document, Embedder, FloatRows
from broadsheet.store import facts, index_queue, papers
from broadsheet.usecases import embedding
from broadsheet.usecases.check import check_house
from broadsheet.usecases.embedding import Models, count_waiting, document_of, follow_with_vectors
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.indexing import VECTORS_FOLLOWED, drain_index
from broadsheet.usecases.read_papers import nearest_papers, search_papers
from broadsheet.wiring import House

Make = Callable[..., Record]
DIMENSION = 16


class Invented:
    """A model in which each text points somewhere of its own, and each name somewhere else."""

    dimension = DIMENSION

    def __init__(self, name: str) -> None:
        self.model_id = f"invented/{name}"
        self.is_gone = False
        self.embedded = 0

    def embed_documents(self, documents: Sequence[Document]) -> FloatRows:
        self.embedded += len(documents)
        return self.embed_queries([" ".join(document) for document in documents])

    def embed_queries(self, texts: Sequence[str]) -> FloatRows:
        if self.is_gone:
            raise Misconfigured("The model's folder has gone: put it back.")
        return np.array([self._row(text) for text in texts], np.float32).reshape(-1, DIMENSION)

    def _row(self, text: str) -> FloatRows:
        seed = int.from_bytes(hashlib.sha256(f"{self.model_id} {text}".encode()).digest()[:8])
        row = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
        return row / np.linalg.norm(row)


@pytest.fixture
def models_of() -> Callable[[House, str], Models]:
    made: dict[str, Embedder] = {}

    def make(name: str) -> Embedder:
        if name == "unknown":
            raise Misconfigured("There is no model unknown: choose another.")
        return made.setdefault(name, Invented(name))

    return lambda house, name: Models(name, house.database, house.index, make)


@pytest.fixture
def a(house: House, models_of: Callable[[House, str], Models]) -> Models:
    return models_of(house, "a")


@pytest.fixture
def b(house: House, models_of: Callable[[House, str], Models]) -> Models:
    return models_of(house, "b")


@pytest.fixture
def filled(house: House, make_record: Make, take_in: Callable[..., Any], a: Models) -> House:
    take_in(house, *(make_record(n) for n in range(1, 7)))
    follow_with_vectors(a)
    return house


@pytest.fixture
def small_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "WALK_ROUND", 2)
    monkeypatch.setattr(embedding, "FOLLOW_ROUND", 2)


def agree(house: House, models: Models) -> None:
    """Prove paper by paper that the vectors are what the model makes of the record."""
    wanted = models.wanted()
    assert wanted is not None and models.serving() is wanted
    vectors = house.index.vectors(wanted.model_id, DIMENSION)
    with house.database.read() as connection:
        pks = papers.list_pks_after(connection, 0, 1_000)
        found = papers.list_papers(connection, pks)
        assert vectors.position == index_queue.last_position(connection)
        assert index_queue.list_after(connection, 0, 10) == []
    assert vectors.count == len(found)
    rows = vectors.vectors_of(np.array(pks))
    meant = wanted.embed_documents([document_of(paper) for paper in found])
    assert np.allclose(rows, meant, atol=2e-3)
    assert count_waiting(models) == 0


def stopper(after: int) -> Callable[[], bool]:
    """Say stop from the call numbered `after` on."""
    calls = iter(range(1_000))
    return lambda: next(calls) >= after


def told(house: House, models: Models, *, repair: bool = False) -> tuple[bool, str]:
    checks = check_house(house.database, house.index, models=models, repair=repair)
    return next((check.ok, check.detail) for check in checks if check.name == "vectors")


def vector_files(folder: Path, end: str) -> list[Path]:
    return [path for path in (folder / "index" / "vectors").rglob("*") if path.name.endswith(end)]


def test_vectors_follow_import_update_and_removal(
    filled: House, a: Models, make_record: Make, take_in: Callable[..., Any]
) -> None:
    agree(filled, a)
    take_in(filled, make_record(7), make_record(2, abstract="Another text altogether.", source="arxiv"))
    with filled.database.write() as connection:
        papers.delete_papers(connection, [3])
        index_queue.enqueue(connection, [3])
    drain_index(filled.database, filled.index)
    assert follow_with_vectors(a) == 3
    agree(filled, a)
    assert follow_with_vectors(a) == 0


def test_an_empty_record_is_complete_at_once(house: House, a: Models) -> None:
    assert follow_with_vectors(a) == 0
    agree(house, a)
    assert told(house, a)[0]


@pytest.mark.usefixtures("small_rounds")
def test_a_walk_that_ended_early_goes_on_where_it_was(
    house: House, open_at: Any, models_of: Any, a: Models, make_record: Make, take_in: Any
) -> None:
    take_in(house, *(make_record(n) for n in range(1, 8)))
    assert follow_with_vectors(a, should_stop=stopper(2)) == 4
    assert a.serving() is None
    assert told(house, a) == (False, "invented/a: 3 papers waiting; search asks words alone")
    house.close()
    again = open_at(house.folder)
    take_in(again, make_record(8), make_record(1, abstract="Another text.", source="arxiv"))
    models = models_of(again, "a")
    seen: list[int] = []
    assert follow_with_vectors(models, seen.append) == 4 + 2  # three and the new one walked, two changes followed
    assert sum(seen) == 6
    agree(again, models)


@pytest.mark.usefixtures("small_rounds")
def test_a_changed_model_takes_over_when_it_is_complete(
    filled: House, a: Models, b: Models, make_record: Make, take_in: Any
) -> None:
    follow_with_vectors(b, should_stop=stopper(2))
    assert b.serving() is a.wanted()
    assert told(filled, b) == (False, "invented/b: 2 papers waiting; search asks invented/a")
    assert search_papers(filled.database, filled.index, "lantern", 9, b).mode == "hybrid"
    assert len(nearest_papers(filled.database, filled.index, "harbour", 9, b).listing.entries) == 6
    take_in(filled, make_record(9))
    follow_with_vectors(b)
    agree(filled, b)
    assert told(filled, b) == (True, "invented/b: 0 papers waiting; search asks invented/b")


@pytest.mark.usefixtures("small_rounds")
def test_a_half_done_change_survives_a_restart(filled: House, open_at: Any, models_of: Any, b: Models) -> None:
    follow_with_vectors(b, should_stop=stopper(2))
    filled.close()
    again = open_at(filled.folder)
    models = models_of(again, "b")
    assert models.serving().model_id == "invented/a"
    assert count_waiting(models) == 2
    assert follow_with_vectors(models) == 2
    agree(again, models)


@pytest.mark.usefixtures("small_rounds")
def test_a_change_that_is_taken_back_costs_only_what_came_meanwhile(
    filled: House, a: Models, b: Models, make_record: Make, take_in: Any
) -> None:
    follow_with_vectors(b, should_stop=stopper(2))
    take_in(filled, make_record(9))
    follow_with_vectors(b, should_stop=stopper(1))
    assert a.serving() is a.wanted()
    assert follow_with_vectors(a) == 1
    agree(filled, a)
    assert follow_with_vectors(b) > 0
    agree(filled, b)


def test_a_kill_between_the_last_vector_and_the_switch(
    filled: House, b: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(embedding, "_settle", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            follow_with_vectors(b)
    assert told(filled, b) == (False, "invented/b: 0 papers waiting; search asks invented/a")
    assert follow_with_vectors(b) == 0
    agree(filled, b)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_model_that_was_left_long_ago_begins_anew(
    filled: House, a: Models, b: Models, make_record: Make, take_in: Any
) -> None:
    follow_with_vectors(b)
    with filled.database.write() as connection:
        papers.delete_papers(connection, [3])
        index_queue.enqueue(connection, [3])
    take_in(filled, make_record(8))
    follow_with_vectors(b)
    assert a.serving() is b.wanted()  # its old vectors miss what the queue has forgotten
    assert follow_with_vectors(a) == 6
    agree(filled, a)


def test_the_queue_keeps_what_vectors_need(
    filled: House, a: Models, open_at: Any, make_record: Make, take_in: Any
) -> None:
    other = open_at(filled.folder)  # as a process that never opens vectors
    for n in range(10, 15):
        take_in(other, make_record(n))
    with filled.database.read() as connection:
        assert len(index_queue.list_after(connection, 0, 100)) == 5
    assert follow_with_vectors(a) == 5
    agree(filled, a)


def test_what_another_process_embedded_is_not_embedded_again(
    filled: House, a: Models, open_at: Any, models_of: Any, make_record: Make, take_in: Any
) -> None:
    other = open_at(filled.folder)
    for n in range(10, 13):
        take_in(other, make_record(n))
        follow_with_vectors(models_of(other, "a"))
    wanted: Any = a.wanted()
    before = wanted.embedded
    assert count_waiting(a) == 0
    assert follow_with_vectors(a) == 0
    assert wanted.embedded == before
    agree(filled, a)


def test_while_another_embeds(filled: House, a: Models, make_record: Make, take_in: Any) -> None:
    take_in(filled, make_record(9))
    wanted = a.wanted()
    assert wanted is not None
    with filled.index.vectors(wanted.model_id, DIMENSION).following(), pytest.raises(Conflict):
        follow_with_vectors(a)
    assert follow_with_vectors(a) == 1
    agree(filled, a)


@pytest.mark.parametrize("is_behind", [False, True])
def test_a_rebuilt_text_index_neither_loses_vectors_nor_makes_them_again(
    filled: House, a: Models, make_record: Make, take_in: Any, is_behind: bool
) -> None:
    if is_behind:
        take_in(filled, make_record(7))
    shutil.rmtree(filled.index._text._folder)
    filled.index._text.begin_anew()
    assert drain_index(filled.database, filled.index) == 6 + is_behind
    assert follow_with_vectors(a) == is_behind
    agree(filled, a)
    take_in(filled, make_record(8))
    assert follow_with_vectors(a) == 1
    agree(filled, a)


def test_the_vectors_of_the_model_before_go_when_another_has_taken_over(filled: House, a: Models, b: Models) -> None:
    follow_with_vectors(b, should_stop=stopper(0))
    assert len(vector_files(filled.folder, "manifest.json")) == 2
    follow_with_vectors(b)
    assert [path.parent.name[:10] for path in vector_files(filled.folder, "manifest.json")] == ["invented-b"]
    agree(filled, b)
    follow_with_vectors(a)
    agree(filled, a)


def test_vectors_that_another_process_is_making_are_left(filled: House, a: Models, b: Models) -> None:
    with filled.index.vectors("invented/a", DIMENSION).following():
        follow_with_vectors(b)
    assert len(vector_files(filled.folder, "manifest.json")) == 2


def test_no_embedder(filled: House, a: Models, models_of: Any, make_record: Make, take_in: Any) -> None:
    none = models_of(filled, "none")
    assert (none.wanted(), none.serving(), count_waiting(none)) == (None, None, None)
    assert search_papers(filled.database, filled.index, "lantern", 9, none).mode == "text"
    assert nearest_papers(filled.database, filled.index, "lantern", 9, none).listing.count == 0
    for n in (20, 21):
        take_in(filled, make_record(n))
        assert follow_with_vectors(none) == 0
    assert told(filled, none) == (True, "none are wanted")
    with filled.database.read() as connection:
        assert not facts.find_fact(connection, VECTORS_FOLLOWED)
    take_in(filled, make_record(22))
    with filled.database.read() as connection:
        assert index_queue.list_after(connection, 0, 10) == []
    follow_with_vectors(a)
    agree(filled, a)


def test_a_model_that_cannot_be_had(filled: House, a: Models, models_of: Any) -> None:
    unknown = models_of(filled, "unknown")
    assert search_papers(filled.database, filled.index, "lantern", 9, unknown).mode == "hybrid"  # the one before
    assert told(filled, unknown, repair=True) == (False, "There is no model unknown: choose another.")
    wanted: Any = a.wanted()
    wanted.is_gone = True
    assert search_papers(filled.database, filled.index, "lantern", 9, a).listing.count == 6


HARMS: dict[str, Callable[[Path], Any]] = {
    "garbage": lambda path: path.write_bytes(b"\x5a\xa5lamp" * 300),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "emptied": lambda path: path.write_bytes(b""),
    "deleted": lambda path: path.unlink(),
}


def replaced(path: Path, harm: str) -> None:
    """Harm a file as another program would that writes a new one: what is mapped stays."""
    data = path.read_bytes()
    path.unlink()
    if harm != "deleted":
        path.write_bytes(data)
        HARMS[harm](path)


@pytest.mark.parametrize("end", [".segment", "manifest.json"])
@pytest.mark.parametrize("harm", HARMS)
def test_harm_while_closed(filled: House, open_at: Any, models_of: Any, end: str, harm: str) -> None:
    filled.close()
    for path in vector_files(filled.folder, end):
        HARMS[harm](path)
    house = open_at(filled.folder)
    models = models_of(house, "a")
    assert search_papers(house.database, house.index, "lantern", 9, models).listing.count == 6
    assert not told(house, models)[0]
    assert told(house, models, repair=True)[0]
    agree(house, models)


@pytest.mark.parametrize("end", [".segment", "manifest.json"])
@pytest.mark.parametrize("harm", HARMS)
def test_harm_while_open(
    filled: House, open_at: Any, models_of: Any, a: Models, make_record: Make, take_in: Any, end: str, harm: str
) -> None:
    for path in vector_files(filled.folder, end):
        replaced(path, harm)
    assert search_papers(filled.database, filled.index, "lantern", 9, a).listing.count == 6
    take_in(filled, make_record(9))
    assert told(filled, a, repair=True)[0]
    agree(filled, a)
    again = open_at(filled.folder)
    agree(again, models_of(again, "a"))


@pytest.mark.parametrize("what", ["the model's", "all vectors'"])
@pytest.mark.parametrize("harm", ["gone", "a file"])
def test_the_folder_is_gone_while_open(filled: House, a: Models, what: str, harm: str) -> None:
    folder = filled.folder / "index" / "vectors"
    folder = folder if what.startswith("all") else next(path for path in folder.iterdir() if path.is_dir())
    shutil.rmtree(folder)
    if harm == "a file":
        folder.write_text("a letter")
    assert search_papers(filled.database, filled.index, "lantern", 9, a).listing.count == 6
    assert told(filled, a, repair=True)[0]
    agree(filled, a)


def test_a_full_disk_while_embedding(
    filled: House, a: Models, make_record: Make, take_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = a.wanted()
    assert wanted is not None
    vectors: Any = filled.index.vectors(wanted.model_id, DIMENSION)
    room = vectors._write

    def full(path: Path, chunks: object) -> None:
        path.write_bytes(b"a part")
        raise OSError(errno.ENOSPC, "No space left on device")

    take_in(filled, make_record(9))
    vectors._write = full
    for _ in range(2):
        with pytest.raises(OSError, match="No space"):
            follow_with_vectors(a)
        ok, detail = told(filled, a, repair=True)
        assert not ok and "1 papers waiting; search asks invented/a" in detail and "No space left" in detail
        answer = search_papers(filled.database, filled.index, "lantern", 9, a)
        assert (answer.mode, answer.listing.count) == ("hybrid", 7)
    vectors._write = room
    assert follow_with_vectors(a) == 1
    agree(filled, a)
    assert not vector_files(filled.folder, ".new")


def test_what_was_left_unwritten_does_not_overwrite_what_another_process_wrote(
    filled: House, a: Models, open_at: Any, models_of: Any, make_record: Make, take_in: Any
) -> None:
    wanted = a.wanted()
    assert wanted is not None
    vectors: Any = filled.index.vectors(wanted.model_id, DIMENSION)
    take_in(filled, make_record(9))
    vectors.put_papers([], np.zeros((0, DIMENSION), np.float32))
    vectors.remove_pks([1, 2])  # of a try that failed
    other = open_at(filled.folder)
    follow_with_vectors(models_of(other, "a"))
    import_records(filled.database, [make_record(10)], filled.clock())
    drain_index(filled.database, filled.index)
    follow_with_vectors(a)
    agree(filled, a)
