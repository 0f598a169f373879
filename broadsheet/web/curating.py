"""Handlers of what curators decide: what waits, hidden papers, lead stories, joins, splits, links; and their log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.deeds import Deed, Hand
from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.listing import Entries, Part
from broadsheet.domain.paper import Link, Paper
from broadsheet.render import curating_pages, links
from broadsheet.render.community_payloads import Payload, deed_payload, submission_payload
from broadsheet.render.curating_pages import Stretch
from broadsheet.render.news import going_on
from broadsheet.render.pages import Masthead
from broadsheet.render.tables import Table
from broadsheet.usecases.curate_papers import join_papers, split_records
from broadsheet.usecases.edit_links import add_link, remove_link
from broadsheet.usecases.feature_papers import feature_paper, unfeature_paper
from broadsheet.usecases.hide_papers import hide_paper, unhide_paper
from broadsheet.usecases.indexing import drain_if_free
from broadsheet.usecases.read_log import read_log
from broadsheet.usecases.seeing import read_paper_for
from broadsheet.usecases.submit_papers import Today, approve, decline, read_submissions
from broadsheet.web.bodies import read_form
from broadsheet.web.parameters import listed_before, page_number, prefers_markdown, row_of
from broadsheet.web.site import Site, site_of
from broadsheet.web.tables import answer_table, news_of
from broadsheet.web.visitors import masthead_of, show, show_fresh, signed_in
from broadsheet.wiring import House

DEEDS_ON_PAGE = 50
Asked = TypeVar("Asked")
_Deed = Callable[[House, str, dict[str, str], Hand, datetime], Paper]


def today_of(site: Site) -> Today:
    """Return the moment and the day of the edition that goes with it."""
    return Today(site.house.clock(), site.house.today())


@dataclass(frozen=True, slots=True)
class Desk(Generic[Asked]):
    """A list of what readers ask of curators: its title, its pages' addresses, how it is read and shown."""

    title: str
    address: Callable[..., str]
    read: Callable[..., Entries[Asked]]
    payload: Callable[[Asked], Payload]
    page: Callable[..., str]


def show_desk(request: Request, desk: Desk[Asked]) -> Response:
    """Answer with the reader's own entries of a list, newest first, or for curators with all that wait."""
    house, page = site_of(request).house, page_number(request)
    is_own = request.query_params.get("of") != "all" or not signed_in(request).is_at_least("curator")
    size, whole = house.settings.results_per_page, desk.address(is_own=is_own)
    news = news_of(request, whole)
    found = desk.read(house.database, signed_in(request), Part(size, page * size, news.at), is_own=is_own)
    if prefers_markdown(request):
        next_page = going_on(desk.address(page + 1, is_own=is_own), news) if found.has_more else ""
        rows = [desk.payload(one) for one in found.entries]
        return answer_table(request, Table(desk.title, whole, rows, next_page, found.newest_at))
    stretch = Stretch(page, size, found.count, len(found.entries))
    return show_fresh(request, desk.page(masthead_of(request), found.entries, stretch, news, is_own=is_own))


def show_submissions(request: Request) -> Response:
    """Answer with what the reader brought, or for curators with all that waits."""
    return show_desk(request, _SUBMISSIONS)


_SUBMISSIONS = Desk(
    "Submissions", links.submissions, read_submissions, submission_payload, curating_pages.show_submissions
)


def submit_decision(request: Request) -> Response:
    """Approve or decline a submission, and lead back to those that wait."""
    site, form, pk, by = site_of(request), read_form(request), row_of(request), signed_in(request)
    match form.get("action"):
        case "approve":
            approve(site.house.database, pk, by, today_of(site))
            drain_if_free(site.house.database, site.house.index)
        case "decline":
            decline(site.house.database, pk, by, form.get("reason", ""), site.house.clock())
        case _:
            raise NotFound("There is no such decision: approve or decline.")
    return RedirectResponse(links.submissions(is_own=False), 303)


