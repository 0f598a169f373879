"""Operations of `/api/v1` on groups: those that a token's reader may read, their papers, and what members do there."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.groups import GroupListing, check_member, parse_text
from broadsheet.render import links, payloads
from broadsheet.render.api_parameters import GROUP_FOLDER, MOMENT_CURSOR, NAME_CURSOR, WORDS
from broadsheet.render.community_payloads import group_paper_payload, group_payload, member_payload, standing_payload
from broadsheet.store.group_papers import Wanted
from broadsheet.usecases import group_papers, groups, read_groups
from broadsheet.usecases.groups import list_readable
from broadsheet.web.api_answers import done, fields_of, give, until
from broadsheet.web.cursors import read_moment, read_put_since, write_moment
from broadsheet.web.group_deeds import act_of, bring
from broadsheet.web.groups import group_of
from broadsheet.web.parameters import text_of
from broadsheet.web.site import site_of
from broadsheet.web.visitors import signed_in, visitor_of

ON_PAGE = 50


def show_groups_json(request: Request) -> Response:
    """Answer with the groups that may be read, by name."""
    after = text_of(request, NAME_CURSOR.name, NAME_CURSOR.schema["maxLength"])
    database, reader, since = site_of(request).house.database, visitor_of(request).pk, read_put_since(request)
    found = list_readable(database, reader, after, ON_PAGE, since)
    more, later = found.entries[-1].name if found.has_more else None, until(request, found.newest_at)
    return give(request, {"groups": [group_payload(group) for group in found.entries], "next": more, "until": later})


def submit_group_json(request: Request) -> Response:
    """Make a group, which the reader keeps."""
    sent, house = fields_of(request, "NewGroup"), site_of(request).house
    text = parse_text(sent["title"], sent.get("about", ""), sent.get("access", "private"))
    group = groups.make_group(house.database, signed_in(request), sent.get("name", ""), text, house.clock())
    return done(group_payload(group), 201, links.group(group.name))


def show_group_json(request: Request) -> Response:
    """Answer with one group and its folders."""
    group = group_of(request)
    return give(request, {**group_payload(group), "folders": _folders(request)})


def submit_group_change_json(request: Request) -> Response:
    """Change what a group says about itself, and who reads it."""
    name, database = group_of(request).name, site_of(request).house.database
    sent = fields_of(request, "GroupChange")
    text = parse_text(sent["title"], sent["about"], sent["access"])
    return done(group_payload(groups.change_group(database, name, signed_in(request), text)))


def submit_group_end_json(request: Request) -> Response:
    """End a group."""
    name, database = group_of(request).name, site_of(request).house.database
    groups.delete_group(database, name, signed_in(request), fields_of(request, "GroupEnd")["confirm"])
    return done({"done": True})


def show_group_papers_json(request: Request) -> Response:
    """Answer with a group's papers, newest added first."""
    group = group_of(request)
    wanted = Wanted(
        folder=text_of(request, "folder", GROUP_FOLDER.schema["maxLength"]),
        words=read_groups.words_of(text_of(request, "q", WORDS.schema["maxLength"])),
        before=read_moment(request, MOMENT_CURSOR), limit=ON_PAGE, since=read_put_since(request),
    )  # fmt: skip
    database, visitor = site_of(request).house.database, visitor_of(request)
    found = read_groups.read_group_papers(database, visitor, group.name, wanted)
    entries = zip(found.listing.entries, found.standings, strict=True)
    shown = [{"paper": payloads.paper_payload(entry.paper), **standing_payload(stands)} for entry, stands in entries]
    newest_at = found.standings[0].added_at if found.standings else None
    return give(request, {"papers": shown, "next": _next(found), "until": until(request, newest_at)})


def submit_group_paper_json(request: Request) -> Response:
    """Put the paper that a program names into a group."""
    check_member(group_of(request))
    sent, act = fields_of(request, "AddToGroup"), act_of(request, request.path_params["name"])
    paper = bring(request, act, sent["text"], sent.get("folder", ""))
    return done(payloads.paper_payload(paper), 201, links.group_paper(act.group, paper.id))


