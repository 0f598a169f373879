"""Single facts about the whole record, by name."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from broadsheet.store.tables import facts


def find_fact(connection: Connection, name: str) -> str | None:
    """Return the value under a name, or None."""
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def set_fact(connection: Connection, name: str, value: str) -> None:
    """Let a name have a value; what is so already is not written."""
    before = find_fact(connection, name)
    if before is None:
        connection.execute(insert(facts).values(name=name, value=value))
    elif before != value:
        connection.execute(update(facts).where(facts.c.name == name).values(value=value))
