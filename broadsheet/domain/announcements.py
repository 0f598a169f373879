"""What a source says it announced on a day, by which an edition knows whether it is complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

ANNOUNCEMENT_KINDS = ("new", "cross", "replace")
COUNTED_KINDS = ("new", "cross")  # what a day is made of: a new version is no new paper


@dataclass(frozen=True, slots=True)
class Announced:
    """One paper of an announcement; `kind` is one of ANNOUNCEMENT_KINDS: new, cross-listed, a new version."""

    arxiv_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one source announced in one category for one day.

    `stated` is how many new and cross-listed papers it says there are (new versions are not counted), None where it
    cannot know: with as many of them in `papers`, the announcement is complete.
    """

    source: str
    category: str
    announced_on: date
    papers: tuple[Announced, ...]
    stated: int | None = None
