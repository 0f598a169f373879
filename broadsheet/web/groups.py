"""Handlers by which groups are read. Whether a group is there for this visitor is asked first, at every address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.days import Period, parse_period, period_of
from broadsheet.domain.groups import Group, check_keeper
from broadsheet.domain.listing import Arrived, Listing
from broadsheet.render import group_pages, links
from broadsheet.render.community_payloads import group_payload, member_payload
from broadsheet.render.dresses import DRESSES, take_dress
from broadsheet.render.group_pages import Shelf
from broadsheet.render.news import going_on
from broadsheet.render.pages import Masthead, period_title
from broadsheet.render.tables import Table
from broadsheet.store.group_papers import Wanted
from broadsheet.usecases import read_groups
from broadsheet.usecases.groups import read_group, read_invitation, read_members
from broadsheet.usecases.groups import read_groups as list_groups
from broadsheet.web.dressing import WantedList, answer_dressed, answer_list, asks_for_news, dress_of
from broadsheet.web.parameters import cache_key, page_number, prefers_markdown
from broadsheet.web.site import site_of
from broadsheet.web.tables import answer_table, news_of
from broadsheet.web.visitors import masthead_of, show, show_fresh, signed_in, visitor_of

TRENDING_BESIDE = 10
MOST_IN_MARKDOWN = 500


def show_groups(request: Request) -> Response:
    """Answer with the visitor's groups, public ones, and the form that makes one."""
    return show_groups_with(request)


