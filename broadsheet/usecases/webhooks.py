"""Make, remove, try out and look at webhooks.

Side effects: what operators do stands in their log; a trial or a replay puts a delivery into the queue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from broadsheet.domain.deeds import Deed
from broadsheet.domain.errors import Conflict
from broadsheet.domain.webhooks import (
    MOST_WEBHOOKS,
    TEST,
    Delivery,
    Webhook,
    parse_events,
    parse_hook_name,
    parse_target,
)
from broadsheet.store import webhooks
from broadsheet.store.database import Database
from broadsheet.store.deeds import add_deed
from broadsheet.usecases.announce import about_test, make_delivery

SHOWN = 100


@dataclass(frozen=True, slots=True)
class WantedWebhook:
    """A webhook as it is asked for, nothing checked yet."""

    target: str
    name: str
    events: list[str]


def add_webhook(
    database: Database, wanted: WantedWebhook, check: Callable[[str], None], by: int | None, now: datetime
) -> Webhook:
    """Make a webhook; `check` says by Invalid that an address is of no use. Raises Invalid, Conflict for too many."""
    target = parse_target(wanted.target)
    new = Webhook(0, parse_hook_name(wanted.name, target), target, parse_events(wanted.events), now)
    check(target)
    with database.write() as connection:
        if len(webhooks.list_webhooks(connection)) >= MOST_WEBHOOKS:
            raise Conflict(f"More than {MOST_WEBHOOKS} webhooks are not kept: remove one first.")
        made = webhooks.get_webhook(connection, webhooks.insert_webhook(connection, new))
        add_deed(connection, Deed(now, by, "made a webhook", made.name, made.shown, is_public=False))
    return made


def remove_webhook(database: Database, pk: int, by: int | None, now: datetime) -> Webhook:
    """Remove a webhook with all that waits for it; raises NotFound."""
    with database.write() as connection:
        gone = webhooks.get_webhook(connection, pk)
        webhooks.delete_webhook(connection, pk)
        add_deed(connection, Deed(now, by, "removed a webhook", gone.name, gone.shown, is_public=False))
    return gone


def try_webhook(database: Database, pk: int, now: datetime) -> int:
    """Let a trial wait for a webhook and return its delivery; raises NotFound."""
    with database.write(is_shown=False) as connection:
        hook = webhooks.get_webhook(connection, pk)
        (made,) = webhooks.insert_deliveries(connection, [hook.pk], make_delivery(TEST, about_test(), now))
    return made


def replay_delivery(database: Database, pk: int, now: datetime) -> int:
    """Let a delivery be made once more, with the same id, and return the new one; raises NotFound."""
    with database.write(is_shown=False) as connection:
        old = webhooks.get_delivery(connection, pk)
        again = Delivery(0, 0, old.event_id, old.event, old.payload, old.state, 0, None, "", now, now)
        (made,) = webhooks.insert_deliveries(connection, [old.webhook_pk], again)
    return made


def read_webhooks(database: Database, limit: int = SHOWN) -> tuple[list[Webhook], list[Delivery]]:
    """Return all webhooks and the newest deliveries."""
    with database.read() as connection:
        return webhooks.list_webhooks(connection), webhooks.list_deliveries(connection, limit)
