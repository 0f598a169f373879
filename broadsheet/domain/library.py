"""A reader's own library: what is kept of each paper in it, how it is looked through, and what may be written there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from broadsheet.domain.errors import Invalid
from broadsheet.domain.paper import Paper

LONGEST_NOTE = 20_000
LONGEST_TAG = 50
LONGEST_FOLDER = 80
MOST_TAGS = 50
MOST_FOLDERS = 500
READ, UNREAD = "read", "unread"


@dataclass(frozen=True, slots=True)
class Place:
    """What one reader keeps of one paper; `saved_at` is None where it is not in the library.

    `folders` are pks, `tags` in alphabetical order. A paper is either saved or dismissed, never both.
    """

    saved_at: datetime | None = None
    read_at: datetime | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    folders: tuple[int, ...] = ()
    is_dismissed: bool = False

    @property
    def is_saved(self) -> bool:
        """True where the paper is in the library."""
        return self.saved_at is not None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a library, and how many papers it holds."""

    pk: int
    name: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a reader keeps of one paper, and the folders and tags to choose from."""

    place: Place
    folders: tuple[Folder, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shelves:
    """A library from outside: how many papers, how many of them unread, folders by name, tags with their counts."""

    count: int
    unread: int
    folders: tuple[Folder, ...]
    tags: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a library is looked at: words, a folder's pk, a tag, READ or UNREAD; empty for all of it."""

    text: str = ""
    folder: int | None = None
    tag: str = ""
    state: str = ""

    @property
    def is_all(self) -> bool:
        """True where nothing narrows the library."""
        return self == Wanted()


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper in a reader's list, and what the reader keeps of it; `at` is when it was saved, dismissed or opened."""

    paper: Paper
    at: datetime
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A stretch of such a list from `offset`, and how long the whole list is."""

    entries: tuple[Kept, ...]
    count: int
    offset: int = 0
    limit: int = 0

    @property
    def has_more(self) -> bool:
        """True where the list goes on."""
        return self.offset + self.limit < self.count


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to become of a saved paper; None leaves a thing as it is. `folders` are pks, `new_folder` a name."""

    note: str | None = None
    tags: tuple[str, ...] | None = None
    folders: tuple[int, ...] | None = None
    new_folder: str = ""
    is_read: bool | None = None


def parse_note(text: str) -> str:
    """Return a note as it is kept: its lines, without control characters; raises Invalid for too long a one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    if len(kept) > LONGEST_NOTE:
        raise Invalid("note", f"A note has up to {LONGEST_NOTE:,} letters: this one has {len(kept):,}.")
    return kept


def parse_tags(given: Iterable[str]) -> tuple[str, ...]:
    """Return tags as they are kept: in lower case, each once, in alphabetical order; raises Invalid."""
    tags = sorted({tag for one in given if (tag := _line(one).lower())})
    if len(tags) > MOST_TAGS:
        raise Invalid("tags", f"A paper has up to {MOST_TAGS} tags: these are {len(tags)}.")
    for tag in tags:
        if len(tag) > LONGEST_TAG or "," in tag:
            raise Invalid("tags", f"A tag has up to {LONGEST_TAG} letters and no comma: {tag[:60]!r} cannot be one.")
    return tuple(tags)


def usable_tags(given: Iterable[str]) -> tuple[str, ...]:
    """Return those of these words that can be tags, as many as a paper can have."""
    fit = [tag for one in given if 0 < len(tag := _line(one)) <= LONGEST_TAG and "," not in tag]
    return parse_tags(list(dict.fromkeys(tag.lower() for tag in fit))[:MOST_TAGS])


def parse_folder_name(text: str) -> str:
    """Return a folder's name; raises Invalid."""
    name = _line(text)
    if not name or len(name) > LONGEST_FOLDER:
        raise Invalid("folder", f"A folder's name has 1 to {LONGEST_FOLDER} letters.")
    return name


def parse_state(text: str) -> str:
    """Return READ, UNREAD or "" for both; raises Invalid."""
    if text not in ("", READ, UNREAD):
        raise Invalid("state", f"state is {READ} or {UNREAD}, or left out for both.")
    return text


def checked(changes: Changes) -> Changes:
    """Return changes in the form in which they are kept; raises Invalid."""
    return replace(
        changes,
        note=None if changes.note is None else parse_note(changes.note),
        tags=None if changes.tags is None else parse_tags(changes.tags),
        new_folder=parse_folder_name(changes.new_folder) if changes.new_folder.strip() else "",
    )


def _line(text: str) -> str:
    """Return a text in one line, in one spelling of its letters, without control characters."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return unicodedata.normalize("NFC", " ".join(kept.split()))
