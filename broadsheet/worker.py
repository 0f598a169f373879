"""What runs beside the server, and when: words and vectors are kept where the record is."""

from __future__ import annotations

import logging
import threading

from broadsheet.domain.errors import BroadsheetError, Conflict
from broadsheet.usecases.embedding import follow_with_vectors
from broadsheet.usecases.indexing import drain_index
from broadsheet.wiring import House

INTERVAL_SECONDS = 1.0
_log = logging.getLogger(__name__)


class Worker:
    """A thread that drains the index queue, whoever filled it, until it is stopped."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_seconds: float) -> None:
        """Ask the thread to end and wait for it; what it was doing is done again at the next start."""
        self._stop.set()
        self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                drain_index(self._house.database, self._house.index, should_stop=self._stop.is_set)
                follow_with_vectors(self._house.models, should_stop=self._stop.is_set)
            except Conflict:
                pass  # another process indexes; look again later
            except (BroadsheetError, OSError, ValueError):
                _log.exception("the index could not be brought up to date")
            self._stop.wait(INTERVAL_SECONDS)
