"""Who gets digests of what, and which papers each address has had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from broadsheet.domain.subscriptions import ACTIVE, PENDING, Hours, Subscriber, Subscription, Wish
from broadsheet.store.community_tables import readers
from broadsheet.store.delivery_tables import delivered, subscribers, subscriptions

CHUNK = 500
# An own list goes to the address of its reader's account, and to no address that was.
_IS_GOOD = subscriptions.c.reader_pk.is_(None) | exists().where(
    readers.c.pk == subscriptions.c.reader_pk,
    func.lower(readers.c.email) == func.lower(subscribers.c.address),
    readers.c.is_blocked.is_(False),
)


def find_by_key(connection: Connection, key: str) -> Subscriber | None:
    """Return the subscriber whom tokens name so, or None."""
    return _find(connection, subscribers.c.key == key)


def find_by_address(connection: Connection, address: str) -> Subscriber | None:
    """Return the subscriber with this canonical address, or None."""
    return _find(connection, subscribers.c.address == address)


def insert_subscriber(connection: Connection, new: Subscriber, mailbox: str, now: datetime) -> None:
    """Write somebody who has asked for a subscription and confirmed nothing yet."""
    values = {
        "key": new.key, "address": new.address, "mailbox": mailbox, "state": new.state, "hour": new.hours.hour,
        "zone": new.hours.zone, "serial": 0, "bounces": 0, "last_report": "", "asked_at": now, "created_at": now,
    }  # fmt: skip
    connection.execute(insert(subscribers).values(values))


def find_last_asked(connection: Connection, mailbox: str) -> datetime | None:
    """Return when a letter was last sent to a mailbox because somebody typed its address."""
    asked = select(func.max(subscribers.c.asked_at)).where(subscribers.c.mailbox == mailbox)
    found = connection.execute(asked).scalar()
    return found.replace(tzinfo=UTC) if found else None


def update_subscriber(connection: Connection, pk: int, **values: Any) -> None:
    """Change some columns of a subscriber."""
    connection.execute(update(subscribers).where(subscribers.c.pk == pk).values(values))


def find_last_report(connection: Connection, pk: int) -> str:
    """Return the Message-ID of the last report that was counted against a subscriber."""
    return str(connection.execute(select(subscribers.c.last_report).where(subscribers.c.pk == pk)).scalar() or "")


def delete_subscriber(connection: Connection, pk: int) -> None:
    """Forget a subscriber with all that belongs to them."""
    connection.execute(delete(subscribers).where(subscribers.c.pk == pk))


def delete_pending_before(connection: Connection, moment: datetime) -> None:
    """Forget who asked long ago and never confirmed."""
    old = (subscribers.c.state == PENDING) & (subscribers.c.asked_at < moment)
    connection.execute(delete(subscribers).where(old))


def upsert_subscription(
    connection: Connection, subscriber_pk: int, wish: Wish, next_at: datetime, now: datetime
) -> None:
    """Keep a wish; one for the same list changes how often it comes."""
    same = (
        (subscriptions.c.subscriber_pk == subscriber_pk)
        & (subscriptions.c.kind == wish.kind)
        & (subscriptions.c.value == wish.value)
    )
    values = {"cadence": wish.cadence, "next_at": next_at, "reader_pk": wish.reader_pk}
    if connection.execute(update(subscriptions).where(same).values(values)).rowcount == 0:
        names = {"subscriber_pk": subscriber_pk, "kind": wish.kind, "value": wish.value, "created_at": now}
        connection.execute(insert(subscriptions).values({**values, **names}))


def delete_subscriptions(connection: Connection, subscriber_pk: int, pks: Sequence[int] | None = None) -> None:
    """Drop some subscriptions of a subscriber, or all."""
    gone = delete(subscriptions).where(subscriptions.c.subscriber_pk == subscriber_pk)
    connection.execute(gone if pks is None else gone.where(subscriptions.c.pk.in_(pks)))


def list_due(connection: Connection, now: datetime, after_pk: int, limit: int) -> list[Subscriber]:
    """Return active subscribers above a pk with the subscriptions of theirs that are due, by pk."""
    due = (subscriptions.c.next_at <= now) & (subscribers.c.state == ACTIVE) & (subscribers.c.pk > after_pk)
    due &= _IS_GOOD
    owners = (
        select(subscribers.c.pk)
        .join(subscriptions, subscriptions.c.subscriber_pk == subscribers.c.pk)
        .where(due)
        .group_by(subscribers.c.pk)
        .order_by(subscribers.c.pk)
        .limit(limit)
    )
    pks = list(connection.execute(owners).scalars())
    return _load(connection, pks, now)


def list_active(connection: Connection, pks: Collection[int]) -> set[int]:
    """Return those of these subscribers who still want mail."""
    rows = select(subscribers.c.pk).where(subscribers.c.pk.in_(pks), subscribers.c.state == ACTIVE)
    return set(connection.execute(rows).scalars())


def count_by_state(connection: Connection) -> dict[str, int]:
    """Count the subscribers in each state."""
    rows = connection.execute(select(subscribers.c.state, func.count()).group_by(subscribers.c.state))
    return {row.state: row[1] for row in rows}


def advance(connection: Connection, moved: Iterable[tuple[int, datetime, date | None]]) -> None:
    """Note of subscriptions when each is due next, and the last edition that was looked through for it."""
    rows = [{"this": pk, "next_at": next_at, "through_on": through} for pk, next_at, through in moved]
    if rows:
        change = update(subscriptions).where(subscriptions.c.pk == bindparam("this"))
        changed: dict[str, Any] = {"next_at": bindparam("next_at"), "through_on": bindparam("through_on")}
        connection.execute(change.values(changed), rows)


def list_delivered(connection: Connection, pks: Collection[int], papers: Collection[int]) -> dict[int, set[int]]:
    """Return which of these papers each of these subscribers has had."""
    found: dict[int, set[int]] = defaultdict(set)
    wanted = list(papers)
    for start in range(0, len(wanted), CHUNK):
        rows = select(delivered.c.subscriber_pk, delivered.c.paper_pk).where(
            delivered.c.subscriber_pk.in_(pks), delivered.c.paper_pk.in_(wanted[start : start + CHUNK])
        )
        for subscriber, paper in connection.execute(rows):
            found[subscriber].add(paper)
    return found


def insert_delivered(connection: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Note which papers (second) were sent to which subscribers (first)."""
    rows = [{"subscriber_pk": subscriber, "paper_pk": paper} for subscriber, paper in pairs]
    if rows:
        connection.execute(insert(delivered).prefix_with("OR IGNORE", dialect="sqlite"), rows)


