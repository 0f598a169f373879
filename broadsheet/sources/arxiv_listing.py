"""arXiv's page of new listings (`/list/cs.CL/new`): today's announcement of a category, with its numbers.

The one place where arXiv says how many papers it announced ("showing 65 of 65 entries"), so that a reader can prove
that nothing is missing. Long lists are paged; a category has its announcement only when all pages are here.

Whoever was away for some days finds those between in the recent listings (`/list/cs.CL/recent`), which go back five
announcements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.domain.errors import SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.sources.arxiv_line import ArxivLine, check_categories
from broadsheet.sources.arxiv_list_pages import NAME, Entry, Page, read_listing, read_recent
from broadsheet.sources.cursors import day_in, read_cursor, write_cursor
from broadsheet.sources.fields import Fields, fields_of
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.protocol import Slice
from broadsheet.sources.reading import Item
from broadsheet.sources.whole_answers import LATER, BrokenAnswer

SHOW = 2_000  # the most that a page shows
MOST_PAGES = 50
MOST_RESTARTS = 2
_DAY = timedelta(days=1)


class _Moved(Exception):
    """The list changed between two of its pages."""


class ArxivListing:
    """A `Source`: today's listing of each category, each a slice; then the days between, where the cursor is older.

    A cursor holds the day up to which each category was read.
    """

    name = NAME

    def __init__(self, client: PoliteClient, address: str, categories: Sequence[str]) -> None:
        self._categories = check_categories(categories)
        self._line = ArxivLine(client)
        self._address = address.rstrip("/")

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield what each category announced today, then what it announced since the cursor (see `Source`)."""
        read_to = self._begin(read_cursor(cursor))
        behind: dict[str, date] = {}
        for number, category in enumerate(self._categories, 1):
            pages = self._pages(category, "new", read_listing)
            day = pages[0].day or date.min
            if category in read_to and _has_workday(read_to[category], day):
                behind[category] = day
            else:
                read_to[category] = max(day, read_to.get(category, day))
            is_last = number == len(self._categories) and not behind
            entries = [entry for page in pages for entry in page.entries]
            stated = {**_stated(pages), "replace": 0}
            # A day without any entry is no announcement.
            said = (_announcement(category, day, entries, sum(stated.values())),) if entries else ()
            yield Slice(tuple(entry.item for entry in entries), _cursor(read_to), said, is_last=is_last)
        for number, (category, day) in enumerate(behind.items(), 1):
            items, announcements = self._between(category, read_to[category], day)
            read_to[category] = day
            yield Slice(items, _cursor(read_to), announcements, is_last=number == len(behind))

    def _begin(self, fields: Fields) -> dict[str, date]:
        since = day_in(fields, "since")
        if since is not None:
            return dict.fromkeys(self._categories, since - _DAY)
        known = fields_of(fields.get("read_to"))
        return {category: day for category in known if (day := day_in(known, category)) is not None}

    def _between(self, category: str, after: date, before: date) -> tuple[tuple[Item, ...], tuple[Announcement, ...]]:
        """Return what recent listings say of the days between two."""
        pages = self._pages(category, "recent", read_recent)
        days = [day for text in _stated(pages) if after < (day := date.fromisoformat(text)) < before]
        entries = [entry for page in pages for entry in page.entries if entry.day in days]
        of_day = {day: [entry for entry in entries if entry.day == day] for day in days}
        stated = _stated(pages)
        said = (_announcement(category, day, of_day[day], stated[day.isoformat()]) for day in days)
        return tuple(entry.item for entry in entries), tuple(said)

    def _pages(self, category: str, which: str, read: Callable[[bytes], Page]) -> list[Page]:
        for _ in range(MOST_RESTARTS + 1):
            try:
                return self._try_pages(category, which, read)
            except _Moved:
                continue
        raise SourceFailed(f"arXiv changed the list of {category} while it was read: {LATER}")

    def _try_pages(self, category: str, which: str, read: Callable[[bytes], Page]) -> list[Page]:
        def read_further(body: bytes) -> Page:
            page = read(body)
            if not page.entries:
                raise BrokenAnswer("an empty page of a longer list")
            return page

        address = f"{self._address}/{category}/{which}"
        first_address = address if which == "new" else f"{address}?skip=0&show={SHOW}"
        first = self._line.ask(first_address, read, remember=which == "new")
        pages, count = [first], len(first.entries)
        while count < first.total and len(pages) < MOST_PAGES:
            page = self._line.ask(f"{address}?skip={count}&show={SHOW}", read_further)
            before = _stated(pages)
            if (page.day, page.total) != (first.day, first.total) or before != {**before, **_shared(page, before)}:
                raise _Moved
            pages.append(page)
            count += len(page.entries)
        if count != first.total or count != sum(_stated(pages).values()):
            raise SourceFailed(f"arXiv lists {count:,} of {first.total:,} entries of {category}: {LATER}")
        return pages


def _stated(pages: Sequence[Page]) -> dict[str, int]:
    return {name: number for page in pages for name, number in page.stated.items()}


def _shared(page: Page, before: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in page.stated.items() if name in before}


def _announcement(category: str, day: date, entries: Sequence[Entry], stated: int) -> Announcement:
    announced: dict[str, Announced] = {}
    for entry in entries:
        if isinstance(entry.item, Record):
            announced.setdefault(entry.item.source_id, Announced(entry.item.source_id, entry.kind))
    return Announcement(NAME, category, day, tuple(announced.values()), stated)


def _has_workday(after: date, before: date) -> bool:
    """Say whether arXiv may have announced anything between two days; its holidays are not asked for here."""
    return any((after + n * _DAY).weekday() < 5 for n in range(1, (before - after).days))


def _cursor(read_to: dict[str, date]) -> str:
    return write_cursor(read_to={category: day.isoformat() for category, day in sorted(read_to.items())})
