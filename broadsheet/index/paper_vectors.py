"""Vectors of papers: a `VectorSet` told what a paper is, and asked with the limits of a query."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from broadsheet.domain.errors import Conflict, Corrupt
from broadsheet.domain.paper import Paper
from broadsheet.index.asking import FIRST_DAY, LAST_DAY, Limits
from broadsheet.index.vector_facts import HAS_CODE, HAS_DATA, HAS_PROJECT, NO_DAY, Facts, Filter
from broadsheet.index.vector_files import make_folder, slug_of
from broadsheet.index.vector_set import VectorSet
from broadsheet.ranking.fusion import Pks, Scores

FLAGS = {"code": HAS_CODE, "project": HAS_PROJECT, "data": HAS_DATA}


class PaperVectors(VectorSet):
    """The vectors of one model."""

    def put_papers(self, papers: Sequence[Paper], rows: Scores) -> None:
        """Take `rows` (float32 [n, dimension], unit) as the vectors of `papers`; visible with the next commit."""
        days = [p.content.published_on.toordinal() if p.content.published_on else NO_DAY for p in papers]
        facts = Facts(
            np.array(days, np.int32),
            np.array([_flags(paper) for paper in papers], np.uint8),
            [paper.content.categories for paper in papers],
        )
        self.put(np.array([paper.pk for paper in papers], np.int64), rows, facts)

    def remove_pks(self, pks: Sequence[int]) -> None:
        """Take papers out with the next commit."""
        self.remove(np.array(pks, np.int64))

    @contextmanager
    def following(self) -> Iterator[None]:
        """Be the only one, of all processes, that brings these vectors up to date; raises Conflict.

        Begins with what is committed: what an earlier try left unwritten may be older than what another process wrote.
        """
        make_folder(self.folder)
        with _following(self.folder):
            self.discard()
            self.refresh()
            yield

    def nearest(self, vector: Scores, limit: int, limits: Limits) -> tuple[Pks, Scores]:
        """Return the nearest pks within limits, and their cosines, best first."""
        with suppress(OSError, Corrupt):  # what was loaded before still answers
            self.refresh()
        return self.search(vector, limit, _filter(limits))

    def cosines(self, vector: Scores, pks: Pks) -> Scores:
        """Return the cosine with each paper, float32 [n]; 0 for a paper without vector."""
        return np.nan_to_num(super().cosines(vector, pks), nan=0.0)

    def vector_of(self, pk: int) -> Scores | None:
        """Return a paper's vector, float32 [dimension], or None."""
        row = self.vectors_of(np.array([pk], np.int64))[0]
        return row if np.isfinite(row).all() and row.any() else None


def delete_others(folder: Path, model_id: str) -> None:
    """Delete the vectors of all models but one; those that somebody is just bringing up to date are left."""
    for other in (path for path in folder.iterdir() if path.is_dir() and path.name != slug_of(model_id)):
        with suppress(Conflict, OSError), _following(other):
            shutil.rmtree(other)


@contextmanager
def _following(folder: Path) -> Iterator[None]:
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict("Another Broadsheet is embedding papers: try again in a moment.") from error
        yield


def _flags(paper: Paper) -> int:
    flags = 0
    for link in paper.content.links:
        flags |= FLAGS.get(link.kind, 0)
    return flags


def _filter(limits: Limits) -> Filter | None:
    if limits == Limits():
        return None
    return Filter(
        after=None if limits.after == FIRST_DAY else limits.after,
        before=None if limits.before == LAST_DAY else limits.before,
        categories=limits.categories,
        flags=sum({FLAGS[kind] for kind in limits.kinds}),
        pks=None if limits.pks is None else np.array(sorted(limits.pks), np.int64),
    )
