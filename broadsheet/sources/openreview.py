"""OpenReview's API, version 2: the submissions of venues, `GET /notes`.

Each value stands under `content.X.value`; lists are asked for by offset and limit and say their `count`. There is no
filter by day of change for notes, so that they are asked for with the last changed first, until one is older than what
is here. Notes that were withdrawn, desk-rejected or deleted are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from urllib.parse import urlencode

from broadsheet.domain.errors import Invalid
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.cursors import cursor_of, marks_from
from broadsheet.sources.fields import (
    MAX_ABSTRACT,
    MAX_NAMES,
    MAX_TITLE,
    Fields,
    fields_of,
    fold,
    list_of,
    make_day,
    words_of,
)
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.json_api import JsonApi, Page, read_entries
from broadsheet.sources.lanes import Lane
from broadsheet.sources.protocol import Slice
from broadsheet.sources.whole_answers import BrokenAnswer

LANE = Lane("openreview.net", 1.0)
NOTES_A_PAGE = 1_000
_PAGES = "https://openreview.net"
_VENUE = re.compile(r"[\w.@-]+(?:/[\w.@~-]+)*", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_-]{6,30}")
_GONE = re.compile(r"withdrawn|desk[_ -]?reject|deleted", re.IGNORECASE)
_NO_VENUE_YET = re.compile(r"\bsubmitted to\b|\bsubmission\b|\bunder review\b", re.IGNORECASE)


class OpenReviewSource:
    """The papers of `venues` (venue ids such as ICLR.cc/2026/Conference, or invitations, with `/-/` in them).

    Papers that changed last before `since` are left out. The cursor holds, for each venue, when its newest note
    changed. Raises Invalid for what is no venue, and for none.
    """

    name = "openreview"

    def __init__(self, client: PoliteClient, address: str, venues: Sequence[str], since: date) -> None:
        for venue in venues:
            if _VENUE.fullmatch(venue) is None or len(venue) > 200:
                message = f"{venue!r} is no venue of OpenReview: write one like ICLR.cc/2026/Conference."
                raise Invalid("openreview_venues", message)
        if not venues:
            raise Invalid("openreview_venues", "No venue of OpenReview is chosen: set openreview_venues.")
        self._api = JsonApi(client, "OpenReview", LANE)
        self._address = address.rstrip("/")
        self._venues = tuple(dict.fromkeys(venues))
        self._since_ms = int(datetime(since.year, since.month, since.day, tzinfo=UTC).timestamp() * 1000)

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield slices of each venue in turn, its last changed papers first; raises SourceFailed."""
        found = marks_from(cursor)
        marks = {venue: mark for venue in self._venues if isinstance(mark := found.get(venue), int)}
        for venue in self._venues:
            since, newest = marks.get(venue, self._since_ms), 0
            for notes, is_last in self._notes(venue, since):
                newest = max([newest, *(time for time in map(_changed_ms, notes) if time is not None)])
                if is_last and newest:
                    marks[venue] = newest
                items = tuple(read_entries(notes, read_note))
                yield Slice(items, cursor_of(marks), is_last=is_last and venue == self._venues[-1])

    def _notes(self, venue: str, since_ms: int) -> Iterator[tuple[list[object], bool]]:
        """Yield the notes that changed at `since_ms` or later, page by page, and whether these are the last."""
        is_in_order = True
        before: int | None = None
        for page in self._api.pages("0", lambda name, check: self._page(venue, name, check)):
            dated = [(note, _changed_ms(note)) for note in page.entries]
            known = [time for time in (before, *(time for _, time in dated)) if time is not None]
            is_in_order = is_in_order and all(one >= other for one, other in pairwise(known))
            before = known[-1] if known else None
            # Where they do not come in the order asked for, an old one says nothing about those behind it.
            is_last = not page.following or (is_in_order and bool(known) and known[-1] < since_ms)
            yield [note for note, time in dated if time is None or time >= since_ms], is_last
            if is_last:
                return

    def _page(self, venue: str, name: str, check: Callable[[Page], None]) -> Page:
        which = "invitation" if "/-/" in venue else "content.venueid"
        asked = {which: venue, "sort": "tmdate:desc", "limit": NOTES_A_PAGE, "offset": name}

        def read(answer: object) -> Page:
            fields = fields_of(answer)
            notes, count = fields.get("notes"), fields.get("count")
            if not isinstance(notes, list) or not isinstance(count, int):
                raise BrokenAnswer("something that is no list of notes")
            page = Page(notes, str(int(name) + len(notes)), count)
            check(page)
            return page

        return self._api.ask(f"{self._address}/notes?{urlencode(asked)}", read)