def move_delivered(connection: Connection, moves: Mapping[int, int]) -> None:
    """Let whoever has had a paper that is a key of `moves` have had its value."""
    gone = list(moves)
    for start in range(0, len(gone), CHUNK):
        here = delivered.c.paper_pk.in_(gone[start : start + CHUNK])
        had = connection.execute(select(delivered.c.subscriber_pk, delivered.c.paper_pk).where(here)).all()
        insert_delivered(connection, ((subscriber, moves[paper]) for subscriber, paper in had))


def _find(connection: Connection, where: Any) -> Subscriber | None:
    pks = list(connection.execute(select(subscribers.c.pk).where(where)).scalars())
    found = _load(connection, pks, None)
    return found[0] if found else None


def _load(connection: Connection, pks: Sequence[int], due_by: datetime | None) -> list[Subscriber]:
    """Return subscribers in the order of their pks, with all their subscriptions or with those due by a moment."""
    rows = select(subscriptions).join(subscribers, subscribers.c.pk == subscriptions.c.subscriber_pk)
    rows = rows.where(subscriptions.c.subscriber_pk.in_(pks), _IS_GOOD).order_by(subscriptions.c.pk)
    if due_by is not None:
        rows = rows.where(subscriptions.c.next_at <= due_by)
    kept: dict[int, list[Subscription]] = defaultdict(list)
    for row in connection.execute(rows):
        wish = Wish(row.kind, row.value, row.cadence, row.reader_pk)
        kept[row.subscriber_pk].append(Subscription(row.pk, wish, row.next_at.replace(tzinfo=UTC), row.through_on))
    owners = select(subscribers).where(subscribers.c.pk.in_(pks)).order_by(subscribers.c.pk)
    return [
        Subscriber(
            row.pk, row.key, row.address, row.state, Hours(row.hour, row.zone), row.serial, row.bounces,
            tuple(kept[row.pk]),
        )
        for row in connection.execute(owners)
    ]  # fmt: skip
