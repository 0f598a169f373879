"""A local arXiv that speaks all four of its tongues from one invented archive, at a simulated now, with faults.

    archive = Archive(seed=7)                                  # arxiv_archive.py; also in this module's names
    archive.invent(date(2026, 1, 1), date(2026, 3, 31), per_day=20)
    server = ArxivServer(archive, now=lambda: world.time, faults=Faults(share=0.1, seed=3))
    # settings: arxiv_api = server.api, arxiv_oai = server.oai, arxiv_rss = server.rss, arxiv_listing = server.listing,
    # allowed_hosts = server.host; in the end server.close()

Move the clock, and what is public moves with it. `server.asked` is every request, `server.asked_at` when it came,
`server.faulty` the faults that were given. `server.forget_tokens()` makes OAI's tokens expire (they also do after
`token_hours`); `server.stale[category] = day` freezes one feed and listing at a day, `server.stale["/list/cs.CL"]` the
listing alone; what begins with one of `server.down` is answered with 503. `Shape` sets sizes: OAI's pages, the feed's
cap, entries on a listing page. `archive.announced(day, category)` is the truth.
"""

from __future__ import annotations

import hashlib
import random
import re
import runpy
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby, islice
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_ARCHIVE = runpy.run_path(str(Path(__file__).with_name("arxiv_archive.py")))
Archive, NEW_YORK = _ARCHIVE["Archive"], _ARCHIVE["NEW_YORK"]

KINDS_OF_FAULTS = ("429", "503", "truncated", "empty", "error", "closed", "redirect", "html")
_SECTIONS = {"new": "New submissions", "cross": "Cross submissions", "replace": "Replacement submissions"}
_PHYSICS = ("hep-th",)


@dataclass(frozen=True)
class Shape:
    """How large the parts of answers are."""

    oai_page: int = 50
    feed_cap: int = 2_000
    listing_page: int = 2_000
    api_slice: int = 2_000
    token_hours: float = 24.0


@dataclass
class Faults:
    """A share of requests goes wrong, each time in one of `kinds` (those that the tongue asked has)."""

    share: float = 0.0
    seed: int = 3
    kinds: tuple[str, ...] = KINDS_OF_FAULTS
    random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def draw(self) -> str:
        return self.random.choice(self.kinds) if self.random.random() < self.share else ""


@dataclass(frozen=True)
class _Token:
    ids: list[str]
    format: str
    expires_at: datetime


