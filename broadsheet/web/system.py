"""Handlers that no reader sees: our own static files, and whether the program is well."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from broadsheet import __version__
from broadsheet.domain.errors import NotFound
from broadsheet.render import help_pages, pages
from broadsheet.store import papers
from broadsheet.web.site import site_of


def show_static(request: Request) -> Response:
    """Answer with a file of ours; its address carries its version, so it may be kept for a year."""
    name = request.path_params["name"]
    if name not in pages.STATIC_FILES:
        raise NotFound("There is no such file.")
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(pages.static_bytes(name), media_type=pages.STATIC_FILES[name], headers=headers)


def show_opensearch(request: Request) -> Response:
    """Answer with the description by which browsers offer our search, under the name by which we were called."""
    masthead = site_of(request).bare_masthead()
    text = help_pages.show_opensearch(masthead, str(request.base_url).rstrip("/"))
    return Response(text, media_type="application/opensearchdescription+xml", headers={"Cache-Control": "no-cache"})


def show_health(request: Request) -> Response:
    """Answer that record and index can be read."""
    house = site_of(request).house
    with house.database.read() as connection:
        count = papers.count_papers(connection)
    return JSONResponse({"ok": True, "version": __version__, "papers": count, "indexed": house.index.count()})
