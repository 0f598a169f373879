"""What readers open, noted behind the answers: a page never waits for the record's writer on that account."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime

from broadsheet.domain.errors import Conflict
from broadsheet.usecases.note_visits import note_visits
from broadsheet.wiring import House

MOST_WAITING = 10_000


class Opened:
    """Papers that were opened and are not written down yet; one thread at a time writes, others only leave word."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._waiting: dict[tuple[int, int], datetime] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    def note(self, reader: int, paper_pk: int) -> None:
        """Note that a reader opened a paper; what cannot be written now, as the record is busy, is let go."""
        with self._lock:
            if len(self._waiting) < MOST_WAITING:
                self._waiting[reader, paper_pk] = self._house.clock()
        while self._writing.acquire(blocking=False):
            try:
                with self._lock:
                    opened, self._waiting = self._waiting, {}
                if opened:
                    with suppress(Conflict):
                        note_visits(self._house.database, opened)
            finally:
                self._writing.release()
            with self._lock:
                if not self._waiting:
                    return