class ArxivServer:
    """A running server."""

    def __init__(
        self,
        archive,
        now: Callable[[], datetime],
        faults: Faults | None = None,
        shape: Shape | None = None,
    ) -> None:
        self.archive, self.now = archive, now
        self.faults, self.shape = faults or Faults(), shape or Shape()
        self.asked: list[str] = []
        self.asked_at: list[datetime] = []
        self.down: set[str] = set()
        self.faulty: list[str] = []
        self.stale: dict[str, date] = {}
        self.tokens: dict[str, _Token] = {}
        self.lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.arxiv = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        address = f"http://{self.host}"
        self.api, self.oai = f"{address}/api/query", f"{address}/oai"
        self.rss, self.listing = f"{address}/rss", f"{address}/list"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def forget_tokens(self) -> None:
        self.tokens.clear()

    def answer(self, path: str, query: dict[str, str], fault: str) -> str:
        """Write the body for a request; only the faults that lie in the text are known here."""
        if path == "/api/query":
            return self._api(query, fault)
        if path == "/oai":
            return self._oai(query)
        if path.startswith("/rss/"):
            return self._rss(path.removeprefix("/rss/"))
        _, _, category, which = path.split("/")
        return self._recent(category, query) if which == "recent" else self._listing(category, query)

    def _shown_on(self, tongue: str, category: str) -> date | None:
        """Return the day at which a feed or a listing is frozen."""
        return self.stale.get(f"/{tongue}/{category}") or self.stale.get(category)

    # The search.

    def _api(self, query: dict[str, str], fault: str) -> str:
        now = self.now()
        if fault == "error":
            return _atom(1, ["<entry><id>http://arxiv.org/api/errors#x</id><summary>out of lamps</summary></entry>"])
        wanted = set(re.findall(r"cat:([\w.-]+)", query["search_query"]))
        found = [p for p in self.archive.public(now) if wanted & set(p.categories_at(now)) and not p.is_deleted(now)]
        if match := re.search(r"submittedDate:\[(\d{12}) TO (\d{12})\]", query["search_query"]):
            found = [p for p in found if match[1] <= f"{p.versions[0].submitted_at:%Y%m%d%H%M}" <= match[2]]
        found.sort(key=lambda p: (p.versions[0].submitted_at, p.arxiv_id), reverse=query["sortOrder"] == "descending")
        start, size = int(query["start"]), int(query["max_results"])
        assert size <= 2_000 and start + size <= 30_000, "arXiv would refuse this"
        shown = [] if fault == "empty" else found[start : start + min(size, self.shape.api_slice)]
        return _atom(len(found), [_entry(paper, now) for paper in shown])

    # OAI-PMH.

    def _oai(self, query: dict[str, str]) -> str:
        now = self.now()
        if token := query.get("resumptionToken"):
            kept = self.tokens.get(token)
            if kept is None or kept.expires_at <= now or set(query) - {"verb", "resumptionToken", "again"}:
                return _oai_page(now, '<error code="badResumptionToken">expired</error>')
            ids, form = kept.ids, kept.format
        else:
            form, of_set, since = query["metadataPrefix"], query["set"], query["from"]
            ids = [p.arxiv_id for p in self.archive.public(now) if of_set in _sets(p, now)]
            ids = [name for name in ids if f"{self.archive.papers[name].changed_on(now)}" >= since]
        if not ids:
            return _oai_page(now, '<error code="noRecordsMatch">none</error>')
        page, rest = ids[: self.shape.oai_page], ids[self.shape.oai_page :]
        records = "".join(_oai_record(self.archive.papers[name], now, form) for name in page)
        mark = ""
        if rest:
            mark = f"t{len(self.tokens)}-{len(rest)}"
            self.tokens[mark] = _Token(rest, form, now + timedelta(hours=self.shape.token_hours))
        return _oai_page(now, f"<ListRecords>{records}<resumptionToken>{mark}</resumptionToken></ListRecords>")

    # The feed.

    def _rss(self, category: str) -> str:
        day = self._shown_on("rss", category) or self.now().astimezone(NEW_YORK).date()
        announced = {} if day.weekday() > 4 else self.archive.announced(day, category)
        midnight = format_datetime(datetime.combine(day, time(), NEW_YORK))
        shown = list(announced.items())[: self.shape.feed_cap]
        items = "".join(_rss_item(self.archive.papers[name], kind, midnight) for name, kind in shown)
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:arxiv="http://arxiv.org/schemas/atom" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>'
            f"<title>{category} updates</title><pubDate>{midnight}</pubDate>{items}</channel></rss>"
        )

    # The listing.

    def _listing(self, category: str, query: dict[str, str]) -> str:
        day = self._shown_on("list", category) or self.archive.newest_day(self.now())
        announced = list(self.archive.announced(day, category).items())
        skip, show = int(query.get("skip", 0)), min(int(query.get("show", 2_000)), self.shape.listing_page)
        shown = announced[skip : skip + show]
        parts = []
        for kind, name in _SECTIONS.items():
            of_kind = [one for one in announced if one[1].startswith(kind)]
            here = [one for one in shown if one in of_kind]
            if here:
                numbers = f"showing {len(here)} of {len(of_kind)} entries"
                entries = "".join(_listed(self.archive.papers[one], how, skip) for one, how in here)
                parts.append(f"<dl id='articles'><h3>{name} ({numbers})</h3>{entries}</dl>")
        paging = f"<div class='paging'>Total of {len(announced)} entries</div>" if announced else ""
        return (
            f"<!DOCTYPE html><html><body><div id='dlpage'><h1>{category}</h1>"
            f"<h3>Showing new listings for {day:%A}, {day.day} {day:%B} {day.year}</h3>{paging}"
            f"{''.join(parts) or '<p>No updates today.</p>'}</div></body></html>"
        )

    # The days before, without abstracts.

    def _recent(self, category: str, query: dict[str, str]) -> str:
        frozen = self._shown_on("list", category)
        days = (day for day in self.archive.newest_days(self.now()) if not frozen or day <= frozen)
        pairs = []
        for day in islice(days, 5):
            announced = self.archive.announced(day, category).items()
            pairs += [(day, name, kind) for name, kind in announced if kind in ("new", "cross")]
        skip, show = int(query.get("skip", 0)), min(int(query.get("show", 50)), self.shape.listing_page)
        parts = []
        for day, of_day in groupby(pairs[skip : skip + show], key=lambda one: one[0]):
            here = list(of_day)
            size = sum(one[0] == day for one in pairs)
            how = "continued, showing last" if pairs[max(0, skip - 1)][0] == day and skip else "showing first"
            entries = "".join(_listed(self.archive.papers[name], kind, skip, is_short=True) for _, name, kind in here)
            numbers = f"({how} {len(here)} of {size} entries )"
            parts.append(f"<dl id='articles'><h3>{day:%a}, {day.day} {day:%b} {day.year} {numbers}</h3>{entries}</dl>")
        paging = f"<div class='paging'>Total of {len(pairs)} entries</div>" if pairs else ""
        return (
            f"<!DOCTYPE html><html><body><div id='dlpage'><h1>{category}</h1>"
            f"<h2>Authors and titles for recent submissions</h2>{paging}{''.join(parts)}</div></body></html>"
        )


