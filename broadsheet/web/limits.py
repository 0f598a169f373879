"""How often anybody may ask: a bucket for each kind of request and each reader or address, filled as time passes.

The buckets are the process's own: they are full again after a restart.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from broadsheet.domain.errors import TooMany

MOST_BUCKETS = 20_000


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in so many seconds; `many` may come at once. None at all are counted where `many` is 0."""

    name: str
    many: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a limit, as the RateLimit headers tell it."""

    limit: Limit
    left: int
    full_in_seconds: int


def refused(limit: Limit, wait: int) -> Standing:
    """Return where somebody stands who must wait so many seconds for the next one, and then for all others."""
    return Standing(limit, 0, wait + math.ceil((limit.many - 1) * limit.seconds / limit.many))


class Limits:
    """The buckets; those asked least lately are forgotten first."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, limit: Limit, who: str, now: float | None = None) -> Standing:
        """Take one from the bucket of `who`; raises TooMany where it is empty. `now` is in seconds of any clock."""
        now = time.monotonic() if now is None else now
        rate = limit.many / limit.seconds
        with self._lock:
            left, at = self._buckets.pop((limit.name, who), (float(limit.many), now))
            left = min(float(limit.many), left + (now - at) * rate)
            is_empty = left < 1
            self._buckets[limit.name, who] = (left if is_empty else left - 1, now)
            if len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
        if is_empty:
            wait = math.ceil((1 - left) / rate)
            raise TooMany(f"That was too much in too short a time: try again in {wait} seconds.", wait)
        return Standing(limit, int(left - 1), math.ceil((limit.many - left + 1) / rate))
