"""Whatever is done to a vector set, it answers as a dictionary and brute force do."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from broadsheet.index.vector_facts import Facts, Filter, labels_of
from broadsheet.index.vector_set import VectorSet

DIMENSION = 8
NAMES = ("cs.LG", "cs.CL", "math.CO", "hep-ph")
ROWS = np.random.default_rng(0).normal(size=(12, DIMENSION)).astype(np.float32)
ROWS /= np.linalg.norm(ROWS, axis=1, keepdims=True)

pks = st.integers(0, 40)
paper = st.tuples(
    st.integers(0, len(ROWS) - 1),
    st.integers(-1, 6),
    st.integers(0, 7),
    st.lists(st.sampled_from(NAMES), max_size=3).map(tuple),
)
names = st.lists(st.sampled_from((*NAMES, "cs", "math", "q-bio")), max_size=2).map(tuple)
some_pks = st.none() | st.lists(st.integers(-2, 42), max_size=12).map(lambda each: np.array(each, np.int64))
filters = st.none() | st.builds(
    Filter,
    after=st.none() | st.integers(-2, 6),
    before=st.none() | st.integers(-2, 6),
    categories=names,
    not_categories=names,
    flags=st.sampled_from((0, 0, 1, 2, 5)),
    not_flags=st.sampled_from((0, 0, 1, 4)),
    pks=some_pks,
    not_pks=some_pks,
)


def passes(pk, day, flags, categories, where):
    """Say in plain words what a filter means."""
    labels = labels_of(categories)
    has_days = where.after is not None or where.before is not None
    return (
        (where.after is None or day >= where.after)
        and (where.before is None or day <= where.before)
        and not (has_days and day == -1)
        and (not where.categories or bool(labels & {name.lower() for name in where.categories}))
        and not labels & {name.lower() for name in where.not_categories}
        and flags & where.flags == where.flags
        and not flags & where.not_flags
        and (where.pks is None or pk in where.pks)
        and (where.not_pks is None or pk not in where.not_pks)
    )


class VectorSetMachine(RuleBasedStateMachine):
    """A set, the papers that are committed, and those that will be."""

    @initialize(merge_rows=st.sampled_from((1, 8, 1_000)))
    def start(self, merge_rows):
        self.folder = Path(tempfile.mkdtemp())
        self.merge_rows = merge_rows
        self.set = VectorSet(self.folder, "model", DIMENSION, self.merge_rows)
        self.committed, self.waiting, self.position = {}, {}, 0

    def teardown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    @rule(papers=st.dictionaries(pks, paper, max_size=12))
    def put(self, papers):
        numbers = [row for row, *_ in papers.values()]
        facts = Facts(
            np.array([day for _, day, _, _ in papers.values()], np.int32),
            np.array([flags for _, _, flags, _ in papers.values()], np.uint8),
            [categories for *_, categories in papers.values()],
        )
        self.set.put(np.array(list(papers), np.int64), ROWS[numbers], facts)
        self.waiting.update(papers)

    @rule(gone=st.lists(pks, max_size=8))
    def remove(self, gone):
        self.set.remove(np.array(gone, np.int64))
        for pk in gone:
            self.waiting.pop(pk, None)

    @rule()
    def clear(self):
        self.set.clear()
        self.waiting = {}

    @rule(is_complete=st.booleans())
    def commit(self, is_complete):
        self.position += 1
        self.set.commit(self.position, self.position * 2, is_complete)
        self.committed = dict(self.waiting)
        assert (self.set.walked_to, self.set.is_complete) == (self.position * 2, is_complete)

    @rule()
    def discard(self):
        self.set.discard()
        self.waiting = dict(self.committed)

    @rule()
    def reopen(self):
        self.set = VectorSet(self.folder, "model", DIMENSION, self.merge_rows)
        self.waiting = dict(self.committed)

    @rule()
    def let_another_process_commit(self):
        other = VectorSet(self.folder, "model", DIMENSION, self.merge_rows)
        other.remove(np.array([3], np.int64))
        self.position += 1
        other.commit(self.position, 0, False)
        assert self.set.refresh()
        self.committed.pop(3, None)
        self.reopen()

    @rule(where=filters, limit=st.sampled_from((1, 5, 60)), query=st.integers(0, len(ROWS) - 1))
    def search(self, where, limit, query):
        papers = {pk: p for pk, p in self.committed.items() if where is None or passes(pk, *p[1:], where)}
        rows = ROWS[[p[0] for p in papers.values()]].astype(np.float16).astype(np.float64)
        cosines = (rows @ ROWS[query].astype(np.float64)).astype(np.float32)
        expected = sorted(zip((-cosines).tolist(), [-pk for pk in papers], strict=True))[:limit]
        found, values = self.set.search(ROWS[query], limit, where)
        assert found.tolist() == [-pk for _, pk in expected]
        assert values.tolist() == [-cosine for cosine, _ in expected]

    @invariant()
    def holds_what_was_committed(self):
        assert (self.set.count, self.set.position) == (len(self.committed), self.position)
        assert not self.set.was_damaged
        vectors = self.set.vectors_of(np.arange(41))
        assert set(np.flatnonzero(~np.isnan(vectors[:, 0])).tolist()) == set(self.committed)
        for pk, (row, *_) in self.committed.items():
            assert np.array_equal(vectors[pk], ROWS[row].astype(np.float16).astype(np.float32))


TestVectorSet = VectorSetMachine.TestCase
TestVectorSet.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