def submit_deed(request: Request) -> Response:
    """Do to a paper what the form's `action` says, and lead to its page."""
    return RedirectResponse(links.paper(curate(request, read_form(request)).id), 303)


def curate(request: Request, said: dict[str, str]) -> Paper:
    """Do to the paper of an address what is said, by its `action`, and return it."""
    house, by = site_of(request).house, signed_in(request)
    paper = read_paper_for(house.database, request.path_params["paper_id"], by)
    deed = _DEEDS.get(said.get("action", ""))
    if deed is None:
        raise Invalid("action", f"The action of this form is one of {', '.join(_DEEDS)}.")
    done = deed(house, paper.id, said, Hand(by.name, by.pk), house.clock())
    drain_if_free(house.database, house.index)
    return done


def submit_links(request: Request) -> Response:
    """Give a paper a link or take one away, and lead to its page."""
    return RedirectResponse(links.paper(change_links(request, read_form(request)).id), 303)


def change_links(request: Request, said: dict[str, str]) -> Paper:
    """Give the paper of an address a link or take one away, as is said, and return it."""
    house, by, url = site_of(request).house, signed_in(request), said.get("url", "").strip()
    paper = read_paper_for(house.database, request.path_params["paper_id"], by)
    match said.get("action"):
        case "add":
            return add_link(house.database, paper.id, Link(said.get("kind", ""), url), by, house.clock())
        case "remove":
            return remove_link(house.database, paper.id, url, by, house.clock())
        case _:
            raise Invalid("action", "The action of this form is add or remove.")


def show_log(request: Request) -> Response:
    """Answer with what curators did, newest first."""
    house, before, news = site_of(request).house, listed_before(request), news_of(request, links.LOG)

    def read() -> tuple[Entries[Deed], str]:
        found = read_log(house.database, before, DEEDS_ON_PAGE, news.at)
        return found, going_on(links.log(found.entries[-1].pk), news) if found.has_more else ""

    if prefers_markdown(request):
        found, older = read()
        rows = [deed_payload(one) for one in found.entries]
        return answer_table(request, Table("What curators did", links.LOG, rows, older, found.newest_at))

    def make(masthead: Masthead) -> str:
        found, older = read()
        return curating_pages.show_log(masthead, found.entries, before, older, news)

    return show(request, f"/log?{before} {news.since}", make)


def _hide(house: House, paper_id: str, form: dict[str, str], by: Hand, now: datetime) -> Paper:
    return hide_paper(house.database, paper_id, form.get("reason", ""), by, now)


def _unhide(house: House, paper_id: str, form: dict[str, str], by: Hand, now: datetime) -> Paper:
    return unhide_paper(house.database, paper_id, form.get("reason", ""), by, now)


def _feature(house: House, paper_id: str, form: dict[str, str], by: Hand, now: datetime) -> Paper:
    return feature_paper(house.database, paper_id, _day(form), by, now)


def _unfeature(house: House, paper_id: str, form: dict[str, str], by: Hand, now: datetime) -> Paper:
    return unfeature_paper(house.database, paper_id, _day(form), by, now)


def _join(house: House, paper_id: str, form: dict[str, str], by: Hand, now: datetime) -> Paper:
    return join_papers(house.database, paper_id, form.get("other", "").strip(), by, now)


def _split(house: House, paper_id: str, form: dict[str, str], by: Hand, now: datetime) -> Paper:
    source, _, source_id = form.get("record", "").partition(":")
    return split_records(house.database, paper_id, source, source_id, by, now)


_DEEDS: dict[str, _Deed] = {
    "hide": _hide, "unhide": _unhide, "feature": _feature, "unfeature": _unfeature, "join": _join, "split": _split,
}  # fmt: skip


def _day(form: dict[str, str]) -> date:
    try:
        return date.fromisoformat(form.get("day", ""))
    except ValueError as error:
        raise Invalid("day", "Name the day of the edition, for example 2025-11-07.") from error
