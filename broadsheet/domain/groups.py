"""Groups: a lab or a reading group with its members, its library and its own edition.

A private group is, for whoever is not in it, not there at all. Its name in addresses ends in letters drawn at random,
so that nobody finds out by trying names which groups there are.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from broadsheet.domain.days import Period
from broadsheet.domain.errors import Invalid, NotAllowed
from broadsheet.domain.listing import Listing
from broadsheet.domain.paper import Paper

KEEPER = "keeper"
MEMBER = "member"
ROLES = (KEEPER, MEMBER)
LONGEST_NAME = 39
LONGEST_NOTE = 5_000
LONGEST_ABOUT = 2_000
MOST_USES = 100
MOST_DAYS = 90
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,37}[a-z0-9])?")
_DRAWN = "abcdefghjkmnpqrstuvwxyz23456789"
_DRAWN_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Group:
    """A group as somebody sees it: `role` is that of whoever asks, "" for who is no member."""

    pk: int
    name: str
    title: str
    about: str
    is_public: bool
    made_at: datetime
    role: str = ""
    member_count: int = 0

    @property
    def is_member(self) -> bool:
        """Say whether whoever asks is in it."""
        return self.role != ""

    @property
    def is_keeper(self) -> bool:
        """Say whether whoever asks keeps it."""
        return self.role == KEEPER


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A reader in a group."""

    reader_pk: int
    name: str
    shown_name: str
    role: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class GroupInvitation:
    """A link by which readers join, as keepers see it: `mark` tells it apart, the link itself is not kept."""

    mark: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    uses_left: int


@dataclass(frozen=True, slots=True)
class GroupNote:
    """What a member wrote about a paper, for who may read the group; `by` is "" for an account that is gone."""

    pk: int
    paper_pk: int
    reader_pk: int | None
    by: str
    text: str
    written_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a paper stands in a group; `is_voted` by whoever asks."""

    votes: int
    score: float
    added_on: date
    added_at: datetime
    folder: str
    added_by: str
    note_count: int
    is_voted: bool


@dataclass(frozen=True, slots=True)
class GroupListing:
    """A stretch of a group's papers, and how each of them stands there."""

    group: Group
    listing: Listing
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class GroupEdition:
    """What a group added in a period, with the nearest days around it on which it added any, and notes by paper."""

    period: Period
    papers: GroupListing
    before_on: date | None
    after_on: date | None
    notes: Mapping[int, Sequence[GroupNote]]


@dataclass(frozen=True, slots=True)
class GroupPaper:
    """A paper in a group, with its notes, oldest first."""

    group: Group
    paper: Paper
    standing: Standing
    notes: tuple[GroupNote, ...]
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupText:
    """What a keeper says about a group, checked."""

    title: str
    about: str
    is_public: bool


def check_member(group: Group) -> None:
    """Raise NotAllowed for who is not in a group."""
    if not group.is_member:
        raise NotAllowed("This is for the members of the group: ask one of its keepers for an invitation.")


def check_keeper(group: Group) -> None:
    """Raise NotAllowed for who does not keep a group."""
    check_member(group)
    if not group.is_keeper:
        raise NotAllowed("This is for the keepers of the group: ask one of them.")


def parse_text(title: str, about: str, access: str) -> GroupText:
    """Return what a group says about itself; `access` is "public" or "private". Raises Invalid."""
    title, about = " ".join(title.split()), about.replace("\r\n", "\n").strip()
    if not title or len(title) > 80 or not title.isprintable():
        raise Invalid("title", "Give the group a title of up to 80 letters in one line.")
    if len(about) > LONGEST_ABOUT:
        raise Invalid("about", f"What the group is about has up to {LONGEST_ABOUT:,} letters.")
    if access not in ("public", "private"):
        raise Invalid("access", "A group is public or private.")
    return GroupText(title, about, access == "public")


def parse_name(text: str, title: str) -> str:
    """Return a group's name in addresses, made from its title where none was typed; raises Invalid."""
    made = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:LONGEST_NAME].strip("-")
    name = text.strip().lower() or made or "group"
    if not _NAME.fullmatch(name):
        raise Invalid("name", "A group's name has 1 to 39 letters a to z, digits and hyphens, for example tuesday-lab.")
    return name


def private_name(name: str) -> str:
    """Return a name that nobody can guess, with another one at its head."""
    drawn = "".join(secrets.choice(_DRAWN) for _ in range(_DRAWN_LENGTH))
    return f"{name[: LONGEST_NAME - _DRAWN_LENGTH - 1].strip('-')}-{drawn}"


def parse_folder(text: str) -> str:
    """Return a folder's name, "" for none; raises Invalid."""
    name = " ".join(text.split())
    if len(name) > 60 or not name.isprintable():
        raise Invalid("folder", "A folder's name has up to 60 letters in one line.")
    return name


def parse_note(text: str) -> str:
    """Return a note; raises Invalid."""
    note = text.replace("\r\n", "\n").strip()
    if not note or len(note) > LONGEST_NOTE:
        raise Invalid("note", f"A note has 1 to {LONGEST_NOTE:,} letters.")
    return note


def parse_number(text: str, most: int, name: str) -> int:
    """Return a whole number from 1 to `most`; raises Invalid."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits[:9]) <= most):
        raise Invalid(name, f"Write a whole number from 1 to {most}.")
    return int(digits)
