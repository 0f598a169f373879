"""`broadsheet webhook ...`: where news of the site go, made, tried and looked at by whoever has the machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from broadsheet.cli.options import data_option, json_option, opened, print_json
from broadsheet.domain.errors import SourceFailed

if TYPE_CHECKING:
    from broadsheet.domain.webhooks import Delivery, Webhook
    from broadsheet.wiring import House


@click.group()
def webhook() -> None:
    """Tell other programs what is new: add, list, remove, test, log, replay.

    Each of them takes --data DIR.
    """


@webhook.command()
@click.argument("target")
@click.option("--name", default="", help="What it is called here.")
@click.option(
    "--event", "events", multiple=True, help="edition (the usual one), search, comment or submission; repeat it."
)
@data_option
@json_option
def add(target: str, name: str, events: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """Make a webhook to TARGET: an https address, or one of Apprise's such as slack://A/B/C.

    A TARGET of - is read from a line of standard input, so that its secrets stand in no history.
    """
    from broadsheet.usecases.webhooks import WantedWebhook, add_webhook
    from broadsheet.wiring import make_courier

    if target == "-":
        target = sys.stdin.readline()
    with opened(folder) as house:
        wanted = WantedWebhook(target, name, list(events or ("edition",)))
        made = add_webhook(house.database, wanted, make_courier(house).check, None, house.clock())
        payload = _payload(house, made)
    if as_json:
        print_json(payload)
        return
    click.echo(f"{made.pk}: {made.name} ({made.shown}) hears of: {', '.join(made.events)}")
    if payload["key"]:
        click.echo(f"It checks signatures with the key {payload['key']}")


@webhook.command("list")
@data_option
@json_option
def list_(folder: Path | None, as_json: bool) -> None:
    """Print the webhooks; of their addresses only what is no secret."""
    from broadsheet.usecases.webhooks import read_webhooks

    with opened(folder) as house:
        found = read_webhooks(house.database)[0]
        payloads = [_payload(house, one) for one in found]
    if as_json:
        print_json(payloads)
        return
    for one in found:
        click.echo(f"{one.pk}: {one.name} ({one.shown}) hears of: {', '.join(one.events)}")


@webhook.command()
@click.argument("number", type=int)
@data_option
def remove(number: int, folder: Path | None) -> None:
    """Remove a webhook with all that waits for it."""
    from broadsheet.usecases.webhooks import remove_webhook

    with opened(folder) as house:
        gone = remove_webhook(house.database, number, None, house.clock())
    click.echo(f"{gone.name} is gone.")


@webhook.command()
@click.argument("number", type=int)
@data_option
@json_option
def test(number: int, folder: Path | None, as_json: bool) -> None:
    """Send a trial to a webhook, now."""
    from broadsheet.usecases.webhooks import try_webhook

    with opened(folder) as house:
        done = _send(house, try_webhook(house.database, number, house.clock()))
    _tell(done, as_json=as_json)


@webhook.command()
@click.argument("number", type=int)
@data_option
@json_option
def replay(number: int, folder: Path | None, as_json: bool) -> None:
    """Send a delivery of the log once more, now, with the same id."""
    from broadsheet.usecases.webhooks import replay_delivery

    with opened(folder) as house:
        done = _send(house, replay_delivery(house.database, number, house.clock()))
    _tell(done, as_json=as_json)


@webhook.command()
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="How many.")
@data_option
@json_option
def log(limit: int, folder: Path | None, as_json: bool) -> None:
    """Print the newest deliveries; they are kept for 30 days."""
    from broadsheet.usecases.webhooks import read_webhooks

    with opened(folder) as house:
        found = read_webhooks(house.database, limit)[1]
    if as_json:
        print_json([_told(one) for one in found])
        return
    for one in found:
        click.echo(_line(one))


def _send(house: House, delivery: int) -> Delivery:
    from broadsheet.wiring import make_news_room

    return make_news_room(house).send_one(delivery)


def _tell(done: Delivery, *, as_json: bool) -> None:
    from broadsheet.domain.webhooks import SENT

    if as_json:
        print_json(_told(done))
    else:
        click.echo(_line(done))
    if done.state != SENT:
        raise SourceFailed(f"It did not arrive ({done.last_error}); a running Broadsheet tries it again.")


def _payload(house: House, one: Webhook) -> dict[str, Any]:
    from broadsheet.usecases.site_secret import site_secret

    key = "" if one.is_messenger else one.signing_key(site_secret(house.database))
    return {"webhook": one.pk, "name": one.name, "target": one.shown, "events": list(one.events), "key": key}


def _told(one: Delivery) -> dict[str, Any]:
    return {
        "delivery": one.pk, "webhook": one.webhook_pk, "event": one.event, "state": one.state, "tries": one.tries,
        "status": one.status, "why": one.last_error, "at": one.created_at.isoformat(),
    }  # fmt: skip


def _line(one: Delivery) -> str:
    answer = f", answered {one.status}" if one.status else ""
    why = f": {one.last_error}" if one.last_error else ""
    return f"{one.pk}: {one.event} to {one.webhook_pk}, {one.state}{answer} ({one.tries} tries){why}"
