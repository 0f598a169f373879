"""Hand on what waits in the outgoing post.

Side effects, a message at a time: it is marked as on its way, handed to the mailer, and settled together with the
marking of the next. A process that dies repeats at most the message in hand, with the same Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from broadsheet.domain.errors import MailFailed
from broadsheet.mail.protocol import Mailer
from broadsheet.store import messages
from broadsheet.store.job_locks import hold_job
from broadsheet.store.messages import DIGEST, FAILED, SENT, WAITING, Queued, Settlement
from broadsheet.usecases.count_bounces import count_refusal
from broadsheet.usecases.run_job import Desk

JOB = "mail"
MOST_PER_RUN = 100_000
BACKOFF_MINUTES = (1, 5, 15, 60, 240, 720)
MOST_TRIES = len(BACKOFF_MINUTES) + 1
SHUT_FOR = timedelta(minutes=1)
LONGEST_WAIT = timedelta(days=3)
_log = logging.getLogger(__name__)


@dataclass
class DeliveryCount:
    """How many messages were handed on, given up, and put off; `failure` says why the way was shut."""

    sent: int = 0
    failed: int = 0
    put_off: int = 0
    failure: str = ""


def deliver_mail(desk: Desk, mailer: Mailer, should_stop: Callable[[], bool] = lambda: False) -> DeliveryCount:
    """Hand on what is due; nothing where another process does it, or nothing waits."""
    count = DeliveryCount()
    with desk.database.read() as connection:
        if not messages.has_due(connection, desk.clock()):
            return count
    with hold_job(desk.locks, JOB) as is_mine:
        if is_mine:
            with desk.database.write(is_shown=False) as connection:
                messages.release_interrupted(connection)
            _deliver(desk, mailer, should_stop, count)
    return count


def _deliver(desk: Desk, mailer: Mailer, should_stop: Callable[[], bool], count: DeliveryCount) -> None:
    settled: Settlement | None = None
    for _ in range(MOST_PER_RUN):
        goes_on = not should_stop() and not count.failure
        message = _turn(desk, settled, take=goes_on)
        if message is None:
            return
        settled = _hand_on(desk, mailer, message, count)
    _turn(desk, settled, take=False)


def _turn(desk: Desk, settled: Settlement | None, *, take: bool) -> Queued | None:
    """Settle the last message and mark the next, in one transaction."""
    now = desk.clock()
    with desk.database.write(is_shown=False) as connection:
        if settled is not None:
            messages.settle(connection, settled, now)
        return messages.take_next(connection, now) if take else None


def _hand_on(desk: Desk, mailer: Mailer, message: Queued, count: DeliveryCount) -> Settlement:
    try:
        mailer.send(message.address, message.message_id, message.body)
    except MailFailed as error:
        return _failed(desk, message, error, count)
    count.sent += 1
    return Settlement(message.pk, SENT)


def _failed(desk: Desk, message: Queued, error: MailFailed, count: DeliveryCount) -> Settlement:
    now = desk.clock()
    is_old = now - message.created_at > LONGEST_WAIT
    if error.is_for_all and not is_old:
        # The way is shut: that is no fault of this message's, and all others would meet it too.
        count.failure = str(error)
        count.put_off += 1
        with desk.database.write(is_shown=False) as connection:
            messages.postpone_waiting(connection, now + SHUT_FOR)
        return Settlement(message.pk, WAITING, str(error), now + SHUT_FOR)
    if error.may_retry and not is_old and message.tries < MOST_TRIES:
        count.put_off += 1
        return Settlement(message.pk, WAITING, str(error), _again_at(message, now))
    count.failed += 1
    _log.warning("A message (%s) could not be delivered and was given up: %s", message.kind, error)
    if not error.may_retry and message.kind == DIGEST:
        count_refusal(desk, message.address, message.message_id)
    return Settlement(message.pk, FAILED, str(error))


def _again_at(message: Queued, now: datetime) -> datetime:
    minutes = BACKOFF_MINUTES[min(message.tries, len(BACKOFF_MINUTES)) - 1]
    return now + timedelta(minutes=minutes)
