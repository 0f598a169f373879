"""What every handler needs of the House: the masthead, and pages that are worked out once for a state of the record."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.readers import Visitor
from broadsheet.render.pages import Masthead
from broadsheet.store import papers
from broadsheet.usecases.identify import local_visitor
from broadsheet.usecases.site_secret import site_secret
from broadsheet.web.limits import Limits
from broadsheet.web.opened import Opened
from broadsheet.wiring import House

CACHED_PAGES = 256
_SMALLEST_GZIP = 1_000


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A page as bytes, the name of exactly these bytes, and the page packed once somebody wants it so."""

    body: bytes
    etag: str
    _packed: list[bytes] = field(default_factory=list)

    def packed(self) -> bytes:
        """Return the page packed with gzip, packing it at the first call."""
        if not self._packed:
            self._packed.append(gzip.compress(self.body, 5, mtime=0))
        return self._packed[0]


class Site:
    """The House as the web sees it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._pages: OrderedDict[str, CachedPage] = OrderedDict()
        self._state: tuple[int, date] | None = None
        self._has_sample = False
        self._local: Visitor | None = None
        self._secret = ""
        self._lock = threading.Lock()
        self.limits = Limits()
        self.opened = Opened(house)
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
        return Masthead(settings.title, settings.motto, self.house.today(), zone=settings.zone, may_add=may_add)

    def local_visitor(self) -> Visitor:
        """Return this machine's own reader, while nobody has an account, else nobody."""
        self._refresh()
        if self._local is None:
            self._local = local_visitor(self.house.database, self.house.clock())
        return self._local

    def secret(self) -> str:
        """Return the secret of this installation, made once and kept in its record."""
        self._secret = self._secret or site_secret(self.house.database)
        return self._secret

    def cached(self, key: str, make: Callable[[], str]) -> CachedPage:
        """Return the page under `key`, worked out once for each state of the record and each day."""
        state = self._refresh()
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
                return page
        page = _pack(make())
        with self._lock:
            if state == self._state:
                self._pages[key] = page
                if len(self._pages) > CACHED_PAGES:
                    self._pages.popitem(last=False)
        return page

    def _refresh(self) -> tuple[int, date]:
        """Forget the pages when the record or the day has moved on; return the state they are good for."""
        state = (self.house.database.revision(), self.house.today())
        if state != self._state:
            with self.house.database.read() as connection:
                has_sample = papers.count_sample_papers(connection) > 0
            with self._lock:
                self._pages.clear()
                self._state, self._has_sample, self._local = state, has_sample, None
        return state


def _pack(text: str) -> CachedPage:
    body = text.encode("utf-8", "replace")
    return CachedPage(body, hashlib.sha256(body).hexdigest()[:20])


def site_of(request: Request) -> Site:
    """Return the site that a request came to."""
    return cast(Site, request.app.state.site)


def respond(request: Request, page: CachedPage, media_type: str = "text/html; charset=utf-8") -> Response:
    """Answer with a page, packed where the client can unpack it, or 304 where it has it already."""
    etag = f'W/"{page.etag}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    known = request.headers.get("if-none-match", "").split(",")
    if any(tag.strip().removeprefix("W/") == f'"{page.etag}"' for tag in known):
        return Response(status_code=304, headers=headers)
    body = page.body
    if len(body) >= _SMALLEST_GZIP and _takes_gzip(request.headers.get("accept-encoding", "")):
        body = page.packed()
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers)


def respond_privately(request: Request, page: CachedPage) -> Response:
    """Answer as `respond` does with a page that is for this reader alone: nothing in between may keep it."""
    answer = respond(request, page)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _takes_gzip(accepted: str) -> bool:
    """Say whether an Accept-Encoding names gzip, and not with a weight of zero."""
    for choice in accepted.replace(" ", "").lower().split(","):
        name, _, weight = choice.partition(";q=")
        if name == "gzip":
            return not weight or weight.strip("0.") != ""
    return False
