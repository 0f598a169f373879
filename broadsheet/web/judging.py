"""Handlers by which readers vote on comments and flag them, and curators look at what was flagged."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.render import discussion_pages, links
from broadsheet.render.news import going_on
from broadsheet.render.tables import Table, flagged_row
from broadsheet.usecases.judge_comments import flag_comment, settle_comment, vote_on_comment
from broadsheet.usecases.read_discussion import read_flagged
from broadsheet.web.bodies import read_form
from broadsheet.web.discussion import comment_pk, house_with_discussion, parse_pk, place_of
from broadsheet.web.parameters import listed_before, prefers_markdown
from broadsheet.web.tables import answer_table, news_of
from broadsheet.web.visitors import masthead_of, show_fresh, signed_in


def submit_vote(request: Request) -> Response:
    """Take a vote on a comment, or take it back, and lead to the comment."""
    house, pk = house_with_discussion(request), comment_pk(request)
    vote_on_comment(house.database, pk, signed_in(request), read_form(request).get("vote", ""))
    return RedirectResponse(place_of(house, pk), 303)


def submit_flag(request: Request) -> Response:
    """Note that a comment should be looked at, and lead back to it."""
    house, pk = house_with_discussion(request), comment_pk(request)
    flag_comment(house.database, pk, signed_in(request), read_form(request).get("reason", ""), house.clock())
    return RedirectResponse(links.comment(pk), 303)


def show_flags(request: Request) -> Response:
    """Answer with the comments that wait for a curator."""
    news = news_of(request, links.FLAGS)
    found = read_flagged(house_with_discussion(request).database, listed_before(request), news.at)
    older = going_on(links.flags(found.entries[-1].comment.pk), news) if found.has_more else ""
    if prefers_markdown(request):
        rows = [flagged_row(one) for one in found.entries]
        return answer_table(request, Table("Flagged comments", links.FLAGS, rows, older, found.newest_at))
    return show_fresh(request, discussion_pages.show_flags(masthead_of(request), found.entries, older, news))


def submit_flags(request: Request) -> Response:
    """Keep or delete a flagged comment, and lead to those that are left."""
    house, form = house_with_discussion(request), read_form(request)
    pk, action, reason = parse_pk(form.get("comment", "")), form.get("action", ""), form.get("reason", "")
    settle_comment(house.database, pk, signed_in(request), action, reason, house.clock())
    return RedirectResponse(links.flags(), 303)
