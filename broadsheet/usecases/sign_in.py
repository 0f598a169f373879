"""Sign in and out. No passwords: a link by e-mail, a link that an operator made, or another site's word.

Side effects of asking: at most one message in the queue and one link. Of opening a link: the link is used up; where the
address is new a reader is made (the first one is the operator, in place of the machine's own); a session begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from broadsheet.domain.credentials import INVITATION_LIFE, LINK_LIFE, SESSION_LIFE, are_equal, hash_of, new_secret
from broadsheet.domain.errors import NotAllowed
from broadsheet.domain.readers import Reader, suggested_name
from broadsheet.store import readers, sessions
from broadsheet.store.database import Database
from broadsheet.store.sessions import SignInLink

LINKS_AN_HOUR = 5
TOO_LATE = "This link was used already or is too old: ask for a new one."
OTHER_BROWSER = "This link works only in the browser that asked for it: open it there, or ask for a new one here."
BLOCKED = "This account is closed for now: ask whoever runs this site."


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a link, with which browser (its secret), where to lead, by which invitation ("" for none)."""

    email: str
    browser: str
    lands_on: str
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun: the secret for the cookie, the reader, where to lead."""

    secret: str
    reader: Reader
    lands_on: str


def ask_for_link(connection: Connection, asked: Asked, registration: str, now: datetime) -> str | None:
    """Make a link that signs in, and return its secret; None where this address may not sign in, or asked too often.

    The page that answers must not tell these apart: nobody learns who has an account. `registration` is "open",
    "invite" or "closed".
    """
    if sessions.count_links_since(connection, asked.email, now - timedelta(hours=1)) >= LINKS_AN_HOUR:
        return None
    reader = readers.find_by_email(connection, asked.email)
    invitation = hash_of(asked.invitation) if asked.invitation else ""
    if reader is None:
        is_invited = bool(invitation) and sessions.is_invitation_good(connection, invitation, now)
        is_first = not readers.has_readers(connection)
        if not (is_first or registration == "open" or (registration == "invite" and is_invited)):
            return None
    elif reader.is_blocked:
        return None
    secret = new_secret()
    link = SignInLink(
        asked.email, reader.pk if reader else None, hash_of(asked.browser), asked.lands_on, invitation, now + LINK_LIFE
    )
    sessions.insert_link(connection, hash_of(secret), link, now)
    return secret


def make_link_for(connection: Connection, reader: Reader, now: datetime) -> str:
    """Make a link that signs a reader in from any browser, for an operator to hand on, and return its secret."""
    secret = new_secret()
    link = SignInLink(reader.email, reader.pk, "", "/", "", now + LINK_LIFE)
    sessions.insert_link(connection, hash_of(secret), link, now)
    return secret


def check_link(database: Database, secret: str, browser: str, now: datetime) -> SignInLink:
    """Return a link that can be opened in this browser; raises NotAllowed with what to do."""
    with database.read() as connection:
        return _good_link(connection, secret, browser, now)


def open_link(database: Database, secret: str, browser: str, seen: tuple[str, str], now: datetime) -> SignedIn:
    """Use a link up and begin a session; `seen` is the browser's name and address. Raises NotAllowed."""
    with database.write() as connection:
        link = _good_link(connection, secret, browser, now)
        sessions.delete_link(connection, hash_of(secret))
        reader = readers.find_reader(connection, link.reader_pk) if link.reader_pk else None
        reader = reader or readers.find_by_email(connection, link.email)
        if reader is None:
            if link.invitation_hash:
                sessions.use_invitation(connection, link.invitation_hash, now)
            reader = register(connection, suggested_name(link.email), link.email, "reader", now)
        return SignedIn(begin_session(connection, reader, seen, now), reader, link.lands_on)


def register(connection: Connection, name: str, email: str, role: str, now: datetime) -> Reader:
    """Make a reader; the first of an installation is its operator, and takes the place of the machine's own."""
    if readers.has_readers(connection):
        return readers.insert_reader(connection, name, email, role, now)
    local = readers.find_local(connection)
    if local is not None:
        return readers.give_local_a_name(connection, local.pk, name, email)
    return readers.insert_reader(connection, name, email, "operator", now)


def begin_session(connection: Connection, reader: Reader, seen: tuple[str, str], now: datetime) -> str:
    """Begin a session and return the secret for its cookie; raises NotAllowed for a closed account."""
    if reader.is_blocked:
        raise NotAllowed(BLOCKED)
    secret = new_secret()
    sessions.insert_session(connection, hash_of(secret), reader.pk, seen, (now, now + SESSION_LIFE))
    return secret


def invite(database: Database, made_by: int | None, note: str, now: datetime) -> str:
    """Make an invitation for one account and return its secret."""
    secret = new_secret()
    with database.write() as connection:
        sessions.insert_invitation(connection, hash_of(secret), made_by, note[:200], (now, now + INVITATION_LIFE))
    return secret


def _good_link(connection: Connection, secret: str, browser: str, now: datetime) -> SignInLink:
    link = sessions.find_link(connection, hash_of(secret), now)
    if link is None:
        raise NotAllowed(TOO_LATE)
    if link.browser_hash and not are_equal(link.browser_hash, hash_of(browser)):
        raise NotAllowed(OTHER_BROWSER)
    return link
