"""Lanes: who asks a source takes turns, over all processes that use one data folder.

A lane is a file that is locked while its source is being asked (one connection at a time) and that holds the
moment from which it may be asked again. A source's wish to be left alone (Retry-After) is kept there too, so that
the next process obeys it as well.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from broadsheet.domain.errors import Misconfigured, SourceFailed

POLL_SECONDS = 0.25
LONGEST_HOLD_SECONDS = 86_400.0
# Sleeping at least so long keeps a coarse clock from standing still.
SHORTEST_SLEEP_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Lane:
    """A source's rule: at most one request at a time, and `interval_seconds` between the end of one and the next."""

    name: str
    interval_seconds: float = 1.0


@dataclass(slots=True)
class Turn:
    """The right to ask once; `hold_seconds` is how long the source wants to be left alone afterwards."""

    hold_seconds: float = 0.0


class Lanes:
    """The lanes of one data folder; times are seconds of the wall clock, which all processes share."""

    def __init__(self, folder: Path, now: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._folder = folder
        self._now = now
        self._sleep = sleep

    @contextmanager
    def turn(self, lane: Lane, deadline: float) -> Iterator[Turn]:
        """Wait for one's turn and keep it for the block; raises SourceFailed when it cannot come by `deadline`."""
        with self._wait(lane, deadline) as file:
            turn = Turn()
            _write(file, self._now() + lane.interval_seconds)
            try:
                yield turn
            finally:
                hold = min(turn.hold_seconds, LONGEST_HOLD_SECONDS)
                _write(file, self._now() + max(lane.interval_seconds, hold))

    def _wait(self, lane: Lane, deadline: float) -> IO[str]:
        while True:
            file = self._open(lane)
            wait = POLL_SECONDS
            if _lock(file):
                wait = self._seconds_left(file)
                if wait <= 0:
                    return file
            file.close()  # nobody waits with the lock in hand
            if self._now() + wait > deadline:
                raise SourceFailed(
                    f"{lane.name} must be left alone for another {max(1, round(wait))} s "
                    "(it said so, or another Broadsheet is asking it)",
                    wait,
                )
            self._sleep(max(wait, SHORTEST_SLEEP_SECONDS))

    def _seconds_left(self, file: IO[str]) -> float:
        file.seek(0)
        try:
            left = float(file.read(40)) - self._now()
        except ValueError:
            return 0.0
        # More than anyone may ask for: the clock was wrong once.
        return left if left <= LONGEST_HOLD_SECONDS else 0.0

    def _open(self, lane: Lane) -> IO[str]:
        path = self._folder / re.sub(r"[^a-z0-9.-]", "_", lane.name.lower())[:100]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return path.open("a+", encoding="ascii", errors="replace")
        except OSError as error:
            raise Misconfigured(
                f"{path} cannot be written ({error.strerror}): check the folder's owner and rights."
            ) from error


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        file.close()
        raise Misconfigured(
            f"{file.name} cannot be locked ({error.strerror}): keep the data folder on a disk of this machine."
        ) from error
    return True


def _write(file: IO[str], moment: float) -> None:
    try:
        file.seek(0)
        file.truncate()
        file.write(f"{moment:.6f}")
        file.flush()
    except OSError as error:
        raise Misconfigured(f"{file.name} cannot be written ({error.strerror}): make room.") from error
