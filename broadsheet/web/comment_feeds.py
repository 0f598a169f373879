"""Handler of the feeds of a paper's comments."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.errors import NotFound
from broadsheet.render.dresses import DRESSES, FEEDS, MOST_IN_FEED
from broadsheet.render.feed_forms import write_atom, write_json_feed, write_rss
from broadsheet.render.feeds import feed_of_comments
from broadsheet.render.links import comments
from broadsheet.usecases.read_discussion import read_newest_comments
from broadsheet.usecases.seeing import read_paper_for
from broadsheet.web.discussion import house_with_discussion
from broadsheet.web.dressing import answer_kept
from broadsheet.web.papers import show_paper
from broadsheet.web.site import site_of
from broadsheet.web.visitors import visitor_of

_WRITERS = {"atom": write_atom, "rss": write_rss, "feed.json": write_json_feed}


def show_comment_feed(request: Request) -> Response:
    """Answer with the newest comments of a paper as a feed."""
    house, form = site_of(request).house, request.path_params["form"]
    try:
        paper = read_paper_for(house.database, request.path_params["paper_id"], visitor_of(request).reader)
    except NotFound:
        # a paper may be named like that
        request.path_params["paper_id"] += f"/comments.{form}"
        return show_paper(request)
    house_with_discussion(request)
    if form not in _WRITERS:
        raise NotFound(f"Comments come as feeds: {', '.join(dress.suffix for dress in FEEDS)}.")

    def make() -> bytes:
        found = read_newest_comments(house.database, paper.pk, MOST_IN_FEED)
        return _WRITERS[form](feed_of_comments(site_of(request).place(request), paper, found))

    return answer_kept(request, comments(paper.id), DRESSES[form], make)
