"""The secret of an installation, from which forms and signed links get theirs. Side effect: made at its first use."""

from __future__ import annotations

from broadsheet.domain.credentials import new_secret
from broadsheet.store import facts
from broadsheet.store.database import Database

SECRET = "secret"  # noqa: S105 (the name of the fact, not the secret)


def site_secret(database: Database) -> str:
    """Return the secret; it never leaves the record."""
    with database.read() as connection:
        found = facts.find_fact(connection, SECRET)
    if found is None:
        with database.write() as connection:
            found = facts.find_fact(connection, SECRET) or new_secret()
            facts.set_fact(connection, SECRET, found)
    return found
