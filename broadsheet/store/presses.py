"""Pressed editions: when a day's edition went to press, what stood in it then, and what came late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, and_, delete, exists, func, insert, or_, select, update

from broadsheet.domain.announcements import COUNTED_KINDS
from broadsheet.store.tables import announced_papers, edition_papers, editions, paper_keys, papers

_ARXIV = "arxiv:"


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed edition; `announced` is None where no source said how many papers there should be."""

    edition_on: date
    pressed_at: datetime
    checked_at: datetime
    announced: int | None
    arrived: int


def find_press(connection: Connection, day: date) -> Press | None:
    """Return how a day's edition was pressed, None where it was not."""
    row = connection.execute(select(editions).where(editions.c.edition_on == day)).first()
    if row is None:
        return None
    pressed_at, checked_at = row.pressed_at.replace(tzinfo=UTC), row.checked_at.replace(tzinfo=UTC)
    return Press(row.edition_on, pressed_at, checked_at, row.announced, row.arrived)


def upsert_press(connection: Connection, day: date, announced: int | None, arrived: int, now: datetime) -> None:
    """Note what stands in an edition now; the moment of its first press stays."""
    values = {"checked_at": now, "announced": announced, "arrived": arrived}
    if find_press(connection, day) is None:
        connection.execute(insert(editions).values(edition_on=day, pressed_at=now, **values))
    else:
        connection.execute(update(editions).where(editions.c.edition_on == day).values(**values))


def list_candidates(connection: Connection, day: date) -> list[int]:
    """Return the papers that stand in a day's edition, or would if nothing had been announced."""
    standing = select(edition_papers.c.paper_pk).where(edition_papers.c.edition_on == day)
    rows = select(papers.c.pk).where(
        or_(papers.c.pk.in_(standing), papers.c.edition_on == day, papers.c.published_on == day)
    )
    return list(connection.execute(rows.order_by(papers.c.pk)).scalars())


def list_entries(connection: Connection, pks: Sequence[int]) -> dict[int, dict[date, float]]:
    """Return the days that carry each paper, with its score there."""
    found: dict[int, dict[date, float]] = {pk: {} for pk in pks}
    table = edition_papers.c
    for pk, day, score in connection.execute(
        select(table.paper_pk, table.edition_on, table.score).where(table.paper_pk.in_(pks))
    ):
        found[pk][day] = score
    return found


def delete_entry_days(connection: Connection, pk: int, days: Sequence[date]) -> None:
    """Take a paper out of the editions of some days."""
    of_paper = and_(edition_papers.c.paper_pk == pk, edition_papers.c.edition_on.in_(days))
    connection.execute(delete(edition_papers).where(of_paper))


def mark_late(connection: Connection, pks: Sequence[int]) -> None:
    """Mark where papers came after the edition that should have carried them was pressed; unmark the rest."""
    own = edition_papers.c
    came_after = exists().where(
        editions.c.edition_on == own.edition_on,
        papers.c.pk == own.paper_pk,
        papers.c.added_at > editions.c.pressed_at,
        paper_keys.c.paper_pk == own.paper_pk,
        paper_keys.c.key.startswith(_ARXIV, autoescape=True),
        announced_papers.c.arxiv_id == func.substr(paper_keys.c.key, len(_ARXIV) + 1),
        announced_papers.c.announced_on == own.edition_on,
        announced_papers.c.kind.in_(COUNTED_KINDS),
    )
    late = select(own.edition_on, own.paper_pk).where(own.paper_pk.in_(pks), came_after)
    wanted = {(day, pk) for day, pk in connection.execute(late)}
    marked = select(own.edition_on, own.paper_pk).where(own.paper_pk.in_(pks), own.is_late)
    standing = {(day, pk) for day, pk in connection.execute(marked)}
    for day, pk in wanted ^ standing:
        entry = and_(own.edition_on == day, own.paper_pk == pk)
        connection.execute(update(edition_papers).where(entry).values(is_late=(day, pk) in wanted))


def list_pressed(connection: Connection, days: Iterable[date]) -> set[date]:
    """Return those of some days whose editions were pressed: their order is frozen."""
    rows = select(editions.c.edition_on).where(editions.c.edition_on.in_(list(days)))
    return set(connection.execute(rows).scalars())


def has_presses(connection: Connection) -> bool:
    """Say whether any edition was pressed yet."""
    return connection.execute(select(editions.c.edition_on).limit(1)).first() is not None


def list_late(connection: Connection, first: date, last: date) -> set[int]:
    """Return the papers marked late in any edition from `first` to `last`."""
    rows = select(edition_papers.c.paper_pk).where(
        edition_papers.c.edition_on.between(first, last), edition_papers.c.is_late
    )
    return set(connection.execute(rows).scalars())
