"""A reader's library at Zotero: `GET /users/ID/items/top`, page after page, with the reader's own key.

The library has a version that each change moves. A page of another version than the first belongs to another list: then
the reading begins again. With `since` only what changed after that version is given; deletions are not told.
The reader's own tags come as keywords; notes and attachments stay where they are.

Web API, version 3: https://www.zotero.org/support/dev/web_api/v3/basics
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from broadsheet.domain.errors import Invalid, NotAllowed, NotFound, SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.sources.citations import Reference, day_from_parts, plain_words, record_of
from broadsheet.sources.fields import MAX_ABSTRACT, MAX_NAMES, MAX_TITLE, Fields, fields_of, first_text, fold, list_of
from broadsheet.sources.http import Answer, PoliteClient
from broadsheet.sources.json_api import read_entries
from broadsheet.sources.json_items import parse_line
from broadsheet.sources.lanes import Lane
from broadsheet.sources.reading import Item
from broadsheet.sources.whole_answers import BrokenAnswer, Manner, ask_until_whole

LANE = Lane("zotero.org", 0.5)
PAGE = 100
MOST_ITEMS = 2_000
BEGINNINGS = 3
_MANNER = Manner("Zotero", tries=3, later="what came before is kept, try again later.")
_USER = re.compile(r"[0-9]{1,12}")
_KEY = re.compile(r"[A-Za-z0-9]{8,64}")
_NO_PAPERS = frozenset({"attachment", "note", "annotation"})
_VENUES = ("publicationTitle", "proceedingsTitle", "bookTitle", "conferenceName", "university", "publisher")
# Who did not write a thing.
_NO_AUTHORS = frozenset({"editor", "translator", "seriesEditor", "reviewedAuthor", "contributor", "recipient"})


@dataclass(frozen=True, slots=True)
class ZoteroAccount:
    """Whose library is read, by the number that Zotero gives its users, and a key that may read it."""

    user: str
    key: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a library: what changed after the version `since`, from the `start`th item on."""

    since: int = 0
    start: int = 0


@dataclass(frozen=True, slots=True)
class ZoteroPage:
    """Items in the order in which they were added there; `following` is the next `start`, None at the end.

    `total` is how many items there are in all, `version` the library's.
    """

    items: tuple[Item, ...]
    total: int
    version: int
    following: int | None


@dataclass(frozen=True, slots=True)
class _Raw:
    entries: list[object]
    total: int
    version: int


def account_of(user: str, key: str) -> ZoteroAccount:
    """Return an account as it was typed; raises Invalid, which does not show the key."""
    if _USER.fullmatch(user.strip()) is None:
        raise Invalid("user", "Give the number that zotero.org/settings/keys shows as your user ID.")
    if _KEY.fullmatch(key.strip()) is None:
        raise Invalid("key", "Give a key made at zotero.org/settings/keys: letters and digits alone.")
    return ZoteroAccount(user.strip(), key.strip())


class ZoteroLibrary:
    """One library, asked for in pages of PAGE."""

    def __init__(self, client: PoliteClient, address: str, account: ZoteroAccount) -> None:
        self._client = client
        self._address = f"{address.rstrip('/')}/users/{account.user}/items/top"
        self._headers = {"Zotero-API-Version": "3", "Zotero-API-Key": account.key}

    def pages(self, asked: Asked) -> Iterator[ZoteroPage]:
        """Yield pages until the end, or until MOST_ITEMS were given.

        Where the library changes meanwhile it begins again: items may come twice, none is missed. Raises NotAllowed for
        a key that may not read, NotFound for an unknown user, SourceFailed where Zotero does not answer as it should
        or the library does not hold still.
        """
        for _ in range(BEGINNINGS):
            version = None
            for page in self._walk(asked):
                if version is not None and page.version != version:
                    break
                version = page.version
                yield page
            else:
                return
        raise SourceFailed("The Zotero library changes while it is read: try again when nothing syncs.")

    def _walk(self, asked: Asked) -> Iterator[ZoteroPage]:
        start = asked.start
        while True:
            raw = self._ask(asked.since, start)
            after = start + len(raw.entries)
            following = after if after < raw.total else None
            yield ZoteroPage(tuple(read_entries(raw.entries, read_item)), raw.total, raw.version, following)
            if following is None or after - asked.start >= MOST_ITEMS:
                return
            start = after

    def _ask(self, since: int, start: int) -> _Raw:
        query = {"format": "json", "limit": PAGE, "start": start, "sort": "dateAdded", "direction": "asc"}
        url = f"{self._address}?{urlencode({**query, **({'since': since} if since else {})})}"

        def get() -> Answer:
            return self._client.get(url, LANE, (200, 400, 403, 404), self._headers)

        return ask_until_whole(self._client, _MANNER, get, lambda answer: _read(answer, start))


def read_item(item: Fields) -> Record | None:
    """Read one item, None for what is no paper (notes, attachments); raises Invalid without a title."""
    data = fields_of(item.get("data"))
    if fold(data.get("itemType")) in _NO_PAPERS:
        return None
    names = (fold(data.get("DOI")), fold(data.get("archiveID")))
    return record_of(
        Reference(
            source="zotero",
            title=plain_words(first_text(data, "title", "caseName", "subject", limit=MAX_TITLE)),
            abstract=plain_words(fold(data.get("abstractNote"), MAX_ABSTRACT)),
            authors=tuple(name for one in list_of(data.get("creators"))[:MAX_NAMES] if (name := _name(one))),
            published_on=day_from_parts(_date(item, data), fold(data.get("date")), fold(data.get("date"))),
            keywords=tuple(_tags(data)),
            venue=first_text(data, *_VENUES),
            names=tuple(name.removeprefix("arXiv:") for name in names),
            texts=(fold(data.get("extra"), MAX_ABSTRACT), fold(data.get("reportNumber"))),
            urls=(fold(data.get("url"), MAX_TITLE),),
        )
    )


def _read(answer: Answer, start: int) -> _Raw:
    if answer.status in (HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST):
        raise NotAllowed("Zotero refuses this user and key: look at zotero.org/settings/keys, the key must read items.")
    if answer.status == HTTPStatus.NOT_FOUND:
        raise NotFound("Zotero knows no user of this number: look at zotero.org/settings/keys.")
    try:
        found = parse_line(answer.body)
    except ValueError as error:
        raise BrokenAnswer("something that is no whole JSON") from error
    total, version = (_number(answer.headers.get(name, "")) for name in ("total-results", "last-modified-version"))
    if not isinstance(found, list) or total is None or version is None:
        raise BrokenAnswer("something that is no list of items")
    if not found and start < total:
        raise BrokenAnswer(f"a list that ends after {start:,} of {total:,} items")
    return _Raw(found, total, version)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text.strip()) else None


def _name(creator: object) -> str:
    parts = fields_of(creator)
    if fold(parts.get("creatorType")) in _NO_AUTHORS:
        return ""
    spoken = " ".join(text for text in (fold(parts.get(key)) for key in ("firstName", "lastName")) if text)
    return spoken or fold(parts.get("name"))


def _tags(data: Fields) -> Iterator[str]:
    """Yield the tags that the reader gave; those of type 1 came by themselves."""
    for one in list_of(data.get("tags"))[:MAX_NAMES]:
        parts = fields_of(one)
        if parts.get("type") != 1 and (tag := fold(parts.get("tag"))):
            yield tag


def _date(item: Fields, data: Fields) -> str:
    """Return the date as Zotero parsed it, else as it was typed."""
    return fold(fields_of(item.get("meta")).get("parsedDate")) or fold(data.get("date"))
