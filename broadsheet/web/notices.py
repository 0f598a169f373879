"""Handlers of what a reader is told: who answered, who mentioned the reader."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.render import discussion_pages, links
from broadsheet.render.community_payloads import notice_payload
from broadsheet.render.news import going_on
from broadsheet.render.tables import Table
from broadsheet.usecases.read_discussion import count_flagged, read_notices
from broadsheet.usecases.see_notices import see_all, see_one
from broadsheet.web.bodies import read_form
from broadsheet.web.discussion import house_with_discussion, parse_pk, place_of
from broadsheet.web.parameters import listed_before, prefers_markdown
from broadsheet.web.tables import answer_table, news_of
from broadsheet.web.visitors import masthead_of, show_fresh, signed_in


def show_notices(request: Request) -> Response:
    """Answer with the reader's notices."""
    house, reader, news = house_with_discussion(request), signed_in(request), news_of(request, links.NOTICES)
    found = read_notices(house.database, reader.pk, listed_before(request), news.at)
    older = going_on(links.notices(found.entries[-1].pk), news) if found.has_more else ""
    if prefers_markdown(request):
        rows = [notice_payload(one) for one in found.entries]
        return answer_table(request, Table("Notices", links.NOTICES, rows, older, found.newest_at))
    flagged = count_flagged(house.database) if reader.is_at_least("curator") else 0
    return show_fresh(request, discussion_pages.show_notices(masthead_of(request), found.entries, older, flagged, news))


def submit_notices(request: Request) -> Response:
    """Open a notice, which is seen from then on, and lead to its comment; or mark all as seen."""
    house, reader, wanted = house_with_discussion(request), signed_in(request), read_form(request).get("open", "")
    if wanted == "all":
        see_all(house.database, reader, house.clock())
        return RedirectResponse(links.notices(), 303)
    return RedirectResponse(place_of(house, see_one(house.database, reader, parse_pk(wanted), house.clock())), 303)
