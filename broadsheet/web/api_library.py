"""Operations of `/api/v1` on what is a reader's own: library, folders, dismissed papers, history."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.library import NOWHERE, Changes, Kept, KeptPage
from broadsheet.render import links
from broadsheet.render.api_document import Operation
from broadsheet.render.api_parameters import (
    IN_FOLDER,
    LIMIT,
    MOMENT_CURSOR,
    OWN_PAPERS,
    PAPER_ID,
    PUT_SINCE,
    STATE,
    TAG,
)
from broadsheet.render.community_payloads import dated_payload, shelves_payload
from broadsheet.render.library_files import kept_payload
from broadsheet.usecases import note_visits, read_library, save_papers
from broadsheet.usecases.read_library import Stretch
from broadsheet.web.access import READER, Handler
from broadsheet.web.api_answers import done, fields_of, give, limit_of, next_start, start_of, until
from broadsheet.web.cursors import read_moment, read_put_since, write_moment
from broadsheet.web.library import wanted_part
from broadsheet.web.parameters import text_of
from broadsheet.web.site import site_of
from broadsheet.web.visitors import signed_in


def show_saved(request: Request) -> Response:
    """Answer with a page of the library, last saved first: papers, the count, and the cursor of the next page."""
    database, reader = site_of(request).house.database, signed_in(request).pk
    limit, after = limit_of(request), read_moment(request, MOMENT_CURSOR)
    text_of(request, TAG.name, TAG.schema["maxLength"])
    stretch = Stretch(reader, limit, since=read_put_since(request))
    found = read_library.list_after(database, stretch, wanted_part(request), after)
    folders, kept = _folder_names(request, reader), found.entries
    shown = {
        "count": found.count,
        "papers": [kept_payload(one, folders) for one in kept],
        "next": write_moment(kept[-1].at, kept[-1].paper.pk) if found.has_more else None,
        "until": until(request, found.newest_at),
    }
    return give(request, shown)


def submit_saved(request: Request) -> Response:
    """Save a paper, keep what is said of it, or with `"saved": false` take it out; answer with what is kept now."""
    given, reader = fields_of(request, "Keep"), signed_in(request).pk
    house, paper_id = site_of(request).house, given["paper"]
    if given.get("saved", True) is False:
        (paper,) = save_papers.unsave_papers(house.database, [paper_id], reader)
        return done({"paper": paper.id, "saved": False})
    paper = save_papers.keep_paper(house.database, paper_id, reader, _changes(given), house.clock())
    place = read_library.read_shelf(house.database, reader, paper).place
    kept = Kept(paper, place.saved_at or house.clock(), place or NOWHERE)
    return done(kept_payload(kept, _folder_names(request, reader)))


def show_api_folders(request: Request) -> Response:
    """Answer with the folders and tags of the library."""
    shelves = read_library.read_shelves(site_of(request).house.database, signed_in(request).pk)
    return give(request, shelves_payload(shelves))


def submit_api_folders(request: Request) -> Response:
    """Make, rename or delete a folder; answer with those that there are."""
    sent, database, reader = fields_of(request, "FolderDeed"), site_of(request).house.database, signed_in(request).pk
    match sent["action"]:
        case "add":
            save_papers.add_folder(database, reader, sent["name"])
        case "rename":
            save_papers.rename_folder(database, reader, sent["folder"], sent["name"])
        case _:
            save_papers.delete_folder(database, reader, sent["folder"])
    return done(shelves_payload(read_library.read_shelves(database, reader)))


def show_api_dismissed(request: Request) -> Response:
    """Answer with what the reader does not want to see."""
    start = start_of(request)
    stretch = Stretch(signed_in(request).pk, *start, read_put_since(request))
    return give(request, _dated(request, read_library.read_dismissed(site_of(request).house.database, stretch), start))


def submit_api_dismissal(request: Request) -> Response:
    """Leave a paper out of the reader's lists, or let it in again."""
    sent, house, reader = fields_of(request, "Dismiss"), site_of(request).house, signed_in(request).pk
    paper_id = request.path_params["paper_id"]
    if sent["dismissed"]:
        paper = save_papers.dismiss_paper(house.database, paper_id, reader, house.clock())
    else:
        paper = save_papers.restore_paper(house.database, paper_id, reader)
    return done({"id": paper.id, "dismissed": sent["dismissed"]})


