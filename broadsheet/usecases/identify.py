"""Find out who asks: by a session, an API token, a proxy's word, or because only this machine's own reader is there."""

from __future__ import annotations

from datetime import datetime, timedelta

from broadsheet.domain.credentials import SESSION_LIFE, hash_of
from broadsheet.domain.errors import NotSignedIn
from broadsheet.domain.readers import NOBODY, SCOPES, Reader, Visitor, parse_email, suggested_name
from broadsheet.store import readers, sessions
from broadsheet.store.database import Database
from broadsheet.usecases.sign_in import register

TOUCH_EVERY = timedelta(hours=1)
WRONG_TOKEN = "This token is unknown, was taken back or is too old: make a new one on the page of your account."  # noqa: S105
ALL_SCOPES = frozenset(SCOPES)
PROXY = "proxy"


def visitor_of_session(database: Database, secret: str, now: datetime) -> Visitor:
    """Return whose session this is; nobody where it ended. It is lengthened as it is used, once an hour."""
    with database.read() as connection:
        found = sessions.find_session(connection, hash_of(secret), now)
        reader = readers.find_reader(connection, found[1]) if found else None
    if found is None or reader is None or reader.is_blocked:
        return NOBODY
    pk, _, seen_at = found
    if now - seen_at > TOUCH_EVERY:
        with database.write() as connection:
            sessions.touch_session(connection, pk, now, SESSION_LIFE)
    return Visitor(reader, "session", ALL_SCOPES, pk)


def visitor_of_token(database: Database, secret: str, now: datetime) -> Visitor:
    """Return whose token this is; raises NotSignedIn for one that is not good."""
    with database.read() as connection:
        found = sessions.find_token(connection, hash_of(secret), now)
        reader = readers.find_reader(connection, found[0]) if found else None
    if found is None or reader is None or reader.is_blocked:
        raise NotSignedIn(WRONG_TOKEN)
    _, token = found
    if token.used_at is None or now - token.used_at > TOUCH_EVERY:
        with database.write() as connection:
            sessions.touch_token(connection, token.pk, now)
    return Visitor(reader, "token", frozenset(token.scopes))


def visitor_of_proxy(database: Database, address: str, now: datetime) -> Visitor:
    """Return the reader whom a trusted proxy has signed in by this e-mail address, made where new; raises Invalid.

    Nobody while nobody has an account: whom a proxy lets in first shall not be the operator.
    """
    email = parse_email(address)
    with database.read() as connection:
        reader = readers.find_by_email(connection, email)
        is_first = not readers.has_readers(connection)
    if is_first:
        return NOBODY
    if reader is None:
        with database.write() as connection:
            reader = readers.find_by_email(connection, email) or register(
                connection, suggested_name(email), email, "reader", now
            )
    return NOBODY if reader.is_blocked else Visitor(reader, PROXY, ALL_SCOPES)


def local_visitor(database: Database, now: datetime) -> Visitor:
    """Return this machine's own reader; nobody as soon as anybody has an account."""
    with database.read() as connection:
        if readers.has_readers(connection):
            return NOBODY
        reader = readers.find_local(connection)
    return Visitor(reader or ensure_local(database, now), "local", ALL_SCOPES)


def ensure_local(database: Database, now: datetime) -> Reader:
    """Return this machine's own reader, made where it is not there; where people have accounts, the first operator."""
    with database.write() as connection:
        first = readers.find_local(connection) or readers.find_first_operator(connection)
        return first or readers.insert_local(connection, now)