class _Handler(BaseHTTPRequestHandler):
    """Answers one request from `self.server.arxiv`."""

    def do_GET(self) -> None:
        server = self.server.arxiv
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with server.lock:
            server.asked.append(self.path)
            server.asked_at.append(server.now())
            fault = "503" if parts.path.startswith(tuple(server.down)) else server.faults.draw()
            if fault == "redirect" and "again" in query:
                fault = ""
            if fault:
                server.faulty.append(fault)
            body = server.answer(parts.path, query, fault).encode()
        if fault == "closed":
            self.close_connection = True
            return
        self._send(fault, body)

    def _send(self, fault: str, body: bytes) -> None:
        headers: dict[str, str] = {}
        status = 200
        if fault:
            status, headers, body = _spoilt(fault, self.path, body)
        elif not self.path.startswith(("/api", "/oai")):
            headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"'}
            if self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def _spoilt(fault: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Return the answer that a fault makes of a good one; `empty` and `error` have spoilt the text already."""
    if fault in ("429", "503"):
        return int(fault), {"Retry-After": "7"}, b""
    if fault == "redirect":
        return 302, {"Location": f"{path}{'&' if '?' in path else '?'}again=1"}, b""
    if fault == "truncated":
        return 200, {}, body[: len(body) * 2 // 3]
    return 200, {}, b"<html><body>Back soon.</body></html>" if fault == "html" else body


def _atom(total: int, entries: list[str]) -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
        f"<o:totalResults>{total}</o:totalResults>{''.join(entries)}</feed>"
    )


def _title(paper, now: datetime) -> str:
    """The newest version's title: a second version says that it is one."""
    count = len(paper.versions_at(now))
    return escape(paper.title + (f" (version {count})" if count > 1 else ""))


def _entry(paper, now: datetime) -> str:
    versions, categories = paper.versions_at(now), paper.categories_at(now)
    authors = "".join(f"<author><name>{name}</name></author>" for name in paper.authors)
    terms = "".join(f'<category term="{category}"/>' for category in categories)
    return (
        f"<entry><id>http://arxiv.org/abs/{paper.arxiv_id}v{len(versions)}</id>"
        f"<updated>{versions[-1].submitted_at:%Y-%m-%dT%H:%M:%SZ}</updated>"
        f"<published>{versions[0].submitted_at:%Y-%m-%dT%H:%M:%SZ}</published><title>{_title(paper, now)}</title>"
        f"<summary>{escape(paper.abstract)}</summary>{authors}"
        f'<arxiv:primary_category term="{categories[0]}"/>{terms}</entry>'
    )


def _sets(paper, now: datetime) -> list[str]:
    sets = []
    for category in paper.categories_at(now):
        archive, _, subject = category.partition(".")
        group = "physics" if archive in _PHYSICS else archive
        sets.append(f"{group}:{archive}:{subject}" if subject else f"{group}:{archive}")
    return sets


def _oai_page(now: datetime, inner: str) -> str:
    stamp = f"<responseDate>{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</responseDate>"
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{stamp}<request/>{inner}</OAI-PMH>'


def _oai_record(paper, now: datetime, form: str) -> str:
    status = ' status="deleted"' if paper.is_deleted(now) else ""
    header = (
        f"<header{status}><identifier>oai:arXiv.org:{paper.arxiv_id}</identifier>"
        f"<datestamp>{paper.changed_on(now)}</datestamp></header>"
    )
    if status:
        return f"<record>{header}</record>"
    versions = paper.versions_at(now)
    words = (
        f"<title>{_title(paper, now)}</title><categories>{' '.join(paper.categories_at(now))}</categories>"
        f"<abstract>{escape(paper.abstract)}</abstract>"
    )
    if form == "arXivRaw":
        history = "".join(
            f'<version version="v{n}"><date>{format_datetime(version.submitted_at, usegmt=True)}</date></version>'
            for n, version in enumerate(versions, 1)
        )
        first = f"{history}<authors>{', '.join(paper.authors)}</authors>"
    else:
        people = "".join(
            f"<author><keyname>{name.split()[1]}</keyname><forenames>{name.split()[0]}</forenames></author>"
            for name in paper.authors
        )
        first = f"<created>{versions[0].submitted_at:%Y-%m-%d}</created><authors>{people}</authors>"
    metadata = f'<{form} xmlns="http://arxiv.org/OAI/{form}/"><id>{paper.arxiv_id}</id>{first}{words}</{form}>'
    return f"<record>{header}<metadata>{metadata}</metadata></record>"


def _rss_item(paper, kind: str, moment: str) -> str:
    number = len(paper.versions) if kind.startswith("replace") else 1
    return (
        f"<item><title>{escape(paper.title)}</title><link>https://arxiv.org/abs/{paper.arxiv_id}</link>"
        f"<description>arXiv:{paper.arxiv_id}v{number} Announce Type: {kind} \nAbstract: {escape(paper.abstract)}"
        f'</description><guid isPermaLink="false">oai:arXiv.org:{paper.arxiv_id}v{number}</guid>'
        f"{''.join(f'<category>{category}</category>' for category in paper.categories)}"
        f"<pubDate>{moment}</pubDate><arxiv:announce_type>{kind}</arxiv:announce_type>"
        f"<dc:creator>{', '.join(paper.authors)}</dc:creator></item>"
    )


def _listed(paper, kind: str, skip: int, is_short: bool = False) -> str:
    abstract = "" if is_short else f"<p class='mathjax'>{escape(paper.abstract)}</p>"
    authors = ", ".join(f'<a href="/a/{n}">{name}</a>' for n, name in enumerate(paper.authors))
    subjects = "; ".join(f"Lamps and Tides ({category})" for category in paper.categories)
    how = {"cross": f"(cross-list from {paper.categories[0]})"}.get(kind, "(replaced)" if kind != "new" else "")
    return (
        f'<dt><a name=\'item{skip}\'>[{skip}]</a> <a href ="/abs/{paper.arxiv_id}" title="Abstract">arXiv:'
        f"{paper.arxiv_id}</a> {how} [<a href=\"/pdf/{paper.arxiv_id}\">pdf</a>]</dt><dd><div class='meta'>"
        f"<div class='list-title mathjax'><span class='descriptor'>Title:</span>\n {escape(paper.title)}</div>"
        f"<div class='list-authors'>{authors}</div><div class='list-subjects'><span class='descriptor'>Subjects:</span>"
        f'<span class="primary-subject">{subjects}</span></div>{abstract}'
        "</div></dd>"
    )
