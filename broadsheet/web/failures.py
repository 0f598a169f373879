"""Errors to answers, in one table: a page for people, JSON for programs; never a stack trace."""

from __future__ import annotations

import logging

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from broadsheet.domain import errors
from broadsheet.render import account_pages, pages
from broadsheet.render.dresses import DRESSES
from broadsheet.web.headers import HEADERS
from broadsheet.web.parameters import prefers_json, prefers_markdown
from broadsheet.web.site import site_of
from broadsheet.web.visitors import masthead_of

_log = logging.getLogger(__name__)

STATUSES: tuple[tuple[type[errors.BroadsheetError], int, str], ...] = (
    (errors.NotFound, 404, "Not here"),
    (errors.NotSignedIn, 401, "Who is reading?"),
    (errors.NotAllowed, 403, "Not allowed"),
    (errors.TooMany, 429, "Not so fast"),
    (errors.TooLarge, 413, "That is too much"),
    (errors.Invalid, 400, "That cannot be read"),
    (errors.Conflict, 409, "Not now"),
    (errors.SourceFailed, 502, "A source did not answer"),
    (errors.MailFailed, 502, "The mail could not be handed on"),
    (errors.Misconfigured, 500, "Something must be set up first"),
    (errors.Corrupt, 500, "Stored data is damaged"),
)
_FILES = tuple(f".{suffix}" for suffix in DRESSES)
_VARY = "Accept, Authorization"
_HTTP_WORDS = {
    404: ("Not here", "There is nothing at this address: look for the paper's title instead."),
    405: ("Not this way", "This address does not take that kind of request."),
}
_BROKEN = ("Something broke", "The fault is ours and has been noted. Try again, or begin at today's edition.")


def install_failures(app: FastAPI) -> None:
    """Let the application answer every error by the table."""
    app.add_exception_handler(errors.BroadsheetError, _answer_ours)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_unknown)


def _answer_ours(request: Request, error: Exception) -> Response:
    for kind, status, title in STATUSES:
        if isinstance(error, kind):
            if status >= 500:
                _log.error("%s %s: %s", request.method, request.scope["path"], error)
            if status == 401 and _is_persons_visit(request):
                site = site_of(request)
                form = account_pages.SignInForm(_local_path(request), site.providers.names, complaint=str(error))
                text = account_pages.show_sign_in(site.masthead(), form)
                return HTMLResponse(text, status, {"Cache-Control": "no-store"})
            answer = _answer(request, status, title, str(error))
            if isinstance(error, errors.TooMany):
                answer.headers["Retry-After"] = str(error.retry_after_seconds)
            elif status == 401:
                answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
    return _answer(request, 500, *_BROKEN)


def _is_persons_visit(request: Request) -> bool:
    """Say whether it is a person who opens a page; programs and forms are told that they must sign in."""
    return request.method in ("GET", "HEAD") and not _is_program(request)


def _local_path(request: Request) -> str:
    query = request.scope.get("query_string", b"").decode("latin-1")
    return str(request.scope["path"]) + (f"?{query}" if query else "")


def _is_program(request: Request) -> bool:
    """Say whether a program asks: by the address, by its token, or by what it takes."""
    path: str = request.scope["path"]  # request.url fails where the query is not UTF-8
    if path.startswith("/api/") or path.endswith(_FILES) or path in ("/api", "/metrics", "/mcp", "/mcp/"):
        return True
    return "authorization" in request.headers or prefers_markdown(request) or prefers_json(request)


def _answer_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title, message = _HTTP_WORDS.get(status, ("That did not work", "The request could not be answered."))
    answer = _answer(request, status, title, message)
    answer.headers.update((isinstance(error, HTTPException) and error.headers) or {})
    return answer


def _answer_unknown(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed: %s", request.method, request.scope["path"], type(error).__name__)
    answer = _answer(request, 500, *_BROKEN)
    answer.headers.update(HEADERS)  # Starlette answers these outside of every middleware
    return answer


def _answer(request: Request, status: int, title: str, message: str) -> Response:
    if _is_program(request):
        return JSONResponse({"error": message, "status": status}, status, {"Cache-Control": "no-store", "Vary": _VARY})
    # Where the fault may be the record's, the page must not need the record.
    masthead = masthead_of(request) if status < 409 else site_of(request).bare_masthead()
    text = pages.show_failure(masthead, status, title, message)
    kept = {} if masthead.visitor.reader is None else {"Cache-Control": "no-store"}
    return HTMLResponse(text, status, {**kept, "Vary": _VARY})
