"""The library for programs: read in pages, saved into, changed."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import orjson
from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.errors import Invalid
from broadsheet.domain.library import NOWHERE, Changes, Kept
from broadsheet.render.library_files import kept_payload
from broadsheet.usecases import read_library, save_papers
from broadsheet.usecases.read_library import After
from broadsheet.web.bodies import read_json
from broadsheet.web.library import wanted_part
from broadsheet.web.parameters import number_of
from broadsheet.web.site import site_of
from broadsheet.web.visitors import signed_in

MOST = 100
_NO_CURSOR = "This is no cursor of a library: leave it out to begin anew."


def show_saved(request: Request) -> Response:
    """Answer with a page of the library, last saved first: papers, the count, and the cursor of the next page."""
    database, reader = site_of(request).house.database, signed_in(request).pk
    limit = number_of(request.query_params.get("limit", str(MOST)), "limit")
    if not 1 <= limit <= MOST:
        raise Invalid("limit", f"The limit is between 1 and {MOST}.")
    after = _after(request.query_params.get("cursor", ""))
    kept, count, more = read_library.list_after(database, reader, wanted_part(request), after, limit)
    folders = _folder_names(request, reader)
    following = _cursor(kept[-1]) if more else None
    return _answer({"count": count, "papers": [kept_payload(one, folders) for one in kept], "next": following})


def submit_saved(request: Request) -> Response:
    """Save a paper, keep what is said of it, or with `"saved": false` take it out; answer with what is kept now."""
    given, reader = read_json(request), signed_in(request).pk
    house = site_of(request).house
    paper_id = _text(given, "paper")
    if not paper_id:
        raise Invalid("paper", 'Say which paper: {"paper": "2401.00001"}.')
    if given.get("saved", True) is False:
        (paper,) = save_papers.unsave_papers(house.database, [paper_id], reader)
        return _answer({"paper": paper.id, "saved": False})
    changes = Changes(_text(given, "note"), _tags(given), None, _text(given, "folder") or "", _flag(given, "read"))
    paper = save_papers.keep_paper(house.database, paper_id, reader, changes, house.clock())
    place = read_library.read_shelf(house.database, reader, paper).place
    kept = Kept(paper, place.saved_at or house.clock(), place or NOWHERE)
    return _answer(kept_payload(kept, _folder_names(request, reader)))


def _folder_names(request: Request, reader: int) -> dict[int, str]:
    shelves = read_library.read_shelves(site_of(request).house.database, reader)
    return {folder.pk: folder.name for folder in shelves.folders}


def _answer(found: dict[str, object]) -> Response:
    return Response(orjson.dumps(found), media_type="application/json", headers={"Cache-Control": "no-store"})


def _text(given: dict[str, object], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise Invalid(name, f"{name} is a text.")
    return value


def _flag(given: dict[str, object], name: str) -> bool | None:
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise Invalid(name, f"{name} is true or false.")
    return value


def _tags(given: dict[str, object]) -> tuple[str, ...] | None:
    value = given.get("tags")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise Invalid("tags", "tags is a list of texts.")
    return tuple(cast(list[str], value))


def _cursor(last: Kept) -> str:
    return f"{last.at.isoformat()}~{last.paper.pk}"


def _after(cursor: str) -> After | None:
    if not cursor:
        return None
    moment, _, pk = cursor.replace(" ", "+").partition("~")  # a plus sign that nobody encoded
    try:
        at = datetime.fromisoformat(moment)
    except ValueError as error:
        raise Invalid("cursor", _NO_CURSOR) from error
    if at.tzinfo is None or not (pk.isascii() and pk.isdigit() and len(pk) <= 15):
        raise Invalid("cursor", _NO_CURSOR)
    return After(at, int(pk))
