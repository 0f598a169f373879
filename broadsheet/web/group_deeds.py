"""Handlers by which groups and what is in them are changed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import BroadsheetError, Conflict, Invalid, NotAllowed, NotFound, SourceFailed
from broadsheet.domain.groups import check_member, parse_folder, parse_text
from broadsheet.domain.paper import Paper
from broadsheet.domain.pasted import read_pasted
from broadsheet.render import links
from broadsheet.usecases import group_papers, groups
from broadsheet.usecases.group_papers import Act
from broadsheet.web import adding
from broadsheet.web.bodies import read_form
from broadsheet.web.groups import group_of, library_page, members_page, settings_page, show_groups_with
from broadsheet.web.parameters import whole
from broadsheet.web.site import site_of
from broadsheet.web.visitors import masthead_of, show_fresh, signed_in
from broadsheet.wiring import make_finder

_SHOWN = ((Invalid, 400), (NotFound, 404), (Conflict, 409), (SourceFailed, 502))


def submit_group(request: Request) -> Response:
    """Make a group and lead to it."""
    form, house = read_form(request), site_of(request).house
    try:
        text = parse_text(form.get("title", ""), form.get("about", ""), form.get("access", "private"))
        group = groups.make_group(house.database, signed_in(request), form.get("name", ""), text, house.clock())
    except Invalid as error:
        return show_groups_with(request, {**form, "complaint": str(error)}, 400)
    return RedirectResponse(links.group(group.name), 303)


def submit_group_settings(request: Request) -> Response:
    """Change what a group says about itself, and who reads it."""
    form, house, name = read_form(request), site_of(request).house, request.path_params["name"]
    groups.read_group(house.database, name, signed_in(request).pk)
    try:
        text = parse_text(form.get("title", ""), form.get("about", ""), form.get("access", ""))
    except Invalid as error:
        return settings_page(request, str(error), 400)
    group = groups.change_group(house.database, name, signed_in(request), text)
    return RedirectResponse(links.group(group.name, "settings"), 303)


def submit_group_deletion(request: Request) -> Response:
    """End a group, where its keeper typed its name."""
    database, name = site_of(request).house.database, request.path_params["name"]
    try:
        groups.delete_group(database, name, signed_in(request), read_form(request).get("confirm", ""))
    except Invalid as error:
        return settings_page(request, str(error), 400)
    return RedirectResponse(links.GROUPS, 303)


def submit_group_members(request: Request) -> Response:
    """Leave a group, or, as a keeper, remove a member or change what a member is."""
    form, database, name = read_form(request), site_of(request).house.database, request.path_params["name"]
    action, reader = form.get("action", ""), signed_in(request)
    groups.read_group(database, name, reader.pk)
    if action == "leave":
        groups.leave_group(database, name, reader)
        return RedirectResponse(links.GROUPS, 303)
    if action not in ("remove", "keeper", "member"):
        raise Invalid("action", "The action of this form is leave, remove, keeper or member.")
    groups.change_member(database, name, reader, form.get("member", ""), "" if action == "remove" else action)
    return RedirectResponse(links.group(name, "members"), 303)


def submit_group_invitations(request: Request) -> Response:
    """Make an invitation, whose link is shown this once, or take one back."""
    form, house, name = read_form(request), site_of(request).house, request.path_params["name"]
    groups.read_group(house.database, name, signed_in(request).pk)
    if "revoke" in form:
        groups.take_back(house.database, name, signed_in(request), form["revoke"])
        return RedirectResponse(links.group(name, "members"), 303)
    wanted = (form.get("uses", ""), form.get("days", ""))
    secret = groups.invite(house.database, name, signed_in(request), wanted, house.clock())
    return members_page(request, house.root() + links.join_group(secret))


def submit_group_invitation(request: Request) -> Response:
    """Let an invited reader into the group."""
    house = site_of(request).house
    group = groups.join_group(house.database, request.path_params["secret"], signed_in(request), house.clock())
    return RedirectResponse(links.group(group.name), 303)


def submit_group_folders(request: Request) -> Response:
    """Make a folder, or take one away."""
    form, act = read_form(request), act_of(request, request.path_params["name"])
    group_of(request)
    match form.get("action"):
        case "make":
            group_papers.make_folder(site_of(request).house.database, act, form.get("folder", ""))
            return RedirectResponse(links.group_library(act.group, parse_folder(form.get("folder", ""))), 303)
        case "delete":
            group_papers.delete_folder(site_of(request).house.database, act, form.get("folder", ""))
            return RedirectResponse(links.group(act.group, "settings"), 303)
        case _:
            raise Invalid("action", "The action of this form is make or delete.")


def submit_group_papers(request: Request) -> Response:
    """Bring a paper to a group by what was pasted; show the form again with the reason where that fails."""
    form, act = read_form(request), act_of(request, request.path_params["name"])
    text, folder = form.get("text", ""), form.get("folder", "")
    check_member(group_of(request))
    try:
        paper = bring(request, act, text, folder)
    except (Invalid, NotFound, Conflict, SourceFailed) as error:
        page = library_page(request, masthead_of(request), (folder[:100], "", 0), (text[:50_000], str(error)))
        return show_fresh(request, page, _status_of(error))
    return RedirectResponse(links.group_paper(act.group, paper.id), 303)


def submit_paper_to_group(request: Request) -> Response:
    """Put a paper into a group from the paper's own page."""
    act, paper_id = act_of(request, read_form(request).get("group", "")), request.path_params["paper_id"]
    paper = group_papers.add_to_group(site_of(request).house.database, act, paper_id)
    return RedirectResponse(links.group_paper(act.group, paper.id), 303)


