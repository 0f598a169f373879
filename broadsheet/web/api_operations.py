"""All operations of `/api/v1`, each declared once: its address, what it takes and gives, and who answers.

To add one, declare it beside its handler, in one of the modules below; its line in the site map, the document and the
page of documentation follow.
"""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from broadsheet import __version__
from broadsheet.render import help_pages, links
from broadsheet.render.api_document import Document, Operation, api_document
from broadsheet.web import (
    api_account,
    api_curating,
    api_discussion,
    api_group_operations,
    api_library,
    api_reading,
    api_searches,
)
from broadsheet.web.access import Address, Handler
from broadsheet.web.parameters import JSON
from broadsheet.web.site import Site, respond, site_of
from broadsheet.web.visitors import show

# Those of a paper come before the paper itself, whose name may hold anything.
OPERATIONS: tuple[tuple[Operation, Handler], ...] = (
    *api_discussion.OPERATIONS,
    *api_library.OPERATIONS,
    *api_group_operations.OPERATIONS,
    *api_searches.OPERATIONS,
    *api_curating.OPERATIONS,
    *api_account.OPERATIONS,
    *api_reading.OPERATIONS,
)


def addresses() -> tuple[Address, ...]:
    """Return the line of the site map of each operation."""
    return tuple(Address(of.method, of.path, handler, of.who, of.scope, of.limit) for of, handler in OPERATIONS)


def show_api_document(request: Request) -> Response:
    """Answer with the OpenAPI document."""
    site = site_of(request)
    page = site.cached(links.API_DOCUMENT, lambda: orjson.dumps(_document(site)))
    return respond(request, page, JSON)


def show_api_docs(request: Request) -> Response:
    """Answer with the page of documentation."""
    site = site_of(request)
    return show(request, links.API_DOCS, lambda masthead: help_pages.show_api_docs(masthead, _document(site)))


def _document(site: Site) -> Document:
    return api_document(site.house.settings.title, __version__, [operation for operation, _ in OPERATIONS])
