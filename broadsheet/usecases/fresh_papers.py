"""Papers on their way from the record into the index, kept at hand so that they need not be read again.

A paper is kept under the position at which it was queued: whatever happens to it later is queued at a later one, and
is read from the record. Nothing is lost with what is not kept.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from broadsheet.domain.paper import Paper

MOST_PAPERS = 24_000
MOST_LETTERS = 40_000_000


class FreshPapers:
    """New papers by queue position, as many as memory allows; safe to share between threads."""

    def __init__(self) -> None:
        self._papers: dict[int, Paper] = {}
        self._letters = 0
        self._lock = threading.Lock()

    def keep(self, queued: Iterable[tuple[int, Paper]]) -> None:
        """Keep papers, each with the position at which it was queued; called when they are in the record for good."""
        with self._lock:
            for position, paper in queued:
                letters = _letters(paper)
                if len(self._papers) >= MOST_PAPERS or self._letters + letters > MOST_LETTERS:
                    return
                self._papers[position] = paper
                self._letters += letters

    def take(self, rows: Sequence[tuple[int, int]]) -> dict[int, Paper]:
        """Give away the papers kept for (position, pk), each pk's last position alone; return them by pk."""
        found: dict[int, Paper] = {}
        with self._lock:
            for position, pk in rows:
                found.pop(pk, None)
                paper = self._papers.pop(position, None)
                if paper is not None:
                    found[pk] = paper
                    self._letters -= _letters(paper)
        return found


def _letters(paper: Paper) -> int:
    content = paper.content
    return len(content.title) + len(content.abstract) + len(content.summary) + sum(map(len, content.authors))
