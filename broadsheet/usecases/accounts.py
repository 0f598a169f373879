"""A reader's account: names, sessions, API tokens, everything of the reader to take along, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from broadsheet.domain.credentials import TOKEN_PREFIX, hash_of, new_secret
from broadsheet.domain.deeds import Deed, reader_subject
from broadsheet.domain.errors import Conflict, Invalid
from broadsheet.domain.readers import (
    Account,
    ApiToken,
    Reader,
    parse_email,
    parse_full_name,
    parse_name,
    parse_role,
    parse_scopes,
)
from broadsheet.store import deeds, personal, readers, sessions
from broadsheet.store.database import Database
from broadsheet.usecases.groups import leave_all_groups
from broadsheet.usecases.sign_in import make_link_for, register
from broadsheet.usecases.voting import note_votes

MOST_DAYS = 3_650
LAST_OPERATOR = "There must be an operator: make another reader one first (broadsheet reader role NAME operator)."


@dataclass(frozen=True, slots=True)
class WantedToken:
    """A token as it is asked for; `days` it shall last, as typed, "" or "0" for without end."""

    name: str
    scopes: tuple[str, ...]
    days: str


@dataclass(frozen=True, slots=True)
class WantedReader:
    """A reader as an operator asks for it, as typed; without an address only links made by operators sign in."""

    name: str
    email: str
    role: str


def read_account(database: Database, reader: Reader, now: datetime) -> Account:
    """Return a reader's account as it is now."""
    with database.read() as connection:
        found = readers.find_reader(connection, reader.pk) or reader
        return Account(
            found,
            sessions.list_sessions(connection, reader.pk, now),
            sessions.list_tokens(connection, reader.pk),
            readers.list_identities(connection, reader.pk),
        )


def rename(database: Database, reader: Reader, name: str, full_name: str) -> None:
    """Give a reader other names, this machine's own only one for others to see; raises Invalid for a taken one."""
    values = {"full_name": parse_full_name(full_name)}
    with database.write() as connection:
        if not reader.is_local:
            values["name"] = parse_name(name)
            other = readers.find_by_name(connection, values["name"])
            if other is not None and other.pk != reader.pk:
                raise Invalid("name", f"The name {values['name']} is taken: choose another.")
        readers.update_reader(connection, reader.pk, **values)


def end_sessions(database: Database, reader: Reader, which: str, own_pk: int | None) -> None:
    """End the session with this pk, or with "others" all but the reader's own of this moment."""
    with database.write() as connection:
        if which == "others":
            sessions.delete_sessions(connection, reader.pk, own_pk)
        elif which.isascii() and which.isdigit():
            sessions.delete_session(connection, reader.pk, int(which[:18]))


def make_token(database: Database, reader: Reader, wanted: WantedToken, now: datetime) -> str:
    """Make an API token and return it: it cannot be shown again. Raises Invalid."""
    name, scopes = " ".join(wanted.name.split())[:60], parse_scopes(list(wanted.scopes))
    if not name or not name.isprintable():
        raise Invalid("token_name", "Give the token a name, so that you know later what uses it.")
    days = wanted.days.strip() or "0"
    if not (days.isascii() and days.isdigit() and int(days[:9]) <= MOST_DAYS):
        raise Invalid("days", f"A token lasts a whole number of days up to {MOST_DAYS:,}, or 0 for without end.")
    ends = now + timedelta(days=int(days)) if int(days) else None
    secret = TOKEN_PREFIX + new_secret()
    with database.write() as connection:
        if len(sessions.list_tokens(connection, reader.pk)) >= sessions.MOST_TOKENS:
            raise Invalid("token_name", "There are too many tokens: take one back first.")
        sessions.insert_token(connection, hash_of(secret), reader.pk, ApiToken(0, name, scopes, now, ends, None))
    return secret


