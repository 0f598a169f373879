"""Change a reader's e-mail address: a link to the new one confirms it, opened where the reader is signed in.

Nothing is kept in between: the link carries the change, and is void as soon as the address is another. Who has
an address already is not told before the link was opened. Side effects of confirming: the address is
changed, links to the former one are void, and the former one is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from broadsheet.domain.errors import Conflict, Invalid
from broadsheet.domain.readers import Reader, parse_email
from broadsheet.domain.tokens import find_claims, sign_token
from broadsheet.render.sign_in_message import write_changed, write_confirmation
from broadsheet.store import readers, sessions
from broadsheet.store.database import Database
from broadsheet.usecases.post_letter import Post, post_letter

CONFIRMED_WITHIN = timedelta(hours=1)
_PURPOSE = "new e-mail"
VOID = (
    "This link was used already, is too old, or is for another account: ask for a new one on the page of your account."
)
TAKEN = "Another account here has this address: choose another."
NO_ACCOUNT = "You read alone on this machine: there is no account that could have an address."


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader brings: a new address as typed, or the word of the link that confirms one."""

    reader: Reader
    text: str


def ask_for_change(database: Database, key: str, wish: Wish, post: Post, now: datetime) -> str:
    """Send a link that confirms an address, and return the address; raises Invalid, MailFailed."""
    email, reader = parse_email(wish.text), wish.reader
    if reader.is_local:
        raise Invalid("email", NO_ACCOUNT)
    word = sign_token(key.encode(), _PURPOSE, (str(reader.pk), reader.email, email), now + CONFIRMED_WITHIN)
    with database.write() as connection:
        post_letter(connection, post, write_confirmation(post.writer, email, word, now), now)
    return email


def read_change(key: str, reader: Reader, word: str, now: datetime) -> str:
    """Return the address that a link confirms for this reader; raises Invalid."""
    parts = find_claims(key.encode(), _PURPOSE, word, now)
    if parts is None or parts[:2] != (str(reader.pk), reader.email):
        raise Invalid("token", VOID)
    return parts[2]


def confirm_change(database: Database, key: str, wish: Wish, post: Post, now: datetime) -> None:
    """Give a reader the address that a link confirms; raises Invalid, Conflict, MailFailed."""
    with database.write() as connection:
        current = readers.find_reader(connection, wish.reader.pk) or wish.reader
        email = read_change(key, current, wish.text, now)
        if readers.find_by_email(connection, email) is not None:
            raise Conflict(TAKEN)
        readers.update_reader(connection, current.pk, email=email)
        sessions.delete_links_of(connection, current.pk, current.email)
        if current.email:
            post_letter(connection, post, write_changed(post.writer, current.email, now), now)
