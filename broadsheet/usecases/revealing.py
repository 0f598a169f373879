"""Show papers that were hidden. Within the transaction of whoever decided it; side effects: submissions are settled,
the papers get pks of now, so that they are new to whoever asks for what is new, and are queued for the index.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.store import hiding, index_queue, submissions
from broadsheet.store.arriving import arrive_now


def reveal(connection: Connection, pks: Sequence[int], now: datetime) -> None:
    """Show papers to everyone because somebody from outside has brought them as well."""
    for pk in pks:
        hiding.set_hidden(connection, pk, "")
        submissions.approve_all(connection, pk, submissions.CAME_BY_ITSELF, now=now)
        index_queue.enqueue(connection, [pk, arrive_now(connection, pk, now)])
