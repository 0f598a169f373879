"""How often one client may do something that costs others."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

MOST_CLIENTS = 10_000


class Turnstile:
    """Lets a client through so often within a stretch of time; of too many clients the longest unseen are forgotten."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most, self._within = most, within
        self._seen: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self._lock = threading.Lock()

    def lets_in(self, client: str, now: datetime) -> bool:
        """Count a client's coming and say whether it may pass."""
        with self._lock:
            since, count = self._seen.pop(client, (now, 0))
            if now - since >= self._within:
                since, count = now, 0
            self._seen[client] = (since, count + 1)
            if len(self._seen) > MOST_CLIENTS:
                self._seen.popitem(last=False)
            return count < self._most
