"""A list of papers with all that any dress of it prints. Knows no dress, no HTTP and no SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from urllib.parse import urlsplit

from broadsheet.domain.listing import Edition, Listing, Moments
from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render import links

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list is printed: the site's title, the address it is reached under (no slash at the end), its zone."""

    title: str
    root: str
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class PaperList:
    """A stretch of a list of papers: its title, its page (an address of ours), and when its papers came and changed.

    `newest_at` is when the newest paper of all came, for lists that are empty; `edition` stands where the list is one;
    `next_page` is where the list goes on in the same dress, None at its end. `until` is what is given back as `since`
    to read later what is new; empty where a list cannot be asked so.
    """

    title: str
    address: str
    place: Place
    listing: Listing
    moments: Mapping[int, Moments] = field(default_factory=dict)
    newest_at: datetime | None = None
    edition: Edition | None = None
    next_page: str | None = None
    until: str = ""

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers, in the order of the list."""
        return tuple(entry.paper for entry in self.listing.entries)

    @property
    def updated_at(self) -> datetime:
        """When the list last had something new: a paper that came, or a source's new word on one of its papers."""
        changed = (self.moments_of(paper).changed_at for paper in self.papers)
        return max(changed, default=self.newest_at or EPOCH)

    def moments_of(self, paper: Paper) -> Moments:
        """Return when a paper came and changed; where nobody told, when the newest paper came."""
        known = self.newest_at or EPOCH
        return self.moments.get(paper.pk) or Moments(known, known)

    def at(self, address: str) -> str:
        """Return one of our addresses in full."""
        return self.place.root + address

    def page_of(self, paper: Paper) -> str:
        """Return the address of a paper's page, in full."""
        return self.at(links.paper(paper.id))

    def entry_id(self, paper: Paper) -> str:
        """Name a paper for feeds (RFC 4151): the name outlives a new id of the paper and a merge with a later one.

        The moment it came is a part of it, because the pk of a paper that was merged away may be given again.
        """
        return name_entry(self.place.root, "paper", paper.pk, self.moments_of(paper).added_at)


def name_entry(root: str, kind: str, pk: int, made_at: datetime) -> str:
    """Name an entry of a feed (RFC 4151) by its row and the moment when that was made."""
    made = made_at.isoformat(timespec="microseconds")
    time_of_day = made[11:26].replace(":", "").replace(".", "")
    return f"tag:{_host(root)},{made[:10]}:{kind}/{pk}-{time_of_day}"


@lru_cache(maxsize=64)
def _host(root: str) -> str:
    return urlsplit(root).hostname or "localhost"


def midnight(day: date) -> datetime:
    """Return the moment with which a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def rfc3339(moment: datetime) -> str:
    """Write a moment as Atom and JSON Feed want it: `2025-11-07T17:30:00Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def xml_text(text: str) -> str:
    """Return a text without the characters that XML 1.0 does not know."""
    # Most texts are plain, which is seen in a fraction of the time that it takes to look for each sign.
    return text if text.isascii() and text.isprintable() else _NOT_XML.sub("", text)


@lru_cache(maxsize=8_192)
def one_line(text: str) -> str:
    """Return a text as it is read, in one line, fit for XML."""
    return " ".join(xml_text(readable(text)).split())
