"""What an operator looks after: runs of jobs, alarms, what could not be read, how far the index is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from broadsheet.domain.completeness import Completeness

RUNNING, DONE, FAILED, INTERRUPTED = "running", "done", "failed", "interrupted"


class RunCounts(NamedTuple):
    """What became of what a run read."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job; `outcome` is one of running, done, failed, interrupted."""

    pk: int
    job: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    detail: str
    counts: RunCounts

    @property
    def duration(self) -> timedelta | None:
        """How long it took, None while it runs or where it broke off."""
        return self.finished_at - self.started_at if self.finished_at else None


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that is wrong; `raised_at` is when it began."""

    name: str
    detail: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was set aside; `origin` is a file or a source."""

    origin: str
    line: int
    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source or a job: its newest run, None before the first, and when it is due next, None where it is off."""

    name: str
    last: Run | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much is where; `vectors_waiting` is None where no vectors are wanted or the model is not to be had."""

    papers: int
    indexed: int
    index_waiting: int
    vectors_waiting: int | None
    set_aside: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of the outgoing post; `state` is one of waiting, sending, sent, failed, cancelled."""

    kind: str
    address: str
    state: str
    tries: int
    last_error: str
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Post:
    """The outgoing post: messages and subscribers by their states, the newest messages."""

    messages: Mapping[str, int]
    subscribers: Mapping[str, int]
    newest: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the operator's page shows; runs, editions and what was set aside newest first, alarms oldest first."""

    sources: tuple[SourceState, ...]
    numbers: Numbers
    alarms: tuple[Alarm, ...] = ()
    runs: tuple[Run, ...] = ()
    editions: tuple[Completeness, ...] = ()
    set_aside: tuple[Unread, ...] = ()
    post: Post | None = None
