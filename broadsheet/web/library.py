"""Handlers of a reader's own lists: the library, its folders, what was dismissed, what was opened."""

from __future__ import annotations

import sys
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.library import Changes, KeptPage, Wanted, parse_state
from broadsheet.domain.listing import Arrived, Listing, Ranked
from broadsheet.domain.query import clean_text
from broadsheet.render import library_pages, links
from broadsheet.render.library_files import LIBRARY_FORMS, library_file
from broadsheet.render.pages import Masthead
from broadsheet.store.database import Database
from broadsheet.usecases import note_visits, read_library, save_papers
from broadsheet.usecases.read_library import Stretch
from broadsheet.web.bodies import read_form, read_form_lists
from broadsheet.web.cursors import read_put_since
from broadsheet.web.dressing import WantedList, answer_list, asks_for_news, dress_of
from broadsheet.web.own_lists import feed_name
from broadsheet.web.parameters import LAST_PAGE, page_number, prefers_markdown, whole
from broadsheet.web.site import site_of
from broadsheet.web.visitors import masthead_of, show, show_fresh, signed_in


def show_library(request: Request) -> Response:
    """Answer with the reader's library, last saved first, or with the part of it that is asked for."""
    if prefers_markdown(request):
        return _show_file(request, "md")
    house, stretch, wanted = site_of(request).house, _stretch(request), wanted_part(request)
    if asks_for_news(request):

        def read_part(database: Database, part: Stretch) -> KeptPage:
            return read_library.read_library(database, house.index, house.models, wanted, part).page

        return answer_list(request, None, _wanted_list(request, "Library", links.library(wanted), read_part))

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
    answer = _show_file(request, form)
    answer.headers["Content-Disposition"] = f'attachment; filename="library.{form}"'
    return answer


def _show_file(request: Request, form: str) -> Response:
    house, reader = site_of(request).house, signed_in(request).pk
    whole = Stretch(reader, sys.maxsize, since=read_put_since(request))
    kept = read_library.read_library(
        house.database, house.index, house.models, wanted_part(request), whole
    ).page.entries
    folders = {folder.pk: folder.name for folder in read_library.read_shelves(house.database, reader).folders}
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    body = library_file(form, kept, folders, house.root())
    return Response(body, media_type=LIBRARY_FORMS[form].media_type, headers=headers)


def show_dismissed(request: Request) -> Response:
    """Answer with what the reader does not want to see."""
    dress = dress_of(request)
    if dress is not None or asks_for_news(request):
        wanted = _wanted_list(request, "Dismissed", links.dismissed(), read_library.read_dismissed)
        return answer_list(request, dress, wanted)
    page = read_library.read_dismissed(site_of(request).house.database, _stretch(request))
    return show_fresh(request, library_pages.show_dismissed(masthead_of(request), page))


def show_history(request: Request) -> Response:
    """Answer with what the reader opened."""
    dress = dress_of(request)
    if dress is not None or asks_for_news(request):
        wanted = _wanted_list(request, "History", links.history(), lambda *of: read_library.read_history(*of)[0])
        return answer_list(request, dress, wanted)
    page, keeps = read_library.read_history(site_of(request).house.database, _stretch(request))
    return show_fresh(request, library_pages.show_history(masthead_of(request), page, keeps=keeps))


def _wanted_list(
    request: Request, title: str, address: str, read_page: Callable[[Database, Stretch], KeptPage]
) -> WantedList:
    """Return one of the reader's lists as a list like any other."""
    database, reader = site_of(request).house.database, signed_in(request).pk

    def read(limit: int, offset: int, arrived: Arrived) -> Listing:
        page = read_page(database, Stretch(reader, limit, offset, arrived.since))
        entries = tuple(Ranked(rank, 0.0, {}, one.paper) for rank, one in enumerate(page.entries, offset + 1))
        newest_at = page.entries[0].at if page.entries else None
        return Listing(entries, page.count, offset, limit, newest_at=newest_at)

    return WantedList(title, address, read, is_put=True)


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
