"""A reader's own lists, which are nobody else's to read: a group that the reader sees, a tag of the library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from broadsheet.domain.credentials import derived
from broadsheet.domain.errors import Invalid
from broadsheet.domain.query import clean_text

GROUP, TAG = "group", "tag"
OWN_KINDS = (GROUP, TAG)
LONGEST_OWN = 100
MARK = "own-"


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """A feed of an own list at a secret address: `value` is a group's name or a tag, `feed_from` when it was made."""

    pk: int
    reader_pk: int
    kind: str
    value: str
    feed_from: datetime

    @property
    def title(self) -> str:
        """The name of the list for its reader."""
        return f"The group {self.value}" if self.kind == GROUP else f"My tag #{self.value}"

    def feed_name(self, site_secret: str) -> str:
        """Return the last part of its address, which nobody can guess; another one after each renewal."""
        moment = self.feed_from.astimezone(UTC).isoformat()
        return f"{MARK}{self.pk}-{derived(site_secret, 'feed of an own list', self.reader_pk, self.pk, moment)}"


def parse_own(kind: str, value: str) -> tuple[str, str]:
    """Return the kind of an own list and a group's name or a tag; raises Invalid."""
    if kind not in OWN_KINDS:
        raise Invalid("kind", f"An own list is one of {', '.join(OWN_KINDS)}.")
    cleaned = clean_text(value).lower()
    if not cleaned or len(cleaned) > LONGEST_OWN:
        raise Invalid("value", "Name the group or the tag, as its page does.")
    return kind, cleaned
