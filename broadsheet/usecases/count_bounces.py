"""Take in what comes back: bounces count against an address, complaints and letters that ask for it end its mail.

Side effects: after HARD_BOUNCES_ALLOWED hard bounces the address is paused, and what waits for it is taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.subscriptions import (
    ACTIVE,
    COMPLAINED,
    HARD_BOUNCES_ALLOWED,
    PAUSED,
    UNSUBSCRIBED,
    Subscriber,
)
from broadsheet.mail.reports import COMPLAINT, UNSUBSCRIBE, Report, read_reports
from broadsheet.store import messages, subscribers
from broadsheet.store.messages import DIGEST
from broadsheet.usecases.post_office import PostOffice
from broadsheet.usecases.run_job import Desk


@dataclass
class ReportCount:
    """What a message that came back told: reports read, hard bounces counted, addresses paused, mail ended."""

    read: int = 0
    bounced: int = 0
    paused: int = 0
    ended: int = 0


def take_report(office: PostOffice, body: bytes, now: datetime) -> ReportCount:
    """Read a message that came back and act on it; raises Invalid where it reports nothing. Twice counts once."""
    count = ReportCount()
    for report in read_reports(body):
        count.read += 1
        with office.desk.database.write(is_shown=False) as connection:
            _act(office, connection, report, now, count)
    return count


def count_refusal(desk: Desk, address: str, message_id: str) -> None:
    """Count a server's refusal of a message, for good, as a hard bounce."""
    with desk.database.write(is_shown=False) as connection:
        one = subscribers.find_by_address(connection, address)
        if one is not None:
            _count(connection, one, f"refused {message_id}", desk.clock(), ReportCount())


def end_mail(connection: Connection, one: Subscriber, state: str, now: datetime) -> None:
    """Let a subscriber get no mail any more: subscriptions go, what waits is taken back."""
    subscribers.update_subscriber(connection, one.pk, state=state, serial=one.serial + 1)
    subscribers.delete_subscriptions(connection, one.pk)
    messages.cancel_waiting(connection, one.address, DIGEST, now)


def _act(office: PostOffice, connection: Connection, report: Report, now: datetime, count: ReportCount) -> None:
    if report.kind == UNSUBSCRIBE:
        one = subscribers.find_by_key(connection, office.read_unsubscription(report.token, now))
    else:
        one = subscribers.find_by_address(connection, report.address)
    if one is None:
        return
    if report.kind == UNSUBSCRIBE or report.kind == COMPLAINT:
        end_mail(connection, one, COMPLAINED if report.kind == COMPLAINT else UNSUBSCRIBED, now)
        count.ended += 1
    elif report.is_hard:
        _count(connection, one, report.report_id, now, count)


def _count(connection: Connection, one: Subscriber, report_id: str, now: datetime, count: ReportCount) -> None:
    if one.state != ACTIVE or (report_id and subscribers.find_last_report(connection, one.pk) == report_id):
        return
    count.bounced += 1
    is_over = one.bounces + 1 >= HARD_BOUNCES_ALLOWED
    state = PAUSED if is_over else one.state
    subscribers.update_subscriber(
        connection, one.pk, bounces=one.bounces + 1, last_report=report_id, state=state
    )  # fmt: skip
    if is_over:
        count.paused += 1
        messages.cancel_waiting(connection, one.address, DIGEST, now)
