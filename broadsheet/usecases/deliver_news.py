"""Send what waits for webhooks, each webhook in a thread of its own: one that is slow delays no other.

Side effects, a delivery at a time: its try is counted and its next one set; it is handed to the courier; it is settled.
A process that dies in between repeats it at its next try, with the same id. Two processes send nothing twice.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from broadsheet.domain.errors import BroadsheetError, Conflict
from broadsheet.domain.webhooks import LONGEST_WAIT, MOST_TRIES, Delivery, Parcel, Webhook, next_try_at
from broadsheet.render.announcements import Stationery, make_parcel
from broadsheet.sources.posting import NotDelivered
from broadsheet.store import webhooks
from broadsheet.usecases.run_job import Desk

MOST_IN_A_ROW = 1_000
SETTLED_KEPT = timedelta(days=30)
TOO_OLD = "It waited for more than a day."
_log = logging.getLogger(__name__)


class Sends(Protocol):
    """Hands a parcel on, or raises NotDelivered."""

    def send(self, target: str, parcel: Parcel, now: datetime) -> int | None:
        """Return the status that was answered, None where there is none."""


@dataclass
class NewsRoom:
    """Sends what is due; `desk` is where jobs are done, `courier` who hands on, `stationery` in whose name."""

    desk: Desk
    courier: Sends
    stationery: Stationery
    _busy: dict[int, threading.Thread] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start_due(self) -> int:
        """Begin to send for each webhook that is due and not being sent to; return how many those are."""
        self._busy = {pk: thread for pk, thread in self._busy.items() if thread.is_alive()}
        with self.desk.database.read() as connection:
            due = webhooks.list_due(connection, self.desk.clock())
        idle = [hook for hook in due if hook.pk not in self._busy]
        for hook in idle:
            thread = threading.Thread(target=self._send_all, args=(hook,), name=f"webhook-{hook.pk}", daemon=True)
            self._busy[hook.pk] = thread
            thread.start()
        return len(idle)

    def wait(self, timeout_seconds: float | None = None) -> None:
        """Wait until all that was begun has ended, in all at most so long."""
        threads = list(self._busy.values())
        each = None if timeout_seconds is None else timeout_seconds / max(len(threads), 1)
        for thread in threads:
            thread.join(each)

    def stop(self, timeout_seconds: float) -> None:
        """Begin nothing more, and wait a little for what is on its way; it is repeated where it does not end."""
        self._stopped.set()
        self.wait(timeout_seconds)

    def send_one(self, pk: int) -> Delivery:
        """Send one delivery now, whatever else waits, and return what became of it; raises NotFound."""
        with self.desk.database.write(is_shown=False) as connection:
            one = webhooks.take(connection, webhooks.get_delivery(connection, pk), self.desk.clock())
            hook = webhooks.get_webhook(connection, one.webhook_pk)
        self._send(hook, one)
        with self.desk.database.read() as connection:
            return webhooks.get_delivery(connection, pk)

    def tidy(self) -> None:
        """Give up what is too old and forget what was settled long ago."""
        now = self.desk.clock()
        with self.desk.database.write(is_shown=False) as connection:
            webhooks.give_up_before(connection, now - LONGEST_WAIT, now, TOO_OLD)
            webhooks.delete_settled_before(connection, now - SETTLED_KEPT)

    def _send_all(self, hook: Webhook) -> None:
        try:
            for _ in range(MOST_IN_A_ROW):
                if self._stopped.is_set() or not self._send_next(hook):
                    return
        except Conflict:
            pass  # another program writes; what was taken is sent at its next try
        except (BroadsheetError, OSError) as error:
            _log.error("Nothing can be sent to the webhook %s for now: %s", hook.name, error)
        except Exception:  # noqa: BLE001 - at the top of a thread
            _log.exception("The webhook %s could not be sent to", hook.name)

    def _send_next(self, hook: Webhook) -> bool:
        """Send what is next for a webhook; say whether more may follow."""
        with self.desk.database.write(is_shown=False) as connection:
            one = webhooks.take_next(connection, hook.pk, self.desk.clock())
        return one is not None and self._send(hook, one)

    def _send(self, hook: Webhook, one: Delivery) -> bool:
        """Send a delivery and settle it; say whether others may be sent, too."""
        now = self.desk.clock()
        parcel = make_parcel(self.stationery, hook, one, int(now.timestamp()))
        try:
            status = self.courier.send(hook.target, parcel, now)
        except NotDelivered as error:
            self._put_off(one, error)
            return not error.is_for_all
        with self.desk.database.write(is_shown=False) as connection:
            webhooks.settle(connection, one.pk, self.desk.clock(), status)
        return True

    def _put_off(self, one: Delivery, error: NotDelivered) -> None:
        now = self.desk.clock()
        until = next_try_at(one.tries, now, error.retry_after_seconds)
        with self.desk.database.write(is_shown=False) as connection:
            if one.tries >= MOST_TRIES or not error.may_retry:
                webhooks.settle(connection, one.pk, now, error.status, str(error))
            else:
                webhooks.put_off(connection, one.pk, until, error.status, str(error))
            if error.is_for_all:
                webhooks.put_off_others(connection, one.webhook_pk, until)
