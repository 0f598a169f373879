"""What curators and operators did, as it is written down for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose deed it is: a reader, or "command line" and no reader for whoever has the machine."""

    name: str
    reader_pk: int | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what to what, and when; `detail` says why or how. Public deeds are shown to every reader.

    The log keeps a number in place of a name: `name` is "" for the program itself and for accounts that are gone.
    """

    done_at: datetime
    reader_pk: int | None
    verb: str
    subject: str
    detail: str = ""
    is_public: bool = True
    pk: int = 0
    name: str = ""


def reader_subject(pk: int) -> str:
    """Return how a deed names a reader it was done to: by number, so that no name outlives its account."""
    return f"reader {pk}"


def find_reader_pk(subject: str) -> int | None:
    """Return the number of the reader that a subject names, None for any other subject."""
    kind, _, number = subject.partition(" ")
    return int(number) if kind == "reader" and number.isascii() and number.isdigit() and len(number) < 19 else None
