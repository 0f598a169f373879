"""Handlers of what curators decide: what waits, hidden papers, lead stories, joins, splits, links; and their log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.deeds import Hand
from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.listing import Part
from broadsheet.domain.paper import Link, Paper
from broadsheet.render import curating_pages, links
from broadsheet.render.community_payloads import deed_payload, submission_payload
from broadsheet.render.curating_pages import Stretch
from broadsheet.render.pages import Masthead, going_on
from broadsheet.usecases.curate_papers import join_papers, split_records
from broadsheet.usecases.edit_links import add_link, remove_link
from broadsheet.usecases.feature_papers import feature_paper, unfeature_paper
from broadsheet.usecases.hide_papers import hide_paper, unhide_paper
from broadsheet.usecases.indexing import drain_if_free
from broadsheet.usecases.read_log import read_log
from broadsheet.usecases.seeing import read_paper_for
from broadsheet.usecases.submit_papers import Today, approve, decline, read_submissions
from broadsheet.web.bodies import read_form
from broadsheet.web.cursors import read_put_since
from broadsheet.web.parameters import listed_before, page_number, prefers_markdown, row_of
from broadsheet.web.site import Site, site_of
from broadsheet.web.tables import answer_table, news_of
from broadsheet.web.visitors import masthead_of, show, show_fresh, signed_in
from broadsheet.wiring import House

DEEDS_ON_PAGE = 50
_Deed = Callable[[House, str, dict[str, str], Hand, datetime], Paper]


def today_of(site: Site) -> Today:
    """Return the moment and the day of the edition that goes with it."""
    return Today(site.house.clock(), site.house.today())


def is_own_list(request: Request) -> bool:
    """Say whether a reader's own list is asked for; only curators see all."""
    return request.query_params.get("of") != "all" or not signed_in(request).is_at_least("curator")


def show_submissions(request: Request) -> Response:
    """Answer with what the reader brought, or for curators with all that waits."""
    house, page, is_own = site_of(request).house, page_number(request), is_own_list(request)
    size = house.settings.results_per_page
    part, whole = Part(size, page * size, read_put_since(request)), links.submissions(is_own=is_own)
    found = read_submissions(house.database, signed_in(request), part, is_own=is_own)
    news, stretch = news_of(request, whole), Stretch(page, size, found.count, len(found.entries))
    if prefers_markdown(request):
        rows = [submission_payload(one) for one in found.entries]
        next_page = going_on(links.submissions(page + 1, is_own=is_own), news) if stretch.has_more else ""
        return answer_table(request, "Submissions", whole, rows, next_page, found.newest_at)
    text = curating_pages.show_submissions(masthead_of(request), found.entries, stretch, news, is_own=is_own)
    return show_fresh(request, text)


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
    house, before, since = site_of(request).house, listed_before(request), read_put_since(request)
    news = news_of(request, links.LOG)
    if prefers_markdown(request):
        found, following = read_log(house.database, before, DEEDS_ON_PAGE, since)
        next_page = going_on(links.log(following), news) if following else ""
        rows, newest_at = [deed_payload(one) for one in found], found[0].done_at if found else None
        return answer_table(request, "What curators did", links.LOG, rows, next_page, newest_at)

    def make(masthead: Masthead) -> str:
        found, following = read_log(house.database, before, DEEDS_ON_PAGE, since)
        return curating_pages.show_log(masthead, found, before, following, news)

    return show(request, f"/log?{before} {request.query_params.get('since')}", make)


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
