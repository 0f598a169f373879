"""Sign in by the word of a provider of OpenID Connect, and tie accounts to what providers know.

An identity that is known signs its reader in. A new one is tied to the reader of the same address only where the
provider verified the address, and never by itself to whoever may curate or operate: they tie theirs on their own page.
Else it makes an account, where registration allows. It never makes the first account, which is the operator's:
whoever comes first through a provider that is open to the world would have the site.

Side effects of signing in: an identity, an account, an invitation used up, a session begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.credentials import hash_of
from broadsheet.domain.errors import Conflict, NotAllowed
from broadsheet.domain.identities import Identity
from broadsheet.domain.readers import Reader, suggested_name
from broadsheet.store import readers
from broadsheet.store.database import Database
from broadsheet.usecases.sign_in import SignedIn, admit, begin_session, register

FIRST_BY_HAND = (
    "Nobody has an account here yet: whoever runs this site makes the first one with broadsheet reader add NAME."
)
TIE_IT_FIRST = "Sign in with a link first, then connect this way to sign in on the page of your account."
TAKEN = "Somebody else here signs in with that: sign in as they, or choose another."
LAST_WAY = "This is your only way to sign in: give your account an e-mail address first."


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody comes back: the browser's name and address, where to lead, by which invitation ("" for none)."""

    seen: tuple[str, str]
    lands_on: str
    invitation: str = ""


def sign_in_elsewhere(
    database: Database, found: Identity, arrival: Arrival, registration: str, now: datetime
) -> SignedIn:
    """Begin a session for whom a provider knows; raises NotAllowed."""
    with database.write() as connection:
        reader = readers.find_by_identity(connection, found.issuer, found.subject)
        if reader is None:
            reader = _tied(connection, found) or _made(connection, found, arrival, registration, now)
            readers.insert_identity(connection, found.issuer, found.subject, reader.pk)
        return SignedIn(begin_session(connection, reader, arrival.seen, now), reader, arrival.lands_on)


def tie_identity(database: Database, reader: Reader, found: Identity) -> None:
    """Let a reader who is signed in sign in by this identity from now on; raises Conflict where it is another's."""
    with database.write() as connection:
        other = readers.find_by_identity(connection, found.issuer, found.subject)
        if other is None:
            readers.insert_identity(connection, found.issuer, found.subject, reader.pk)
        elif other.pk != reader.pk:
            raise Conflict(TAKEN)


def untie_identity(database: Database, reader: Reader, issuer: str, subject: str) -> None:
    """Let a reader no longer sign in by an identity; raises Conflict where no other way would be left."""
    with database.write() as connection:
        current = readers.find_reader(connection, reader.pk)
        if current is not None and not current.email and len(readers.list_identities(connection, reader.pk)) < 2:
            raise Conflict(LAST_WAY)
        readers.delete_identity(connection, issuer, subject, reader.pk)


def _tied(connection: Connection, found: Identity) -> Reader | None:
    """Return the reader of the verified address; raises NotAllowed for one with more rights than reading."""
    reader = readers.find_by_email(connection, found.email) if found.email else None
    if reader is not None and (reader.is_at_least("curator") or reader.is_blocked):
        raise NotAllowed(TIE_IT_FIRST)
    return reader


def _made(connection: Connection, found: Identity, arrival: Arrival, registration: str, now: datetime) -> Reader:
    if not readers.has_readers(connection):
        raise NotAllowed(FIRST_BY_HAND)
    admit(connection, registration, hash_of(arrival.invitation) if arrival.invitation else "", now)
    return register(connection, suggested_name(found.name or found.email), found.email, "reader", now)
