"""Groups for programs: the groups that a token's reader may read, and their papers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from broadsheet.domain.errors import Invalid
from broadsheet.domain.groups import Group, GroupListing, Standing, check_member
from broadsheet.render import links, payloads
from broadsheet.store.group_papers import Wanted
from broadsheet.usecases import read_groups
from broadsheet.usecases.groups import list_readable
from broadsheet.web.bodies import read_json
from broadsheet.web.group_deeds import act_of, bring
from broadsheet.web.groups import group_of
from broadsheet.web.site import site_of
from broadsheet.web.visitors import visitor_of

ON_PAGE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FRESH = {"Cache-Control": "no-store"}
_BAD_CURSOR = "The cursor is copied from `next` of the page before: leave it out to begin."


def show_groups_json(request: Request) -> Response:
    """Answer with the groups that may be read, by name."""
    after = request.query_params.get("cursor", "")[:100]
    found = list_readable(site_of(request).house.database, visitor_of(request).pk, after, ON_PAGE + 1)
    more = found[ON_PAGE - 1].name if len(found) > ON_PAGE else None
    return JSONResponse({"groups": [_group(group) for group in found[:ON_PAGE]], "next": more}, headers=_FRESH)


def show_group_json(request: Request) -> Response:
    """Answer with one group and its folders."""
    group, database = group_of(request), site_of(request).house.database
    folders = read_groups.read_folders(database, visitor_of(request), group.name)
    return JSONResponse({**_group(group), "folders": folders}, headers=_FRESH)


def show_group_papers_json(request: Request) -> Response:
    """Answer with a group's papers, newest added first."""
    group, asked = group_of(request), request.query_params
    text = asked.get("q", "")
    wanted = Wanted(
        folder=asked.get("folder", "")[:100], words=read_groups.words_of(text),
        before=_before(asked.get("cursor", "")), limit=ON_PAGE,
    )  # fmt: skip
    database, visitor = site_of(request).house.database, visitor_of(request)
    found = read_groups.read_group_papers(database, visitor, group.name, wanted)
    entries = zip(found.listing.entries, found.standings, strict=True)
    shown = [{"paper": payloads.paper_payload(entry.paper), **_standing(standing)} for entry, standing in entries]
    return JSONResponse({"papers": shown, "next": _next(found)}, headers=_FRESH)


def submit_group_paper_json(request: Request) -> Response:
    """Put the paper that a program names into a group."""
    check_member(group_of(request))
    sent = read_json(request)
    text, folder = sent.get("text"), sent.get("folder", "")
    if not isinstance(text, str) or not isinstance(folder, str):
        raise Invalid("text", 'Send an object such as {"text": "2401.00001", "folder": ""}.')
    act = act_of(request, request.path_params["name"])
    paper = bring(request, act, text, folder)
    headers = {"Location": links.group_paper(act.group, paper.id), **_FRESH}
    return JSONResponse(payloads.paper_payload(paper), 201, headers)


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "title": group.title,
        "about": group.about,
        "access": "public" if group.is_public else "private",
        "role": group.role or None,
        "members": group.member_count,
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "votes": standing.votes,
        "score": round(standing.score, 6),
        "notes": standing.note_count,
        "folder": standing.folder,
        "added_at": standing.added_at.isoformat(),
        "added_by": standing.added_by,
        "voted": standing.is_voted,
    }


def _next(found: GroupListing) -> str | None:
    if len(found.standings) >= found.listing.count:
        return None
    microseconds = (found.standings[-1].added_at - _EPOCH) // timedelta(microseconds=1)
    return f"{microseconds}-{found.listing.entries[-1].paper.pk}"


def _before(cursor: str) -> tuple[datetime, int] | None:
    if not cursor:
        return None
    moment, _, pk = cursor.partition("-")
    if not (cursor.isascii() and moment.isdigit() and pk.isdigit() and len(moment) < 17 and len(pk) < 16):
        raise Invalid("cursor", _BAD_CURSOR)
    return _EPOCH + timedelta(microseconds=int(moment)), int(pk)
