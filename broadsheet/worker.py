"""What runs beside the server, and when: words and vectors are kept where the record is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from broadsheet.domain.errors import BroadsheetError, Conflict
from broadsheet.usecases.embedding import follow_with_vectors
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.link_papers import link_waiting
from broadsheet.wiring import House

INTERVAL_SECONDS = 1.0
_log = logging.getLogger(__name__)


class Worker:
    """A thread that drains the index queue, whoever filled it, until it is stopped."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._told: dict[str, str] = {}
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
            self._try("words", drain_index, self._house.database, self._house.index)
            self._try("links", link_waiting, self._house.database)
            self._try("vectors", follow_with_vectors, self._house.models)
            self._stop.wait(INTERVAL_SECONDS)

    def _try(self, side: str, follow: Callable[..., int], *of: object) -> None:
        """Bring one side up to date; what hinders it is logged once, and must not hinder the other side."""
        try:
            follow(*of, should_stop=self._stop.is_set)
        except Conflict:
            return  # another process does it; look again later
        except (BroadsheetError, OSError) as error:
            self._tell(side, f"{error}")
        except Exception:  # noqa: BLE001 - at the top of a loop that must go on
            _log.exception("The %s of the index could not be brought up to date", side)
        else:
            self._told.pop(side, None)

    def _tell(self, side: str, reason: str) -> None:
        """Log why a side stays behind, unless it is what was logged last."""
        if self._told.get(side) != reason:
            self._told[side] = reason
            _log.error("The %s of the index stay as they are, and follow when they can: %s", side, reason)