def show_groups_with(request: Request, typed: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """Answer with the page of groups; `typed` is what stands in its form, and under `complaint` why it failed."""
    after, news = request.query_params.get("after", "")[:100], news_of(request, links.GROUPS)
    found = list_groups(site_of(request).house.database, visitor_of(request).pk, after, news.at)
    if prefers_markdown(request) and typed is None:
        next_page = going_on(links.groups(found.next), news) if found.next else ""
        rows = [group_payload(one) for one in ([] if after else found.mine) + found.others]
        return answer_table(request, Table("Groups", links.GROUPS, rows, next_page, found.newest_at))
    text = group_pages.show_groups(masthead_of(request), found.mine, found.others, found.next, news, typed)
    return show_fresh(request, text, status)


def show_group(request: Request) -> Response:
    """Answer with a group's newest day and its trending papers; its feeds and files hold all, newest added first."""
    request.path_params["name"], suffix = take_dress(request.path_params["name"])
    group, visitor, database = group_of(request), visitor_of(request), site_of(request).house.database

    dress = suffix or dress_of(request)
    if dress is not None or asks_for_news(request):
        return answer_list(request, dress, _wanted(request, group, Wanted()))

    def make(masthead: Masthead) -> str:
        part = Wanted(limit=site_of(request).house.settings.papers_per_page)
        edition = read_groups.read_group_edition(database, visitor, group.name, None, part)
        wanted = Wanted("score", limit=TRENDING_BESIDE)
        trending = read_groups.read_group_papers(database, visitor, group.name, wanted)
        return group_pages.show_group(masthead, edition, trending)

    return show(request, cache_key(request), make)


def show_group_this_week(request: Request) -> Response:
    """Lead to the group's page of this week, or answer with it in a dress."""
    group, period = group_of(request), period_of("week", site_of(request).house.today())
    if "form" in request.path_params and (dress := dress_of(request)):
        return answer_dressed(request, dress, _wanted_week(request, group, period, links.group(group.name, "week")))
    there = links.group_week(group.name, period)
    return RedirectResponse(links.stretch(there, 0, 0, request.query_params.get("since")), 302)


def show_group_week(request: Request) -> Response:
    """Answer with what a group added in a week; as Markdown where the address ends so."""
    group, page, name = group_of(request), page_number(request), request.path_params["week"]
    if name.endswith(".md"):
        return _week_markdown(request, group, name.removesuffix(".md"))
    name, dress = take_dress(name)
    if dress is None and prefers_markdown(request):
        return _week_markdown(request, group, name)
    period, database, visitor = parse_period("week", name), site_of(request).house.database, visitor_of(request)
    if dress is not None or asks_for_news(request):
        wanted = _wanted_week(request, group, period, links.group_week(group.name, period))
        return answer_list(request, dress, wanted)

    def make(masthead: Masthead) -> str:
        size = site_of(request).house.settings.papers_per_page
        part = Wanted(limit=size, offset=page * size)
        edition = read_groups.read_group_edition(database, visitor, group.name, period, part)
        return group_pages.show_group_week(masthead, edition, page)

    return show(request, cache_key(request), make)


def show_group_week_markdown(request: Request) -> Response:
    """Answer with what a group added this week, as Markdown."""
    return _week_markdown(request, group_of(request), period_of("week", site_of(request).house.today()).name)


def show_group_trending(request: Request) -> Response:
    """Answer with a group's papers by their score."""
    group, page = group_of(request), page_number(request)
    dress = dress_of(request)
    if dress is not None or asks_for_news(request):
        return answer_list(request, dress, _wanted(request, group, Wanted("score"), "trending"))

    def make(masthead: Masthead) -> str:
        house = site_of(request).house
        size = house.settings.papers_per_page
        wanted = Wanted("score", limit=size, offset=page * size)
        found = read_groups.read_group_papers(house.database, visitor_of(request), group.name, wanted)
        return group_pages.show_group_trending(masthead, found, page)

    return show(request, cache_key(request), make)


def show_group_library(request: Request) -> Response:
    """Answer with a group's papers: all, those of a folder, those that have the words of `q`."""
    group, page, asked = group_of(request), page_number(request), request.query_params
    folder, typed = asked.get("folder", "")[:100], asked.get("q", "")[: read_groups.LONGEST_SEARCH]
    dress = dress_of(request)
    if dress is not None or asks_for_news(request):
        part = Wanted(folder=folder, words=read_groups.words_of(typed))
        address = links.group_library(group.name, folder, typed)
        return answer_list(request, dress, replace(_wanted(request, group, part, "library"), address=address))
    key = f"{links.group(group.name, 'library')}?{urlencode({'f': folder, 'q': typed, 'p': page}, errors='replace')}"
    return show(request, key, lambda masthead: library_page(request, masthead, (folder, typed, page)))


def library_page(
    request: Request, masthead: Masthead, asked: tuple[str, str, int], typed: tuple[str, str] = ("", "")
) -> str:
    """Return the library's page: `asked` is folder, words and page; `typed` what was pasted, and why it failed."""
    house, visitor, name = site_of(request).house, visitor_of(request), request.path_params["name"]
    folder, text, page = asked
    size = house.settings.papers_per_page
    wanted = Wanted(folder=folder, words=read_groups.words_of(text), limit=size, offset=page * size)
    found = read_groups.read_group_papers(house.database, visitor, name, wanted)
    shelf = Shelf(read_groups.read_folders(house.database, visitor, name), folder, text)
    return group_pages.show_group_library(masthead, found, shelf, page, typed)


def show_group_paper(request: Request) -> Response:
    """Answer with a paper's page within a group."""
    database, visitor = site_of(request).house.database, visitor_of(request)
    name, paper_id = request.path_params["name"], request.path_params["paper_id"]
    found = read_groups.read_group_paper(database, visitor, name, paper_id)
    if found.paper.id != paper_id:
        return RedirectResponse(links.group_paper(found.group.name, found.paper.id), 301)
    if prefers_markdown(request):
        return _markdown(group_pages.paper_markdown(found))
    return show(request, cache_key(request), lambda m: group_pages.show_group_paper(m, found, visitor.pk))


def show_group_members(request: Request) -> Response:
    """Answer with who is in a group; for its keepers with the invitations, too."""
    return members_page(request)


def members_page(request: Request, link: str = "") -> Response:
    """Answer with the members' page, and with an invitation's link that is shown this once."""
    house, name = site_of(request).house, request.path_params["name"]
    after, here = request.query_params.get("after", "")[:100], links.group(name, "members")
    news = news_of(request, here)
    found = read_members(house.database, name, visitor_of(request).pk, after, house.clock(), since=news.at)
    more = going_on(f"{here}?{urlencode({'after': found.next})}", news) if found.next else ""
    if prefers_markdown(request) and not link:
        rows = [member_payload(one) for one in found.members]
        return answer_table(request, Table(f"{found.group.title}, members", here, rows, more, found.newest_at))
    people = group_pages.People(found.members, found.invitations, more, link)
    return show_fresh(request, group_pages.show_group_members(masthead_of(request), found.group, people, news))


def show_group_settings(request: Request) -> Response:
    """Answer with what a keeper can change."""
    return settings_page(request)


def settings_page(request: Request, complaint: str = "", status: int = 200) -> Response:
    """Answer with the settings of a group, and why the form failed."""
    group = group_of(request)
    check_keeper(group)
    folders = read_groups.read_folders(site_of(request).house.database, visitor_of(request), group.name)
    return show_fresh(request, group_pages.show_group_settings(masthead_of(request), group, folders, complaint), status)


def show_group_invitation(request: Request) -> Response:
    """Answer with the button by which an invited reader joins."""
    house, secret = site_of(request).house, request.path_params["secret"]
    group = read_invitation(house.database, secret, signed_in(request), house.clock())
    return show_fresh(request, group_pages.show_group_invitation(masthead_of(request), group, secret))


def group_of(request: Request) -> Group:
    """Return the group of an address as its visitor may see it; raises NotFound."""
    return read_group(site_of(request).house.database, request.path_params["name"], visitor_of(request).pk)


def _wanted(request: Request, group: Group, part: Wanted, tab: str = "") -> WantedList:
    """Return a part of a group as a list, under the address of one of its pages."""
    database, visitor = site_of(request).house.database, visitor_of(request)

    def read(limit: int, offset: int, arrived: Arrived) -> Listing:
        stretch = replace(part, limit=limit, offset=offset, since=arrived.since)
        return read_groups.read_group_listing(database, visitor, group.name, stretch)

    title = f"{group.title}, {tab}" if tab else group.title
    return WantedList(title, links.group(group.name, tab), read, is_put=True)


def _wanted_week(request: Request, group: Group, period: Period, address: str) -> WantedList:
    added = _wanted(request, group, Wanted("votes", period.first_on, period.last_on))
    return replace(added, title=f"{group.title}, {period_title(period)}", address=address)


def _week_markdown(request: Request, group: Group, week: str) -> Response:
    period, database = parse_period("week", week), site_of(request).house.database
    part = Wanted(limit=MOST_IN_MARKDOWN)
    edition = read_groups.read_group_edition(database, visitor_of(request), group.name, period, part)
    return _markdown(group_pages.week_markdown(edition))


def _markdown(text: str) -> Response:
    headers = {"Cache-Control": "private, no-cache", "Vary": "Accept"}
    return Response(text, media_type=DRESSES["md"].media_type, headers=headers)
