"""The outgoing post: messages that wait, are on their way, or were settled. Whoever has mail to send puts it here.

A message is marked before it is handed on and settled after, so that a process that dies in between repeats at most the
one in hand, with the same Message-ID. Bodies are kept packed, and go when the message is settled.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from broadsheet.domain.operations import Letter
from broadsheet.store.delivery_tables import messages

WAITING, SENDING, SENT, FAILED, CANCELLED = "waiting", "sending", "sent", "failed", "cancelled"
DIGEST = "digest"
BULK_KINDS = (DIGEST,)  # these give way to all others
LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A rendered message for one address; a second one with the same `dedup_key` is not taken in."""

    kind: str
    address: str
    dedup_key: str
    message_id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Queued:
    """A message that is being handed on; `tries` counts this time too."""

    pk: int
    kind: str
    address: str
    message_id: str
    body: bytes
    tries: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a message: SENT, FAILED, or WAITING until `next_at`."""

    pk: int
    state: str
    error: str = ""
    next_at: datetime | None = None


def enqueue(connection: Connection, message: Outgoing, now: datetime) -> bool:
    """Put a message into the queue, to be sent from now on; False where its dedup_key is there already."""
    return enqueue_all(connection, [message], now) == 1


def enqueue_all(connection: Connection, new: Sequence[Outgoing], now: datetime) -> int:
    """Put messages into the queue and return how many of them were not there yet."""
    keys = [message.dedup_key for message in new]
    known = select(messages.c.dedup_key).where(messages.c.dedup_key.in_(keys))
    there = set(connection.execute(known).scalars())
    rows = [_row(message, now) for message in new if message.dedup_key not in there]
    if rows:
        connection.execute(insert(messages), rows)
    return len(rows)


def release_interrupted(connection: Connection) -> None:
    """Let messages wait again that were being handed on when a process died; only for whoever holds the post."""
    connection.execute(update(messages).where(messages.c.state == SENDING).values(state=WAITING))


def has_due(connection: Connection, now: datetime) -> bool:
    """Say whether anything is to be handed on."""
    due = messages.c.state.in_((WAITING, SENDING)) & (messages.c.next_at <= now)
    return connection.execute(select(messages.c.pk).where(due).limit(1)).first() is not None


def take_next(connection: Connection, now: datetime) -> Queued | None:
    """Mark the next message as on its way and return it: single letters first, then digests, the oldest first."""
    due = (messages.c.state == WAITING) & (messages.c.next_at <= now)
    turn = select(messages).where(due).order_by(messages.c.is_bulk, messages.c.next_at, messages.c.pk).limit(1)
    row = connection.execute(turn).first()
    if row is None:
        return None
    marked = {"state": SENDING, "tries": row.tries + 1}
    connection.execute(update(messages).where(messages.c.pk == row.pk).values(marked))
    body, created_at = zlib.decompress(row.body), row.created_at.replace(tzinfo=UTC)
    return Queued(row.pk, row.kind, row.address, row.message_id, body, row.tries + 1, created_at)


def settle(connection: Connection, outcome: Settlement, now: datetime) -> None:
    """Note what became of a message; the body of one that is done goes. What was cancelled meanwhile stays so."""
    error = outcome.error[:LONGEST_ERROR]
    values: dict[str, Any] = {"state": outcome.state, "last_error": error}
    if outcome.state == WAITING:
        values["next_at"] = outcome.next_at or now
    else:
        values |= {"body": b"", "settled_at": now}
    connection.execute(update(messages).where(messages.c.pk == outcome.pk, messages.c.state == SENDING).values(values))


def postpone_waiting(connection: Connection, until: datetime) -> None:
    """Let all that waits wait until a moment: the way is shut."""
    waiting = (messages.c.state == WAITING) & (messages.c.next_at < until)
    connection.execute(update(messages).where(waiting).values(next_at=until))


def cancel_waiting(connection: Connection, address: str, kind: str, now: datetime) -> None:
    """Take back what waits for an address; what is on its way cannot be taken back, but is not tried again."""
    standing = messages.c.state.in_((WAITING, SENDING))
    mine = (messages.c.address == address) & standing & (messages.c.kind == kind)
    connection.execute(update(messages).where(mine).values(state=CANCELLED, body=b"", settled_at=now))


def delete_of(connection: Connection, address: str) -> None:
    """Forget every message to an address."""
    connection.execute(delete(messages).where(messages.c.address == address))


def delete_settled_before(connection: Connection, moment: datetime) -> None:
    """Forget messages that were settled long ago."""
    connection.execute(delete(messages).where(messages.c.settled_at < moment))


def count_by_state(connection: Connection) -> dict[str, int]:
    """Count the messages in each state."""
    rows = connection.execute(select(messages.c.state, func.count()).group_by(messages.c.state))
    return {row.state: row[1] for row in rows}


def list_last(connection: Connection, limit: int, *states: str) -> list[Letter]:
    """Return the newest messages, in any of these states or in all."""
    rows = select(messages).order_by(messages.c.pk.desc()).limit(limit)
    if states:
        rows = rows.where(messages.c.state.in_(states))
    return [_state(row) for row in connection.execute(rows)]


def _row(message: Outgoing, now: datetime) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "dedup_key": message.dedup_key,
        "kind": message.kind,
        "is_bulk": message.kind in BULK_KINDS,
        "address": message.address,
        "body": zlib.compress(message.body, 1),
        "state": WAITING,
        "tries": 0,
        "next_at": now,
        "last_error": "",
        "created_at": now,
    }


def _state(row: Any) -> Letter:
    settled = row.settled_at.replace(tzinfo=UTC) if row.settled_at else None
    created = row.created_at.replace(tzinfo=UTC)
    return Letter(row.kind, row.address, row.state, row.tries, row.last_error, created, settled)