def find_note(client: PoliteClient, address: str, forum: str) -> Record | None:
    """Fetch one paper by its forum's id; None where none is to be shown. Raises SourceFailed, and Invalid."""

    def read(answer: object) -> Record | None:
        notes = fields_of(answer).get("notes")
        if not isinstance(notes, list):
            raise BrokenAnswer("something that is no list of notes")
        named = [fields_of(note) for note in notes if fields_of(note).get("id") == forum]
        return read_note(named[0]) if named else None

    return JsonApi(client, "OpenReview", LANE).find(f"{address.rstrip('/')}/notes?{urlencode({'id': forum})}", read)


def read_note(note: Fields) -> Record | None:
    """Read one note; None for replies and for what was taken back. Raises Invalid without an id or a title."""
    name, forum = fold(note.get("id")), fold(note.get("forum"))
    content = fields_of(note.get("content"))
    if (forum and forum != name) or _is_gone(note, content):
        return None
    if _ID.fullmatch(name) is None:
        raise Invalid("id", f"no id of a note in {name[:60]!r}")
    title = fold(_value(content, "title"), MAX_TITLE)
    if not title:
        raise Invalid("title", f"{name}: no title")
    venue = fold(_value(content, "venue"))
    links = [Link("abs", f"{_PAGES}/forum?id={name}")]
    if fold(_value(content, "pdf"), MAX_TITLE):
        links.append(Link("pdf", f"{_PAGES}/pdf?id={name}"))
    return Record(
        source="openreview",
        source_id=name,
        title=title,
        abstract=fold(_value(content, "abstract"), MAX_ABSTRACT),
        authors=_authors(_value(content, "authors")),
        published_on=_shown_on(note),
        keywords=words_of(_value(content, "keywords")),
        links=tuple(links),
        openreview_id=name,
        venue="" if _NO_VENUE_YET.search(venue) else venue,
    )


def _value(content: Fields, key: str) -> object:
    """Return a value of a note; version 1 wrote it without the `value` around it."""
    given = content.get(key)
    return given.get("value") if isinstance(given, dict) else given


def _is_gone(note: Fields, content: Fields) -> bool:
    if note.get("ddate"):
        return True
    invitations = [fold(one) for one in list_of(note.get("invitations"))[:100]]
    states = [fold(_value(content, key)) for key in ("venueid", "venue")]
    return any(_GONE.search(text) for text in (*states, *(text.rpartition("/")[2] for text in invitations)))


def _authors(value: object) -> tuple[str, ...]:
    people = list_of(value)[:MAX_NAMES]
    names = (fold(fields_of(p).get("fullname") or fields_of(p).get("name") or p) for p in people)
    return tuple(name for name in names if name and name.lower() != "anonymous")


def _changed_ms(note: object) -> int | None:
    fields = fields_of(note)
    times = (fields.get(key) for key in ("tmdate", "mdate", "tcdate", "cdate"))
    return next((time for time in times if isinstance(time, int) and not isinstance(time, bool)), None)


def _shown_on(note: Fields) -> date | None:
    """Return the day on which the world could first see a note, else that on which it was written."""
    public = [day for key in ("odate", "pdate") if (day := _day(note.get(key)))]
    return min(public) if public else _day(note.get("cdate")) or _day(note.get("tcdate"))


def _day(milliseconds: object) -> date | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int):
        return None
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return make_day(moment.year, moment.month, moment.day)
