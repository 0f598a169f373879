"""Subscribe readers with an account to lists of their own, at the address of their account.

No letter asks for confirmation: an account's address was confirmed when its reader signed in with it. What the reader
may not see is not sent, whatever is subscribed to: each list is read as the reader, each time.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from broadsheet.domain.errors import Conflict, Invalid
from broadsheet.domain.own_lists import GROUP
from broadsheet.domain.readers import Reader
from broadsheet.domain.subscriptions import (
    ACTIVE,
    COMPLAINED,
    PAUSED,
    Hours,
    Subscriber,
    Wish,
    check_room,
    next_digest_at,
)
from broadsheet.mail.addresses import mailbox_of, parse_address
from broadsheet.store import subscribers
from broadsheet.usecases.groups import open_group
from broadsheet.usecases.post_office import PostOffice

NO_ADDRESS = "Your account has no e-mail address yet: give it one on the page of your account, then subscribe."
ENDED = "Somebody complained about mail to this address, so nothing is sent to it: use another for your account."


def subscribe_reader(
    office: PostOffice,
    reader: Reader,
    wish: Wish,
    now: datetime,
    make_key: Callable[[int], str] = secrets.token_urlsafe,
) -> str:
    """Begin sending a reader an own list, and return the token of the preferences; raises Invalid, NotFound, Conflict.

    Who ended all mail once begins anew with this list alone; a paused address stays paused.
    """
    if not reader.email:
        raise Invalid("email", NO_ADDRESS)
    address = parse_address(reader.email)
    with office.desk.database.write() as connection:
        if wish.kind == GROUP:
            open_group(connection, wish.value, reader.pk)
        known = subscribers.find_by_address(connection, address)
        if known is None:
            new = Subscriber(0, make_key(12), address, ACTIVE, Hours())
            subscribers.insert_subscriber(connection, new, mailbox_of(address), now)
            known = subscribers.find_by_address(connection, address) or new
        if known.state == COMPLAINED:
            raise Conflict(ENDED)
        check_room(known)
        if known.state != PAUSED:
            subscribers.update_subscriber(connection, known.pk, state=ACTIVE, confirmed_at=now)
        next_at = next_digest_at(wish.cadence, known.hours, now)
        subscribers.upsert_subscription(connection, known.pk, wish, next_at, now)
    return office.preferences_token(known.key)
