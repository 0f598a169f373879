"""Handlers of a reader's own lists: the library, its folders, what was dismissed, what was opened."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.library import Changes, Wanted, parse_state
from broadsheet.domain.query import clean_text
from broadsheet.render import library_pages, links
from broadsheet.render.library_files import LIBRARY_FORMS, library_file
from broadsheet.render.pages import Masthead
from broadsheet.usecases import note_visits, read_library, save_papers
from broadsheet.usecases.read_library import Stretch
from broadsheet.web.bodies import read_form, read_form_lists
from broadsheet.web.cursors import read_put_since
from broadsheet.web.own_lists import feed_name
from broadsheet.web.parameters import LAST_PAGE, page_number, whole
from broadsheet.web.site import site_of
from broadsheet.web.visitors import masthead_of, show, show_fresh, signed_in


def show_library(request: Request) -> Response:
    """Answer with the reader's library, last saved first, or with the part of it that is asked for."""
    house, stretch, wanted = site_of(request).house, _stretch(request), wanted_part(request)

    def make(masthead: Masthead) -> str:
        found = read_library.read_library(house.database, house.index, house.models, wanted, stretch)
        feed = feed_name(request, wanted)
        return library_pages.show_library(masthead, wanted, found.shelves, found.page, found.highlight, feed)

    return show(request, f"/library {wanted} {stretch.offset}", make)


def show_library_file(request: Request) -> Response:
    """Answer with the library, or a part of it, as a file."""
    form = request.path_params["form"]
    if form not in LIBRARY_FORMS:
        raise NotFound(f"A library comes as {', '.join(LIBRARY_FORMS)}.")
    house, reader = site_of(request).house, signed_in(request).pk
    since = read_put_since(request)
    kept = read_library.list_whole_library(house.database, reader, wanted_part(request), since)
    folders = {folder.pk: folder.name for folder in read_library.read_shelves(house.database, reader).folders}
    headers = {"Content-Disposition": f'attachment; filename="library.{form}"', "Cache-Control": "no-store"}
    body = library_file(form, kept, folders, house.root())
    return Response(body, media_type=LIBRARY_FORMS[form].media_type, headers=headers)


def show_dismissed(request: Request) -> Response:
    """Answer with what the reader does not want to see."""
    page = read_library.read_dismissed(site_of(request).house.database, _stretch(request))
    return show_fresh(request, library_pages.show_dismissed(masthead_of(request), page))


def show_history(request: Request) -> Response:
    """Answer with what the reader opened."""
    page, keeps = read_library.read_history(site_of(request).house.database, _stretch(request))
    return show_fresh(request, library_pages.show_history(masthead_of(request), page, keeps=keeps))


def submit_history(request: Request) -> Response:
    """Switch the history on or off, or clear it."""
    database, reader = site_of(request).house.database, signed_in(request).pk
    match read_form(request).get("action"):
        case "clear":
            note_visits.clear_history(database, reader)
        case "on" | "off" as choice:
            note_visits.choose_history(database, reader, keeps=choice == "on")
        case _:
            raise Invalid("action", "The action of this form is on, off or clear.")
    return RedirectResponse(links.history(), 303)


def submit_folders(request: Request) -> Response:
    """Make, rename or delete a folder."""
    form, database, reader = read_form(request), site_of(request).house.database, signed_in(request).pk
    name, action = form.get("name", ""), form.get("action")
    if action == "add":
        pk: int | None = save_papers.add_folder(database, reader, name)
    elif action == "rename":
        pk = folder_number(form.get("folder", ""))
        save_papers.rename_folder(database, reader, pk, name)
    elif action == "delete":
        save_papers.delete_folder(database, reader, folder_number(form.get("folder", "")))
        pk = None
    else:
        raise Invalid("action", "The action of this form is add, rename or delete.")
    return RedirectResponse(links.library(Wanted(folder=pk)), 303)


def submit_save(request: Request) -> Response:
    """Do with a paper what the form's `action` says, and lead back to where the form stood."""
    form, reader = read_form_lists(request), signed_in(request).pk
    house, paper_id = site_of(request).house, request.path_params["paper_id"]
    database, now = house.database, house.clock()
    match form.get("action", [""])[0]:
        case "save":
            (paper,) = save_papers.save_papers(database, [paper_id], reader, now)
        case "unsave":
            (paper,) = save_papers.unsave_papers(database, [paper_id], reader)
        case "read" | "unread" as state:
            paper = save_papers.keep_paper(database, paper_id, reader, Changes(is_read=state == "read"), now)
        case "keep":
            paper = save_papers.keep_paper(database, paper_id, reader, _changes(form), now)
        case "dismiss":
            paper = save_papers.dismiss_paper(database, paper_id, reader, now)
        case "restore":
            paper = save_papers.restore_paper(database, paper_id, reader)
        case _:
            raise Invalid("action", "The action of this form is save, unsave, keep, read, unread, dismiss or restore.")
    return RedirectResponse(_way_back(form.get("back", [""])[0]) or links.paper(paper.id), 303)


def wanted_part(request: Request) -> Wanted:
    """Return which part of the library an address asks for; raises Invalid."""
    given = request.query_params
    return _wanted({name: given.get(name, "") for name in ("q", "folder", "tag", "state")})


def folder_number(text: str) -> int:
    """Return a folder's pk as it stands in an address or a form; raises Invalid."""
    number = whole(text)
    if number is None:
        raise Invalid("folder", "A folder is given by its number, as the links on the page of the library have it.")
    return number


def _wanted(given: dict[str, str]) -> Wanted:
    folder = folder_number(given["folder"]) if given.get("folder") else None
    tag = clean_text(given.get("tag", "")).lower()
    return Wanted(clean_text(given.get("q", "")), folder, tag, parse_state(given.get("state", "")))


def _changes(form: dict[str, list[str]]) -> Changes:
    return Changes(
        note=form.get("note", [""])[0],
        tags=tuple(form.get("tags", [""])[0].split(",")),
        folders=tuple(folder_number(pk) for pk in form.get("folder", [])),
        new_folder=form.get("new_folder", [""])[0],
    )


def _way_back(address: str) -> str:
    """Return the list of the reader's from which a form was sent, made anew from its parts; "" for no such place."""
    parts = urlsplit(address if address.startswith("/library") else "")
    given = {name: values[0] for name, values in parse_qs(parts.query[:1_000]).items()}
    if parts.path == links.dismissed():
        return links.dismissed()
    if parts.path != links.LIBRARY:
        return ""
    page = whole(given.get("p", "0")) or 0
    return links.library(_wanted(given), page if page <= LAST_PAGE else 0)


def _stretch(request: Request) -> Stretch:
    size = site_of(request).house.settings.results_per_page
    return Stretch(signed_in(request).pk, size, page_number(request) * size)