def revoke_token(database: Database, reader: Reader, which: str) -> None:
    """Take the token with this pk back."""
    if which.isascii() and which.isdigit():
        with database.write() as connection:
            sessions.delete_token(connection, reader.pk, int(which[:18]))


def export_account(database: Database, reader: Reader) -> dict[str, Any]:
    """Return everything in the record that is this reader's, a list of rows under the name of each table."""
    with database.read() as connection:
        return {"reader": reader.name, **personal.list_everything_of(connection, reader.pk)}


def delete_account(database: Database, reader: Reader, now: datetime) -> None:
    """Take a reader out; what others answered stays without a name. Raises Conflict for the last operator.

    Votes go too, and the papers' counts with them.
    """
    with database.write() as connection:
        reader = readers.find_reader(connection, reader.pk) or reader
        if reader.role == "operator" and not reader.is_local and not _is_another_operator(connection, reader):
            raise Conflict(LAST_OPERATOR)
        leave_all_groups(connection, reader.pk)
        for pk in personal.forget_reader(connection, reader.pk):
            note_votes(connection, pk)
        sessions.delete_links_of(connection, reader.pk, reader.email)
        readers.delete_reader(connection, reader.pk)
        deeds.add_deed(connection, Deed(now, None, "account deleted", "", is_public=False))


def add_reader(database: Database, by: Reader | None, wanted: WantedReader, now: datetime) -> tuple[Reader, str]:
    """Make a reader for an operator, and return it with the secret of a link that signs in. Raises Invalid."""
    name, role = parse_name(wanted.name), parse_role(wanted.role)
    email = parse_email(wanted.email) if wanted.email.strip() else ""
    with database.write() as connection:
        there = readers.find_by_name(connection, name), readers.find_by_email(connection, email) if email else None
        for found, what in zip(there, (name, email), strict=True):
            if found is not None:
                raise Invalid("name", f"There is a reader {what} already: make a new link for {found.name}.")
        reader = register(connection, name, email, role, now)
        _write_down(connection, by, "reader added", reader, reader.role, now)
        return reader, make_link_for(connection, reader, now)


def link_for(database: Database, by: Reader | None, name: str, now: datetime) -> str:
    """Return the secret of a link that signs a reader in; written down for operators. Raises NotFound."""
    with database.write() as connection:
        reader = readers.get_by_name(connection, name)
        _write_down(connection, by, "link to sign in made", reader, "", now)
        return make_link_for(connection, reader, now)


def change_reader(database: Database, by: Reader | None, name: str, now: datetime, **to: Any) -> Reader:
    """Change `role` or `is_blocked` of a reader; written down for operators. Raises NotFound, Invalid, Conflict.

    Who is blocked is signed out at once.
    """
    if "role" in to:
        parse_role(to["role"])
    with database.write() as connection:
        reader = readers.get_by_name(connection, name)
        loses_power = to.get("role", reader.role) != "operator" or to.get("is_blocked", False)
        if reader.role == "operator" and loses_power and not _is_another_operator(connection, reader):
            raise Conflict(LAST_OPERATOR)
        readers.update_reader(connection, reader.pk, **to)
        if to.get("is_blocked"):
            sessions.delete_sessions(connection, reader.pk)
        _write_down(connection, by, "reader changed", reader, ", ".join(_told(*one) for one in to.items()), now)
        return readers.get_by_name(connection, name)


def _told(key: str, value: Any) -> str:
    return {"is_blocked": "blocked" if value else "open again"}.get(key, str(value))


def _write_down(connection: Connection, by: Reader | None, verb: str, of: Reader, detail: str, now: datetime) -> None:
    """Write a deed down under the reader's number: the log is never edited, and keeps no name of who has left."""
    deed = Deed(now, by.pk if by else None, verb, reader_subject(of.pk), detail, is_public=False)
    deeds.add_deed(connection, deed)


def _is_another_operator(connection: Connection, reader: Reader) -> bool:
    return readers.count_operators(connection, but_pk=reader.pk) > 0