def show_api_history(request: Request) -> Response:
    """Answer with what the reader opened."""
    return give(request, _history(request))


def submit_api_history(request: Request) -> Response:
    """Switch the history on or off, or clear it."""
    action = fields_of(request, "HistoryDeed")["action"]
    database, reader = site_of(request).house.database, signed_in(request).pk
    if action == "clear":
        note_visits.clear_history(database, reader)
    else:
        note_visits.choose_history(database, reader, keeps=action == "on")
    return done(_history(request))


def _history(request: Request) -> dict[str, Any]:
    start = start_of(request)
    stretch = Stretch(signed_in(request).pk, *start, read_put_since(request))
    page, keeps = read_library.read_history(site_of(request).house.database, stretch)
    return {"keeps": keeps, **_dated(request, page, start)}


def _dated(request: Request, page: KeptPage, start: tuple[int, int]) -> dict[str, Any]:
    return {
        "count": page.count,
        "papers": [dated_payload(one) for one in page.entries],
        "next": next_start(start, page.count),
        "until": until(request, page.entries[0].at if page.entries else None),
    }


def _changes(given: dict[str, Any]) -> Changes:
    tags = tuple(given["tags"]) if "tags" in given else None
    folders = tuple(given["folders"]) if "folders" in given else None
    return Changes(given.get("note"), tags, folders, given.get("folder", ""), given.get("read"))


def _folder_names(request: Request, reader: int) -> dict[int, str]:
    shelves = read_library.read_shelves(site_of(request).house.database, reader)
    return {folder.pk: folder.name for folder in shelves.folders}


_LIBRARY = f"{links.API}/library"
_reads = partial(Operation, tags=("library",), who=READER)
_writes = partial(Operation, tags=("library",), who=READER, scope="library", limit="write")

OPERATIONS: tuple[tuple[Operation, Handler], ...] = (
    (
        _reads(
            "GET", _LIBRARY, "listLibrary", "The library", "What the reader saved, the last one first.", "Library",
            (LIMIT, MOMENT_CURSOR, PUT_SINCE, IN_FOLDER, TAG, STATE), (200, 304, 400, 404),
        ),
        show_saved,
    ),
    (
        _writes(
            "POST", _LIBRARY, "keepPaper", "Save a paper, or change what is kept of it",
            "What is left out stays as it is; `saved` false takes the paper out.", "KeptOrNot", (), (200, 404), "Keep",
        ),
        submit_saved,
    ),
    (
        _reads(
            "GET", f"{_LIBRARY}/folders", "listFolders", "Folders and tags",
            "Those of the library, with the numbers of their papers.", "Shelves", (), (200, 304),
        ),
        show_api_folders,
    ),
    (
        _writes(
            "POST", f"{_LIBRARY}/folders", "changeFolders", "Make, rename or delete a folder",
            "The papers of a folder that is deleted stay in the library.", "Shelves", (), (200, 404), "FolderDeed",
        ),
        submit_api_folders,
    ),
    (
        _reads(
            "GET", f"{_LIBRARY}/dismissed", "listDismissed", "Dismissed papers",
            "What the reader does not want to see, the last one first.", "Dated", OWN_PAPERS,
        ),
        show_api_dismissed,
    ),
    (
        _writes(
            "POST", f"{links.API}/papers/{{paper_id:path}}/dismiss", "dismissPaper", "Dismiss a paper",
            "Leaves it out of all lists of the reader, or lets it in again; what is in the library stays.",
            "Dismissed", (PAPER_ID,), (200, 404, 409), "Dismiss",
        ),
        submit_api_dismissal,
    ),
    (
        _reads(
            "GET", f"{_LIBRARY}/history", "listHistory", "What the reader opened", "The last one first.", "History",
            OWN_PAPERS,
        ),
        show_api_history,
    ),
    (
        _writes(
            "POST", f"{_LIBRARY}/history", "changeHistory", "Switch the history on or off, or clear it",
            "While it is off, nothing of what is opened is noted.", "History", (), (200,), "HistoryDeed",
        ),
        submit_api_history,
    ),
)  # fmt: skip
