"""Begin, confirm, change and end subscriptions by mail.

Nothing is sent to an address before its owner confirmed, but the one letter that asks for it; and that at most once an
hour and mailbox, whoever types the address and how often. What is answered never depends on who is known here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from broadsheet.domain.errors import Conflict, Invalid, NotFound
from broadsheet.domain.subscriptions import (
    ACTIVE,
    COMPLAINED,
    PAUSED,
    PENDING,
    UNSUBSCRIBED,
    Hours,
    Subscriber,
    Wish,
    check_room,
    next_digest_at,
)
from broadsheet.mail.addresses import mailbox_of, parse_address
from broadsheet.render.email import Errand, write_notice
from broadsheet.store import messages, subscribers
from broadsheet.store.messages import Outgoing
from broadsheet.usecases.count_bounces import end_mail
from broadsheet.usecases.post_office import PostOffice

KIND = "confirmation"
BETWEEN_LETTERS = timedelta(hours=1)
USED = "This link has been used already: ask for a new one if you want to change something."
GONE = "This address is not known here any more: subscribe again if you want mail."


def ask_to_subscribe(
    office: PostOffice, typed: str, wish: Wish, now: datetime, make_key: Callable[[int], str] = secrets.token_urlsafe
) -> None:
    """Send an address the link by which its owner confirms a wish; raises Invalid for what is no address.

    Says nothing of what was done: the letter is written in every case, and kept where one may go out now.
    """
    address = parse_address(typed)
    mailbox = mailbox_of(address)
    with office.desk.database.write(is_shown=False) as connection:
        known = subscribers.find_by_address(connection, address)
        asked_at = subscribers.find_last_asked(connection, mailbox)
        one = known or Subscriber(0, make_key(12), address, PENDING, Hours())
        letter = _letter(office, one, wish, now)
        if (asked_at and now - asked_at < BETWEEN_LETTERS) or one.state == COMPLAINED:
            return
        if known is None:
            subscribers.insert_subscriber(connection, one, mailbox, now)
        else:
            subscribers.update_subscriber(connection, one.pk, asked_at=now)
        messages.enqueue(connection, letter, now)


def read_wish(office: PostOffice, token: str, now: datetime) -> tuple[str, Wish]:
    """Return the address and the wish that a confirmation is for; raises Invalid for one that is not good any more."""
    key, serial, wish = office.read_confirmation(token, now)
    with office.desk.database.read() as connection:
        return _unused(connection, key, serial).address, wish


def confirm(office: PostOffice, token: str, now: datetime) -> str:
    """Begin the subscription that was asked for and return the token of its preferences; works once, raises Invalid."""
    key, serial, wish = office.read_confirmation(token, now)
    with office.desk.database.write(is_shown=False) as connection:
        one = _unused(connection, key, serial)
        check_room(one)
        subscribers.update_subscriber(
            connection, one.pk, state=ACTIVE, serial=serial + 1, bounces=0, confirmed_at=now, last_report=""
        )
        next_at = next_digest_at(wish.cadence, one.hours, now)
        subscribers.upsert_subscription(connection, one.pk, wish, next_at, now)
    return office.preferences_token(key)


def read_subscriber(office: PostOffice, token: str, now: datetime) -> Subscriber:
    """Return whose preferences a token opens; raises Invalid, NotFound."""
    key = office.read_preferences(token, now)
    with office.desk.database.read() as connection:
        return _get(connection, key)


def read_leaving(office: PostOffice, token: str, now: datetime) -> str:
    """Return whose mail a token ends, as an address; raises Invalid, NotFound."""
    key = office.read_unsubscription(token, now)
    with office.desk.database.read() as connection:
        return _get(connection, key).address


def change_preferences(
    office: PostOffice, token: str, hours: Hours, wishes: Sequence[tuple[int, str]], now: datetime
) -> None:
    """Keep the subscriptions named by pk in `wishes`, each with its cadence, at these hours; the others end."""
    key = office.read_preferences(token, now)
    with office.desk.database.write(is_shown=False) as connection:
        one = _get(connection, key)
        cadences = dict(wishes)
        subscribers.update_subscriber(connection, one.pk, hour=hours.hour, zone=hours.zone)
        gone = [it.pk for it in one.subscriptions if it.pk not in cadences]
        subscribers.delete_subscriptions(connection, one.pk, gone)
        for it in one.subscriptions:
            if it.pk in cadences:
                wish = replace(it.wish, cadence=cadences[it.pk])
                next_at = next_digest_at(wish.cadence, hours, now)
                subscribers.upsert_subscription(connection, one.pk, wish, next_at, now)


def resume(office: PostOffice, token: str, now: datetime) -> None:
    """Send to a paused address again."""
    key = office.read_preferences(token, now)
    with office.desk.database.write(is_shown=False) as connection:
        one = _get(connection, key)
        if one.state == PAUSED:
            subscribers.update_subscriber(connection, one.pk, state=ACTIVE, bounces=0, last_report="")


def add_wish(office: PostOffice, token: str, wish: Wish, now: datetime) -> None:
    """Add a subscription to those of somebody who is subscribed already; raises Conflict where they are too many."""
    key = office.read_preferences(token, now)
    with office.desk.database.write(is_shown=False) as connection:
        one = _get(connection, key)
        if one.state not in (ACTIVE, PAUSED):
            raise Conflict("Mail to this address has ended: subscribe anew to begin again.")
        check_room(one)
        next_at = next_digest_at(wish.cadence, one.hours, now)
        subscribers.upsert_subscription(connection, one.pk, wish, next_at, now)


def unsubscribe(office: PostOffice, token: str, now: datetime) -> None:
    """End all mail that a token is for; once ended it stays ended. Raises Invalid for a forged token."""
    key = office.read_unsubscription(token, now)
    with office.desk.database.write(is_shown=False) as connection:
        one = subscribers.find_by_key(connection, key)
        if one is not None and one.state in (ACTIVE, PAUSED, PENDING):
            end_mail(connection, one, UNSUBSCRIBED, now)


def forget(office: PostOffice, token: str, now: datetime) -> None:
    """Delete an address with everything about it."""
    key = office.read_preferences(token, now)
    with office.desk.database.write(is_shown=False) as connection:
        one = _get(connection, key)
        messages.delete_of(connection, one.address)
        subscribers.delete_subscriber(connection, one.pk)


def _letter(office: PostOffice, one: Subscriber, wish: Wish, now: datetime) -> Outgoing:
    title = office.imprint.title
    key = f"{KIND}:{one.key}:{now.isoformat()}"
    written = write_notice(
        office.imprint,
        Errand(one.address, KIND, key, now),
        f"{title}: please confirm",
        (
            f"Somebody, you we hope, wants to get this from {title} by mail, {wish.cadence}: {wish.title}.",
            "Open the link and press the button there to begin. It works once, for two days.",
        ),
        ("Confirm", office.confirmation_url(one, wish, now)),
    )
    return Outgoing(KIND, one.address, key, written.message_id, written.body)


def _unused(connection: Connection, key: str, serial: int) -> Subscriber:
    one = subscribers.find_by_key(connection, key)
    if one is None or one.serial != serial:
        raise Invalid("token", USED)
    return one


def _get(connection: Connection, key: str) -> Subscriber:
    one = subscribers.find_by_key(connection, key)
    if one is None:
        raise NotFound(GONE)
    return one
