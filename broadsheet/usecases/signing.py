"""The secret by which this installation signs links: made once, kept in the record, shown and exported nowhere."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from broadsheet.store.database import Database
from broadsheet.store.facts import find_fact, set_fact

_NAME = "signing_secret"
_BYTES = 32


def signing_secret(database: Database, make: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """Return the secret, made by `make` where there is none yet."""
    with database.read() as connection:
        found = find_fact(connection, _NAME)
    if found is None:
        with database.write() as connection:
            found = find_fact(connection, _NAME) or make(_BYTES).hex()
            set_fact(connection, _NAME, found)
    return bytes.fromhex(found)
