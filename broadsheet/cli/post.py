"""`broadsheet digest` and `broadsheet bounce`: the mail that goes out, and what comes back."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from broadsheet.cli.options import data_option, json_option, opened, print_json
from broadsheet.domain.errors import Invalid, NotFound

if TYPE_CHECKING:
    from broadsheet.domain.subscriptions import Subscriber, Wish
    from broadsheet.usecases.run_job import Desk
    from broadsheet.wiring import House


@click.group()
def digest() -> None:
    """Preview digests, or send those that are due.

    Each of the two takes --data DIR.
    """


@digest.command()
@click.argument("whom", metavar="ADDRESS|SUBSCRIPTION")
@click.option("--open", "is_opened", is_flag=True, help="Open it in a browser.")
@click.option("--html", "as_html", is_flag=True, help="Print the HTML instead of the text.")
@data_option
def preview(whom: str, folder: Path | None, *, is_opened: bool, as_html: bool) -> None:
    """Show what a subscriber would get now, or a new one of a SUBSCRIPTION.

    A subscription is written as front, trending, category:cs.CL, author:"Ada Quill" or search:"language models".
    Nothing is sent, nothing changes.
    """
    from broadsheet.usecases.send_digests import preview_digest

    with opened(folder) as house:
        office = house.post_office()
        found = preview_digest(office, house.shelf(), _whom(house, whom), house.clock(), house.today())
    if found is None:
        raise NotFound("There is nothing new for this digest now: no mail would be sent.")
    if is_opened:
        with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8", delete=False) as file:
            file.write(found.html)
        click.echo(file.name)
        click.launch(file.name)
    else:
        click.echo(found.html if as_html else found.text)


@digest.command()
@click.option("--at", "moment", metavar="TIME", help="As if it were TIME, for example 2025-11-07T12:00Z.")
@click.option("--dry-run", is_flag=True, help="Count, but write and send nothing.")
@data_option
@json_option
def send(moment: str | None, folder: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Write the digests that are due and hand them on, with whatever else waits in the outgoing post."""
    from broadsheet.usecases.deliver_mail import DeliveryCount, deliver_mail
    from broadsheet.usecases.send_digests import send_digests
    from broadsheet.wiring import make_mailer

    with opened(folder) as house:
        now = _moment(moment) if moment else house.clock()
        today = now.astimezone(house.settings.zone).date()
        count = send_digests(house.post_office(), house.shelf(), now, today, dry_run=dry_run)
        done = DeliveryCount()
        if not dry_run:
            mailer = make_mailer(house)
            try:
                done = deliver_mail(_desk_at(house, now), mailer)
            finally:
                mailer.close()
    sent = count.written if dry_run else done.sent
    if as_json:
        print_json({"due": count.due, "sent": sent, "skipped": count.skipped, "failed": done.failed,
                    "waiting": done.put_off})  # fmt: skip
    else:
        word = "would be sent" if dry_run else "sent"
        click.echo(f"{count.due:,} due, {sent:,} {word}, {count.skipped:,} with nothing new, {done.failed:,} failed")
    if done.failure:
        click.echo(f"The rest waits: {done.failure}", err=True)


@click.command()
@click.argument("files", type=click.File("rb"), nargs=-1, required=True, metavar="FILE...")
@data_option
@json_option
def bounce(files: tuple[BinaryIO, ...], folder: Path | None, as_json: bool) -> None:
    """Take in messages that came back, one a FILE (- is standard input).

    Bounces (RFC 3464) are counted, three hard ones pause an address; complaints (RFC 5965), and letters with the
    subject of our unsubscribe link, end its mail.
    """
    from broadsheet.usecases.count_bounces import ReportCount, take_report

    total = ReportCount()
    with opened(folder) as house:
        office = house.post_office()
        for file in files:
            found = take_report(office, file.read(), house.clock())
            for name, value in vars(found).items():
                setattr(total, name, getattr(total, name) + value)
    if as_json:
        print_json(vars(total))
    else:
        click.echo(
            f"{total.read:,} reports read, {total.bounced:,} hard bounces counted, {total.paused:,} addresses paused, "
            f"mail of {total.ended:,} ended"
        )


def _whom(house: House, text: str) -> Subscriber | Wish:
    from broadsheet.domain.subscriptions import OPEN_KINDS, parse_wish
    from broadsheet.mail.addresses import parse_address
    from broadsheet.usecases.send_digests import get_subscriber

    kind, _, value = text.partition(":")
    if kind in OPEN_KINDS:
        return parse_wish(kind, value)
    if "@" in text:
        return get_subscriber(house.post_office(), parse_address(text))
    raise Invalid(
        "whom", f"{text!r} is neither a mail address nor a subscription: {', '.join(OPEN_KINDS)}, with :VALUE."
    )


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid("at", f"{text!r} is no time: write one like 2025-11-07T12:00Z.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _desk_at(house: House, now: datetime) -> Desk:
    from broadsheet.usecases.run_job import Desk

    return Desk(house.folder, house.database, lambda: now)
