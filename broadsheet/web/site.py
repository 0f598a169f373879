"""What every handler needs of the House: the masthead, and pages that are worked out once for a state of the record."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.readers import Visitor
from broadsheet.render.pages import Masthead
from broadsheet.render.paper_list import Place
from broadsheet.store import sample_papers
from broadsheet.usecases.identify import local_visitor
from broadsheet.usecases.read_lists import DailyLists
from broadsheet.usecases.site_secret import site_secret
from broadsheet.web.limits import Limits
from broadsheet.web.opened import Opened
from broadsheet.wiring import House, make_providers

CACHED_PAGES = 256
CACHED_BYTES = 32 << 20
DATED_PAGES = 4_096
_SMALLEST_GZIP = 1_000
# Half a megabyte for a program takes 5 ms on level 5 and 2 ms on level 1, a fifth larger.
_LARGE, _LEVEL, _LEVEL_OF_LARGE = 100_000, 5, 1


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A page as bytes, the name of exactly these bytes, and the page packed once somebody wants it so.

    `headers` are those that belong to the page.
    """

    body: bytes
    etag: str
    headers: Mapping[str, str] = field(default_factory=dict)
    _packed: list[bytes] = field(default_factory=list)

    def packed(self) -> bytes:
        """Return the page packed with gzip, packing it at the first call."""
        if not self._packed:
            level = _LEVEL if len(self.body) < _LARGE else _LEVEL_OF_LARGE
            self._packed.append(gzip.compress(self.body, level, mtime=0))
        return self._packed[0]


class Site:
    """The House as the web sees it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._pages: OrderedDict[str, CachedPage] = OrderedDict()
        self._dates: OrderedDict[str, tuple[str, datetime]] = OrderedDict()
        self._state: tuple[int, date] | None = None
        self._has_sample = False
        self._local: Visitor | None = None
        self._secret = ""
        self._lock = threading.Lock()
        self.limits = Limits()
        self.providers = make_providers(house)
        self.opened = Opened(house)
        self.daily_lists = DailyLists(house.database)
        self.asking_zotero = threading.Lock()  # one library at a time is read there
        self.adding = threading.Lock()  # one paper at a time is asked for outside

    def masthead(self) -> Masthead:
        """Return the top of a page."""
        self._refresh()
        return replace(self.bare_masthead(), has_sample=self._has_sample)

    def bare_masthead(self) -> Masthead:
        """Return the top of a page without asking the record."""
        settings = self.house.settings
        may_add = settings.adding != "nobody"
        root = settings.address.rstrip("/")
        return Masthead(
            settings.title,
            settings.motto,
            self.house.today(),
            zone=settings.zone,
            may_add=may_add,
            root=root,
            discusses=settings.discussion == "on",
            may_subscribe=settings.subscribing == "everyone",
        )

    def local_visitor(self) -> Visitor:
        """Return this machine's own reader, while nobody has an account, else nobody."""
        self._refresh()
        if self._local is None:
            self._local = local_visitor(self.house.database, self.house.clock())
        return self._local

    def has_readers(self) -> bool:
        """Say whether anybody has an account."""
        return self.local_visitor().reader is None

    def secret(self) -> str:
        """Return the secret of this installation, made once and kept in its record."""
        self._secret = self._secret or site_secret(self.house.database)
        return self._secret

    def place(self, request: Request) -> Place:
        """Return where lists are printed: under the settings' address, else under the name by which we were called."""
        settings = self.house.settings
        root = settings.address or str(request.base_url)
        return Place(settings.title, root.rstrip("/"), settings.zone)

    def dated(self, key: str, page: CachedPage) -> datetime:
        """Return since when, as far as this process knows, the page under `key` has been what it is: whole seconds.

        A page that changes twice in a second is dated a second ahead, so that no two states share a date.
        """
        now = self.house.clock().replace(microsecond=0)
        with self._lock:
            etag, since = self._dates.pop(key, ("", None))
            if etag != page.etag or since is None:
                since = now if since is None else max(now, since + timedelta(seconds=1))
            self._dates[key] = (page.etag, since)
            if len(self._dates) > DATED_PAGES:
                self._dates.popitem(last=False)
        return since

    def cached(self, key: str, make: Callable[[], str | bytes | CachedPage]) -> CachedPage:
        """Return the page under `key`, worked out once for each state of the record and each day."""
        state = self._refresh()
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
                return page
        made = make()
        page = made if isinstance(made, CachedPage) else pack(made)
        with self._lock:
            if state == self._state:
                self._pages[key] = page
                held = sum(len(one.body) for one in self._pages.values())
                while len(self._pages) > CACHED_PAGES or held > CACHED_BYTES:
                    held -= len(self._pages.popitem(last=False)[1].body)
        return page

    def _refresh(self) -> tuple[int, date]:
        """Forget the pages when the record or the day has moved on; return the state they are good for."""
        state = (self.house.database.revision(), self.house.today())
        if state != self._state:
            with self.house.database.read() as connection:
                has_sample = sample_papers.count_sample_papers(connection) > 0
            with self._lock:
                self._pages.clear()
                self._state, self._has_sample, self._local = state, has_sample, None
        return state


def pack(made: str | bytes, headers: Mapping[str, str] | None = None) -> CachedPage:
    """Return what was worked out as a page."""
    body = made.encode("utf-8", "replace") if isinstance(made, str) else made
    return CachedPage(body, hashlib.sha256(body).hexdigest()[:20], headers or {})


def site_of(request: Request) -> Site:
    """Return the site that a request came to."""
    return cast(Site, request.app.state.site)


def respond(
    request: Request,
    page: CachedPage,
    media_type: str = "text/html; charset=utf-8",
    since: datetime | None = None,
    *,
    is_private: bool = False,
) -> Response:
    """Answer with a page, packed where the client can unpack it, or 304 where it has it already.

    `since` is the page's date, by which a client that knows no ETag may ask, too (RFC 9110, 13.2.2). What is private is
    for this reader alone: nothing in between may keep it.
    """
    etag = f'W/"{page.etag}"'
    kept = "private, no-cache" if is_private else "no-cache"
    headers = {**page.headers, "ETag": etag, "Cache-Control": kept, "Vary": "Accept, Accept-Encoding"}
    if since is not None:
        headers["Last-Modified"] = format_datetime(since, usegmt=True)
    if _has_it(request, page.etag, since):
        return Response(status_code=304, headers=headers)
    body = page.body
    if len(body) >= _SMALLEST_GZIP and _takes_gzip(request.headers.get("accept-encoding", "")):
        body = page.packed()
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers)


def _has_it(request: Request, etag: str, since: datetime | None) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:
        tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
        return f'"{etag}"' in tags or tags == ["*"]
    if since is None:
        return False
    try:
        asked = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return asked.tzinfo is not None and since <= asked
    except (ValueError, TypeError, OverflowError):
        return False


def _takes_gzip(accepted: str) -> bool:
    """Say whether an Accept-Encoding names gzip, and not with a weight of zero."""
    for choice in accepted.replace(" ", "").lower().split(","):
        name, _, weight = choice.partition(";q=")
        if name == "gzip":
            return not weight or weight.strip("0.") != ""
    return False