def submit_group_paper(request: Request) -> Response:
    """Vote, write a note, file a paper or take it out, as the form's `action` says."""
    form, act = read_form(request), act_of(request, request.path_params["name"])
    database, paper_id = site_of(request).house.database, request.path_params["paper_id"]
    here = links.group_paper(act.group, paper_id)
    group_of(request)
    match form.get("action"):
        case "vote" | "unvote" as action:
            group_papers.vote_in_group(database, act, paper_id, is_for=action == "vote")
            here = _back(form.get("next", ""), act.group) or here
        case "note":
            group_papers.write_note(database, act, paper_id, form.get("text", ""), _number(form.get("note", "")))
        case "delete-note":
            group_papers.delete_note(database, act, paper_id, _number(form.get("note", "")))
        case "file":
            group_papers.file_in_group(database, act, paper_id, form.get("folder", ""))
        case "remove":
            group_papers.remove_from_group(database, act, paper_id)
            here = links.group(act.group, "library")
        case _:
            raise Invalid("action", "The action of this form is vote, unvote, note, delete-note, file or remove.")
    return RedirectResponse(here, 303)


def bring(request: Request, act: Act, text: str, folder: str) -> Paper:
    """Put the paper that a text names into a group, asking for it outside where it is not here for the reader."""
    house, named = site_of(request).house, read_pasted(text)
    if named is not None and named.kind != "bibtex":
        try:
            return group_papers.add_to_group(house.database, act, named.name, folder)
        except NotFound:
            parse_folder(folder)  # then it is asked for
    group = groups.read_group(house.database, act.group, act.reader.pk)
    check_member(group)
    adding.check_may_add(request)
    finder = group_papers.finder_for(house.database, group, act.reader, make_finder(house))
    paper = adding.bring_in(request, text, finder).paper
    group_papers.add_brought(house.database, act, paper, folder)
    return paper


def act_of(request: Request, group: str) -> Act:
    """Return who acts in which group, and when."""
    house = site_of(request).house
    return Act(group, signed_in(request), house.clock(), house.today())


def _back(address: str, group: str) -> str:
    """Return an address within the group, "" for any other: nobody is led elsewhere."""
    is_ours = address.startswith(f"{links.group(group)}") and address.isprintable() and "\\" not in address
    return address[:1_000] if is_ours else ""


def _number(text: str) -> int:
    return whole(text[:15]) or 0


def _status_of(error: BroadsheetError) -> int:
    if isinstance(error, NotAllowed):
        return 403
    return next(status for kind, status in _SHOWN if isinstance(error, kind))
