"""Prove that record and index agree, and mend what can be mended.

Side effects, with `repair` only: an index that is behind or lost is filled again from the record, scores are worked out
anew.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from broadsheet.domain.errors import BroadsheetError, Conflict
from broadsheet.index.protocol import SearchIndex
from broadsheet.ranking.trending import VERSION
from broadsheet.store import alarms, index_queue, papers, sample_papers, set_aside
from broadsheet.store.database import Database
from broadsheet.usecases.embedding import Models, count_waiting, follow_with_vectors
from broadsheet.usecases.indexing import drain_index, is_whole, rebuild_index
from broadsheet.usecases.refresh_trending import count_waiting as count_unscored
from broadsheet.usecases.refresh_trending import refresh_trending


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def check_house(
    database: Database,
    index: SearchIndex,
    *,
    models: Models | None = None,
    repair: bool = True,
    now: datetime | None = None,
) -> list[Check]:
    """Look at record, index, queue and, given the time, scores; with `repair`, bring all up to date first."""
    checks = [_check_record(database)]
    may_mend = repair and checks[0].ok
    checks.append(_check_index(database, index, _mended(lambda: _repair(database, index)) if may_mend else ""))
    if models is not None:
        checks.append(_check_vectors(models, repair=may_mend))
    if now is not None:
        checks.append(_check_trending(database, now, repair=may_mend))
    with database.read() as connection:
        aside = set_aside.count_set_aside(connection)
        sample = sample_papers.count_sample_papers(connection)
        standing = alarms.list_alarms(connection)
    feeds = " ".join(alarm.detail for alarm in standing) or "no alarms"
    checks.append(Check("feeds", not standing, feeds))
    told = f"{aside:,} things were set aside: see them with broadsheet doctor --set-aside" if aside else "nothing"
    checks.append(Check("set aside", True, told))
    checks.append(Check("sample", True, f"{sample:,} sample papers" if sample else "no sample papers"))
    return checks


def _check_record(database: Database) -> Check:
    verdict = database.check()
    with database.read() as connection:
        count = papers.count_papers(connection)
    return Check("record", verdict == "ok", f"{count:,} papers" if verdict == "ok" else verdict)


def _repair(database: Database, index: SearchIndex) -> str:
    drained = drain_index(database, index)
    with database.read() as connection:
        count = papers.count_papers(connection)
    if index.count() != count:
        rebuild_index(database, index)
        return f", rebuilt with {count:,} papers"
    return f", caught up with {drained:,} changes" if drained else ""


def _mended(repair: Callable[[], str]) -> str:
    """Return what a repair tells of itself; where the disk is full or a model is gone, that in one sentence."""
    try:
        return repair()
    except Conflict:
        raise
    except (BroadsheetError, OSError) as error:
        return f"; it stays as it is: {error}"


def _repair_vectors(models: Models) -> str:
    """Read every byte of the vectors, make them anew where one is wrong, and let them follow the record."""
    embedder, told = models.wanted(), ""
    if embedder is not None:
        vectors = models.index.vectors(embedder.model_id, embedder.dimension)
        if not vectors.verify():
            with vectors.following():
                vectors.clear()
                vectors.commit(0, 0, False)
            told = ", damaged and made anew"
    for _ in range(2):  # damage that shows only now empties them, and the second try fills them
        with suppress(Conflict):  # whoever embeds now will come to the end
            follow_with_vectors(models)
    return told


def _check_index(database: Database, index: SearchIndex, told: str) -> Check:
    with database.read() as connection:
        count = papers.count_papers(connection)
        behind = index_queue.count_after(connection, index.position())
        whole = is_whole(connection, index)
    indexed = index.count()
    ok = indexed == count and behind == 0 and whole
    return Check("index", ok, f"{indexed:,} of {count:,} papers, {behind:,} waiting{told}")


def _check_trending(database: Database, now: datetime, *, repair: bool) -> Check:
    changed = refresh_trending(database, now, anew=True) if repair else 0
    waiting = count_unscored(database)
    told = f", {changed:,} had another score" if changed else ""
    return Check("trending", waiting == 0, f"formula {VERSION}, {waiting:,} papers waiting{told}")


def _check_vectors(models: Models, *, repair: bool) -> Check:
    hindrance = _mended(lambda: _repair_vectors(models)) if repair else ""
    try:
        waiting, wanted, serving = count_waiting(models), models.wanted(), models.serving()
    except (BroadsheetError, OSError) as error:
        return Check("vectors", False, f"{error}")
    if wanted is None:
        return Check("vectors", True, "none are wanted")
    asked = serving.model_id if serving else "words alone"
    told = f"{wanted.model_id}: {waiting or 0:,} papers waiting; search asks {asked}{hindrance}"
    return Check("vectors", waiting == 0 and serving is wanted, told)
