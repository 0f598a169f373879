"""What curators decided by hand: which records are one paper and which are not. Nothing here is ever taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from broadsheet.store.tables import curations

JOIN, SPLIT = "join", "split"


def insert_decision(connection: Connection, verb: str, one: str, other: str, by: str, now: datetime) -> None:
    """Note a decision about two records, each named as `source:source id`."""
    values = {"verb": verb, "one": one, "other": other, "made_by": by, "made_at": now}
    connection.execute(insert(curations).values(values))


def list_parted(connection: Connection) -> set[tuple[str, str]]:
    """Return the pairs of records that are not one paper, names in order: of contrary decisions the last one holds."""
    parted: set[tuple[str, str]] = set()
    decisions = select(curations.c.verb, curations.c.one, curations.c.other).order_by(curations.c.pk)
    for verb, one, other in connection.execute(decisions):
        pair = (min(one, other), max(one, other))
        if verb == SPLIT:
            parted.add(pair)
        else:
            parted.discard(pair)
    return parted
