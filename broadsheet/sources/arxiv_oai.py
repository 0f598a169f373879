"""arXiv's OAI-PMH: every paper of some categories whose metadata changed since a day, page by page.

Protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html; arXiv's ways:
https://info.arxiv.org/help/oa/index.html (harvest with `from` and no `until`; tokens expire within a day and say no
totals; a datestamp is the day of the last change, never that of the paper).

The sets are harvested one after the other. A cursor holds the sets that are left, the day from which they are asked
and the token; a token that arXiv no longer knows begins its set again from that day. The next harvest begins one day
before arXiv's own date at the first answer of this one, so nothing that changed meanwhile is missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from broadsheet.domain.errors import SourceFailed
from broadsheet.sources.arxiv_line import ArxivLine, check_categories, parse_xml, text_of
from broadsheet.sources.arxiv_metadata import FORMATS, read_metadata
from broadsheet.sources.cursors import day_in, read_cursor, write_cursor
from broadsheet.sources.fields import Fields, day_of, list_of
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.protocol import Slice
from broadsheet.sources.reading import Item
from broadsheet.sources.whole_answers import LATER, BrokenAnswer

DAYS_BACK = 3
MOST_RESTARTS = 3
MOST_PAGES = 20_000
_MOST_TOKEN_LETTERS = 2_000

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_PHYSICS = frozenset(
    "astro-ph cond-mat gr-qc hep-ex hep-lat hep-ph hep-th math-ph nlin nucl-ex nucl-th physics quant-ph".split()
)


@dataclass(frozen=True, slots=True)
class OaiQuery:
    """Which papers, in which of FORMATS: changed in these categories, from `days_back` before `today` at first.

    `arXiv` gives authors apart and the day of the first version; `arXivRaw` every version's date and authors as one
    text.
    """

    categories: Sequence[str]
    today: date
    days_back: int = DAYS_BACK
    format: str = "arXiv"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its records, the token of the next page ("" at the end), and arXiv's day; or an error's code."""

    records: list[Element]
    token: str
    answered_on: date
    error: str = ""


@dataclass(frozen=True, slots=True)
class _Harvest:
    """Where a harvest is: the first day asked for, arXiv's day when it began, the sets left, the next page's token."""

    since: date
    sets: tuple[str, ...]
    began_on: date | None = None
    token: str = ""


class ArxivOai:
    """A `Source`: what changed in the categories of a query.

    A record that arXiv marks as deleted is passed over and counted (`Slice.skipped`): readers may have voted for the
    paper or kept it, and it was announced once; nothing is damaged that an operator would have to look at.
    """

    name = "arxiv-oai"

    def __init__(self, client: PoliteClient, address: str, query: OaiQuery) -> None:
        if query.format not in FORMATS:
            raise ValueError(query.format)
        self._sets = tuple(dict.fromkeys(map(set_of, check_categories(query.categories))))
        self._line = ArxivLine(client)
        self._address = address
        self._query = query

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield what changed since the cursor's day (see `Source`)."""
        at = self._begin(read_cursor(cursor))
        restarts = 0
        for _ in range(MOST_PAGES):
            page = self._line.ask(self._url(at), _read_page)
            if page.error == "badResumptionToken" and at.token and restarts < MOST_RESTARTS:
                restarts += 1
                at = replace(at, token="")
                continue
            if page.error not in ("", "noRecordsMatch"):
                raise SourceFailed(f"arXiv refused the harvest of {at.sets[0]} ({page.error}): {LATER}")
            if page.token and page.token == at.token:
                raise SourceFailed(f"arXiv gives the same page of {at.sets[0]} again and again: {LATER}")
            items, skipped = _read_records(page.records)
            at = replace(at, began_on=at.began_on or page.answered_on, token=page.token)
            if not at.token:
                at = replace(at, sets=at.sets[1:])
            yield Slice(items, self._cursor(at), is_last=not at.sets, skipped=skipped)
            if not at.sets:
                return
        raise SourceFailed(f"arXiv gave {MOST_PAGES:,} pages and there are more: what is here stays, go on later.")

    def _begin(self, fields: Fields) -> _Harvest:
        default = self._query.today - timedelta(days=self._query.days_back)
        since = day_in(fields, "since") or default
        if "of" in fields and not {*self._sets} <= {str(one) for one in list_of(fields["of"])}:
            # A category is new: it has its days from the beginning too.
            return _Harvest(min(since, default), self._sets)
        token = fields.get("token")
        left = tuple(name for name in list_of(fields.get("sets")) if name in self._sets)
        if not left or left[0] != list_of(fields.get("sets"))[0]:
            token = ""
        return _Harvest(
            since,
            tuple(str(name) for name in left) or self._sets,
            day_in(fields, "began") if left else None,
            token if isinstance(token, str) else "",
        )

    def _cursor(self, at: _Harvest) -> str:
        since, sets, began = at.since, at.sets, at.began_on
        if not sets and began is not None:
            since, began = began - timedelta(days=1), None
        day = began.isoformat() if began else ""
        return write_cursor(of=self._sets, since=since.isoformat(), sets=sets, began=day, token=at.token)

    def _url(self, at: _Harvest) -> str:
        asked = {"verb": "ListRecords", "resumptionToken": at.token}
        if not at.token:
            # No `until`, as arXiv asks.
            form = {"metadataPrefix": self._query.format, "set": at.sets[0], "from": at.since.isoformat()}
            asked = {"verb": "ListRecords", **form}
        return f"{self._address}?{urlencode(asked)}"


def set_of(category: str) -> str:
    """Return the set of a category as group:archive:CATEGORY: `cs:cs:CL`, `physics:astro-ph:CO`, `physics:hep-th`."""
    archive, _, subject = category.partition(".")
    group = "physics" if archive in _PHYSICS else archive
    return f"{group}:{archive}:{subject}" if subject else f"{group}:{archive}"


def _read_page(body: bytes) -> Page:
    root = parse_xml(body)
    if root.tag != f"{_OAI}OAI-PMH":
        raise BrokenAnswer("something that is no answer of OAI-PMH")
    answered_on = day_of(text_of(root, f"{_OAI}responseDate"))
    if answered_on is None:
        raise BrokenAnswer("an answer without its date")
    error = root.find(f"{_OAI}error")
    if error is not None:
        code = error.get("code") or ""
        return Page([], "", answered_on, code if re.fullmatch(r"[A-Za-z]{1,40}", code) else "for no reason it gives")
    listed = root.find(f"{_OAI}ListRecords")
    if listed is None:
        raise BrokenAnswer("an answer without a list")
    token = text_of(listed, f"{_OAI}resumptionToken", _MOST_TOKEN_LETTERS)
    return Page(listed.findall(f"{_OAI}record"), token, answered_on)


def _read_records(records: list[Element]) -> tuple[tuple[Item, ...], int]:
    """Return what the records hold, and how many of them are deleted ones."""
    items: list[Item] = []
    skipped = 0
    for record in records:
        header = record.find(f"{_OAI}header")
        if header is not None and header.get("status") == "deleted":
            skipped += 1
            continue
        name = text_of(header, f"{_OAI}identifier") if header is not None else ""
        metadata = record.find(f"{_OAI}metadata")
        items.append(read_metadata(next(iter(metadata), None) if metadata is not None else None, name))
    return tuple(items), skipped