def show_paper_of_group_json(request: Request) -> Response:
    """Answer with a paper of a group and its notes there."""
    return give(request, _paper(request))


def submit_paper_of_group_json(request: Request) -> Response:
    """Vote for a paper in a group, note, file it or take it out."""
    group_of(request)
    sent, act = fields_of(request, "GroupPaperDeed"), act_of(request, request.path_params["name"])
    database, paper_id = site_of(request).house.database, request.path_params["paper_id"]
    match sent["action"]:
        case "vote" | "unvote" as action:
            group_papers.vote_in_group(database, act, paper_id, is_for=action == "vote")
        case "note":
            group_papers.write_note(database, act, paper_id, sent["text"], sent.get("note", 0))
        case "delete-note":
            group_papers.delete_note(database, act, paper_id, sent["note"])
        case "file":
            group_papers.file_in_group(database, act, paper_id, sent["folder"])
        case _:
            group_papers.remove_from_group(database, act, paper_id)
            return done({"done": True})
    return done(_paper(request))


def submit_group_folders_json(request: Request) -> Response:
    """Make a folder in a group, or take one away; answer with those that there are."""
    group_of(request)
    sent, act = fields_of(request, "GroupFolderDeed"), act_of(request, request.path_params["name"])
    change = group_papers.make_folder if sent["action"] == "make" else group_papers.delete_folder
    change(site_of(request).house.database, act, sent["folder"])
    return done({"folders": _folders(request)})


def show_group_members_json(request: Request) -> Response:
    """Answer with who is in a group, by name."""
    after = text_of(request, NAME_CURSOR.name, NAME_CURSOR.schema["maxLength"])
    house, name = site_of(request).house, request.path_params["name"]
    reader, since = visitor_of(request).pk, read_put_since(request)
    page = groups.read_members(house.database, name, reader, after, house.clock(), since=since)
    listed, later = [member_payload(one) for one in page.members], until(request, page.newest_at)
    return give(request, {"members": listed, "next": page.next or None, "until": later})


def submit_group_members_json(request: Request) -> Response:
    """Leave a group, or, as a keeper, remove a member or change what a member is."""
    name, database, reader = group_of(request).name, site_of(request).house.database, signed_in(request)
    sent = fields_of(request, "MemberDeed")
    if (action := sent["action"]) == "leave":
        groups.leave_group(database, name, reader)
    else:
        groups.change_member(database, name, reader, sent["member"], "" if action == "remove" else action)
    return done({"done": True})


def submit_group_invitations_json(request: Request) -> Response:
    """Make an invitation and answer with its link, this once, or take one back."""
    name, house, reader = group_of(request).name, site_of(request).house, signed_in(request)
    sent = fields_of(request, "InvitationDeed")
    if sent["action"] == "revoke":
        groups.take_back(house.database, name, reader, sent["mark"])
        return done({"address": None})
    secret = groups.invite(house.database, name, reader, (str(sent["uses"]), str(sent["days"])), house.clock())
    return done({"address": house.root() + links.join_group(secret)})


def submit_joining_json(request: Request) -> Response:
    """Let an invited reader into the group."""
    house, sent = site_of(request).house, fields_of(request, "Join")
    return done(group_payload(groups.join_group(house.database, sent["secret"], signed_in(request), house.clock())))


def _paper(request: Request) -> dict[str, Any]:
    name, paper_id = request.path_params["name"], request.path_params["paper_id"]
    database, visitor = site_of(request).house.database, visitor_of(request)
    return group_paper_payload(read_groups.read_group_paper(database, visitor, name, paper_id))


def _folders(request: Request) -> list[str]:
    database, visitor = site_of(request).house.database, visitor_of(request)
    return read_groups.read_folders(database, visitor, request.path_params["name"])


def _next(found: GroupListing) -> str | None:
    if len(found.standings) >= found.listing.count:
        return None
    return write_moment(found.standings[-1].added_at, found.listing.entries[-1].paper.pk)
