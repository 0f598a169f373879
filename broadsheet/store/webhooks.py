"""Webhooks, and what is delivered to them: waiting, or settled and kept for a while as a log.

A delivery is marked as tried, with the moment of its next try, before it is sent: a process that dies repeats it then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from broadsheet.domain.errors import NotFound
from broadsheet.domain.webhooks import FAILED, SENT, WAITING, Delivery, Webhook, next_try_at
from broadsheet.store.alert_tables import deliveries, webhooks

LONGEST_ERROR = 300


def insert_webhook(connection: Connection, new: Webhook) -> int:
    """Write a webhook, whose pk is not looked at, and return its pk."""
    values = {"name": new.name, "target": new.target, "events": " ".join(new.events), "made_at": new.made_at}
    return int(connection.execute(insert(webhooks).values(values)).lastrowid)


def list_webhooks(connection: Connection) -> list[Webhook]:
    """Return all webhooks, oldest first."""
    return [_webhook(row) for row in connection.execute(select(webhooks).order_by(webhooks.c.pk))]


def get_webhook(connection: Connection, pk: int) -> Webhook:
    """Return a webhook; raises NotFound."""
    row = connection.execute(select(webhooks).where(webhooks.c.pk == pk)).first()
    if row is None:
        raise NotFound("There is no such webhook: broadsheet webhook list, or /webhooks, names them.")
    return _webhook(row)


def delete_webhook(connection: Connection, pk: int) -> None:
    """Forget a webhook with its deliveries."""
    connection.execute(delete(webhooks).where(webhooks.c.pk == pk))


def insert_deliveries(connection: Connection, hooks: Sequence[int], news: Delivery) -> list[int]:
    """Let news wait for each of these webhooks, whatever `news` says of pk and webhook; return the deliveries' pks."""
    row = {
        "event_id": news.event_id, "event": news.event, "payload": news.payload, "state": WAITING, "tries": 0,
        "last_error": "", "created_at": news.created_at, "next_at": news.next_at,
    }  # fmt: skip
    made = (connection.execute(insert(deliveries).values(row | {"webhook_pk": pk})) for pk in hooks)
    return [int(one.lastrowid) for one in made]


def get_delivery(connection: Connection, pk: int) -> Delivery:
    """Return a delivery; raises NotFound."""
    row = connection.execute(select(deliveries).where(deliveries.c.pk == pk)).first()
    if row is None:
        raise NotFound("There is no such delivery: /webhooks shows the newest.")
    return _delivery(row)


def list_deliveries(connection: Connection, limit: int) -> list[Delivery]:
    """Return the newest deliveries."""
    return [
        _delivery(row) for row in connection.execute(select(deliveries).order_by(deliveries.c.pk.desc()).limit(limit))
    ]


def list_due(connection: Connection, now: datetime) -> list[Webhook]:
    """Return the webhooks for which something is to be sent now."""
    due = select(deliveries.c.webhook_pk).where(deliveries.c.state == WAITING, deliveries.c.next_at <= now)
    return [_webhook(row) for row in connection.execute(select(webhooks).where(webhooks.c.pk.in_(due)))]


def take_next(connection: Connection, webhook_pk: int, now: datetime) -> Delivery | None:
    """Count a try of a webhook's next delivery and return it as it is now; its next try is set already."""
    mine = (deliveries.c.webhook_pk == webhook_pk) & (deliveries.c.state == WAITING) & (deliveries.c.next_at <= now)
    row = connection.execute(select(deliveries).where(mine).order_by(deliveries.c.pk).limit(1)).first()
    return None if row is None else take(connection, _delivery(row), now)


def take(connection: Connection, one: Delivery, now: datetime) -> Delivery:
    """Count a try of a delivery and return it as it is now; its next try is set already."""
    tries = one.tries + 1
    marked = {"tries": tries, "next_at": next_try_at(tries, now)}
    connection.execute(update(deliveries).where(deliveries.c.pk == one.pk).values(marked))
    return _delivery(connection.execute(select(deliveries).where(deliveries.c.pk == one.pk)).one())


def settle(connection: Connection, pk: int, now: datetime, status: int | None, error: str = "") -> None:
    """Note that a delivery arrived, or, with an error, that it was given up."""
    values = {"state": FAILED if error else SENT, "status": status, "last_error": error[:LONGEST_ERROR]}
    connection.execute(update(deliveries).where(deliveries.c.pk == pk).values(values | {"settled_at": now}))


def put_off(connection: Connection, pk: int, until: datetime, status: int | None, error: str) -> None:
    """Note why a delivery did not arrive, and when it is tried again."""
    values = {"next_at": until, "status": status, "last_error": error[:LONGEST_ERROR]}
    connection.execute(update(deliveries).where(deliveries.c.pk == pk).values(values))


def put_off_others(connection: Connection, webhook_pk: int, until: datetime) -> None:
    """Let all that waits for a webhook wait until a moment: it does not answer."""
    waiting = (deliveries.c.webhook_pk == webhook_pk) & (deliveries.c.state == WAITING) & (deliveries.c.next_at < until)
    connection.execute(update(deliveries).where(waiting).values(next_at=until))


def give_up_before(connection: Connection, moment: datetime, now: datetime, why: str) -> None:
    """Give up what has waited since before a moment."""
    old = (deliveries.c.state == WAITING) & (deliveries.c.created_at < moment)
    connection.execute(update(deliveries).where(old).values(state=FAILED, settled_at=now, last_error=why))


def delete_settled_before(connection: Connection, moment: datetime) -> None:
    """Forget deliveries that were settled long ago."""
    connection.execute(delete(deliveries).where(deliveries.c.settled_at < moment))


def count_by_state(connection: Connection) -> dict[str, int]:
    """Count the deliveries in each state."""
    return {row[0]: row[1] for row in connection.execute(select(deliveries.c.state, func.count()).group_by("state"))}


def _webhook(row: Any) -> Webhook:
    return Webhook(row.pk, row.name, row.target, tuple(row.events.split()), row.made_at.replace(tzinfo=UTC))


def _delivery(row: Any) -> Delivery:
    settled = row.settled_at.replace(tzinfo=UTC) if row.settled_at else None
    return Delivery(
        row.pk, row.webhook_pk, row.event_id, row.event, row.payload, row.state, row.tries, row.status, row.last_error,
        row.created_at.replace(tzinfo=UTC), row.next_at.replace(tzinfo=UTC), settled,
    )  # fmt: skip
