"""Sign in and out. No passwords: a link by e-mail, a link that an operator made, or another site's word.

Side effects of asking: at most one message in the queue and one link. Of opening a link: the link is used up; where the
address is new a reader is made (the first one is the operator, in place of the machine's own); a session begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.credentials import INVITATION_LIFE, LINK_LIFE, SESSION_LIFE, are_equal, hash_of, new_secret
from broadsheet.domain.deeds import Deed
from broadsheet.domain.errors import Invalid, NotAllowed
from broadsheet.domain.readers import Reader, suggested_name
from broadsheet.render.sign_in_message import write_link
from broadsheet.store import deeds, readers, sessions
from broadsheet.store.database import Database
from broadsheet.store.sessions import SignInLink
from broadsheet.usecases.post_letter import Post, post_letter

LINKS_AN_HOUR = 5
TOO_LATE = "This link was used already or is too old: ask for a new one."
NO_NEW_ACCOUNTS = "New readers need an invitation here: ask whoever runs this site."
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
class Browser:
    """With what somebody comes: the browser's secret, "" for none; its name and address, for the list of sessions."""

    secret: str
    seen: tuple[str, str]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun: the secret for the cookie, the reader, where to lead."""

    secret: str
    reader: Reader
    lands_on: str


def send_link(connection: Connection, asked: Asked, registration: str, post: Post, now: datetime) -> None:
    """Send a link that signs in where this address may; as much is done, and nothing told, where it may not.

    While nobody has an account the message stays in the outbox: who reads it there has the machine, and may run it.
    Raises MailFailed.
    """
    secret, is_first = ask_for_link(connection, asked, registration, now)
    message = write_link(post.writer, asked.email, secret or new_secret(), now)
    if secret is not None:
        post_letter(connection, post, message, now, stays_here=is_first)


def ask_for_link(connection: Connection, asked: Asked, registration: str, now: datetime) -> tuple[str | None, bool]:
    """Make a link that signs in; return its secret, and whether it would make the first account.

    No secret where this address may not sign in, or asked too often; a link that nobody has is kept then, so that
    both ways take as long and count as much. `registration` is "open", "invite" or "closed".
    """
    is_first = not readers.has_readers(connection)
    reader = readers.find_by_email(connection, asked.email)
    invitation = hash_of(asked.invitation) if asked.invitation else ""
    is_invited = bool(invitation) and sessions.is_invitation_good(connection, invitation, now)
    if sessions.count_links_since(connection, asked.email, now - sessions.COUNTED_FOR) >= LINKS_AN_HOUR:
        return None, is_first
    if reader is None:
        may = is_first or registration == "open" or (registration == "invite" and is_invited)
    else:
        may = not reader.is_blocked
    secret = new_secret()
    pk = reader.pk if reader and may else None
    link = SignInLink(asked.email, pk, hash_of(asked.browser), asked.lands_on, invitation, now + LINK_LIFE)
    sessions.insert_link(connection, hash_of(secret), link, now)
    return secret if may else None, is_first


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


def open_link(database: Database, secret: str, browser: Browser, registration: str, now: datetime) -> SignedIn:
    """Use a link up and begin a session; raises NotAllowed."""
    with database.write() as connection:
        link = _good_link(connection, secret, browser.secret, now)
        sessions.delete_link(connection, hash_of(secret))
        reader = readers.find_reader(connection, link.reader_pk) if link.reader_pk else None
        reader = reader or readers.find_by_email(connection, link.email)
        if reader is None:
            if readers.has_readers(connection):
                admit(connection, registration, link.invitation_hash, now)
            reader = register(connection, suggested_name(link.email), link.email, "reader", now)
        return SignedIn(begin_session(connection, reader, browser.seen, now), reader, link.lands_on)


def admit(connection: Connection, registration: str, invitation_hash: str, now: datetime) -> None:
    """Let one more make an account, by using an invitation up where one is needed; raises NotAllowed.

    What is allowed is looked at when the account is made, whatever was so when the link was asked for.
    """
    is_used = bool(invitation_hash) and sessions.use_invitation(connection, invitation_hash, now)
    if registration != "open" and not (registration == "invite" and is_used):
        raise NotAllowed(NO_NEW_ACCOUNTS)


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
    """Make an invitation for one account and return its secret; written down for operators. Raises Invalid."""
    told = " ".join(note.split())[:200]
    if not told.isprintable():
        raise Invalid("note", "The note is one line of plain text.")
    secret = new_secret()
    with database.write() as connection:
        sessions.insert_invitation(connection, hash_of(secret), made_by, told, (now, now + INVITATION_LIFE))
        deeds.add_deed(connection, Deed(now, made_by, "invitation made", "", is_public=False))
    return secret


def _good_link(connection: Connection, secret: str, browser: str, now: datetime) -> SignInLink:
    link = sessions.find_link(connection, hash_of(secret), now)
    if link is None:
        raise NotAllowed(TOO_LATE)
    if link.browser_hash and not are_equal(link.browser_hash, hash_of(browser)):
        raise NotAllowed(OTHER_BROWSER)
    return link
