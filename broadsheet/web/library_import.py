"""Handlers by which papers are brought into a library: a file, what was pasted, a library at Zotero."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.errors import BroadsheetError, Conflict, Invalid, NotAllowed, NotFound, SourceFailed
from broadsheet.domain.listing import counted_papers
from broadsheet.render import library_pages
from broadsheet.render.library_pages import ImportForm, Told
from broadsheet.sources.http import Limits
from broadsheet.sources.zotero import account_of
from broadsheet.usecases.import_library import LibraryImport, Wish, import_text
from broadsheet.usecases.import_zotero import Here, ZoteroImport, ZoteroWish, import_zotero
from broadsheet.usecases.read_library import read_shelves
from broadsheet.web.bodies import read_file_field, read_form
from broadsheet.web.parameters import number_of
from broadsheet.web.site import site_of
from broadsheet.web.visitors import masthead_of, show_fresh, signed_in
from broadsheet.wiring import make_client

WAIT_SECONDS = 5.0
# Of each page of a Zotero library: somebody waits.
_SOON = Limits(tries=2, total_seconds=25.0, read_seconds=15.0, retry_after_most_seconds=5.0)
MOST_TOLD = 200_000
_STATUSES = ((Invalid, 400), (NotAllowed, 403), (NotFound, 404), (Conflict, 409), (SourceFailed, 502))


def show_import(request: Request) -> Response:
    """Answer with the forms."""
    return _page(request, ImportForm())


def submit_import(request: Request) -> Response:
    """Bring in what the form holds, and tell what became of it."""
    form = read_form(request)
    shown = ImportForm(form.get("text", "")[:MOST_TOLD], form.get("folder", ""), form.get("tags", ""))
    try:
        if "user" in form:
            return _from_zotero(request, form)
        data = read_file_field(request, "file") or form.get("text", "").encode("utf-8", "replace")
        if not data.strip():
            raise Invalid("file", "Choose a file, or paste what is to be brought in.")
        house = site_of(request).house
        report = import_text(house.database, house.index, data, _wish(request, form), house.clock())
    except (Invalid, Conflict) as error:
        return _page(request, shown, str(error), _status_of(error))
    return _page(request, ImportForm(), told=Told(_sentences(report), _aside(report)))


def _from_zotero(request: Request, form: dict[str, str]) -> Response:
    site, house = site_of(request), site_of(request).house
    shown = ImportForm(folder=form.get("folder", ""), tags=form.get("tags", ""), user=form["user"])
    if not site.asking_zotero.acquire(timeout=WAIT_SECONDS):
        return _page(request, shown, "Somebody else's Zotero library is being read: try again in a minute.", 409)
    try:
        asked = ZoteroWish(
            account_of(form["user"], form.get("key", "")),
            house.settings.zotero_address,
            number_of(form.get("start", "0"), "start"),
            number_of(form.get("version", "0"), "version"),
            anew="anew" in form,
        )
        here = Here(house.database, house.index)
        done = import_zotero(here, make_client(house, limits=_SOON), asked, _wish(request, form), house.clock())
    except (Invalid, NotAllowed, NotFound, Conflict, SourceFailed) as error:
        return _page(request, shown, str(error), _status_of(error))
    finally:
        site.asking_zotero.release()
    going_on = ImportForm(
        folder=shown.folder, tags=shown.tags, user=shown.user, start=done.following or 0, version=done.version,
        anew=asked.anew,
    )  # fmt: skip
    told = Told((*_sentences(done.report), *_rest(done)), _aside(done.report))
    return _page(request, going_on if done.following else ImportForm(user=shown.user), told=told)


def _wish(request: Request, form: dict[str, str]) -> Wish:
    return Wish(
        signed_in(request).pk,
        form.get("folder", "").strip(),
        tuple(form.get("tags", "").split(",")),
        keeps_keywords="keywords" in form,
        may_add=site_of(request).house.settings.adding != "nobody",
    )


def _sentences(report: LibraryImport) -> tuple[str, ...]:
    told = [
        f"{counted_papers(report.saved)} came into your library"
        + (f", {report.were_saved:,} were in it before" if report.were_saved else "")
        + (f"; {report.added:,} of them are new here." if report.added else ".")
    ]
    if report.not_here:
        told.append(f"{counted_papers(report.not_here)} are not here, and papers cannot be added here.")
    if report.set_aside:
        told.append(f"{report.set_aside:,} entries could not be read, and were left out:")
    return tuple(told)


def _rest(done: ZoteroImport) -> tuple[str, ...]:
    if done.following is None:
        return ("All that is new in your Zotero library has been read.",)
    return (f"{done.following:,} of {done.total:,} items have been read: give the key once more to go on.",)


def _aside(report: LibraryImport) -> tuple[str, ...]:
    places = [f"line {aside.line}: " if aside.line else "" for aside in report.aside]
    return tuple(
        f"{place}{aside.reason}" + (f" ({aside.excerpt})" if aside.excerpt else "")
        for place, aside in zip(places, report.aside, strict=True)
    )


def _status_of(error: BroadsheetError) -> int:
    return next(status for kind, status in _STATUSES if isinstance(error, kind))


def _page(
    request: Request, form: ImportForm, complaint: str = "", status: int = 200, told: Told | None = None
) -> Response:
    shelves = read_shelves(site_of(request).house.database, signed_in(request).pk)
    text = library_pages.show_import(masthead_of(request), shelves, form, complaint=complaint, told=told)
    return show_fresh(request, text, status)
