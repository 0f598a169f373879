"""Handlers of discussions: comments written, shown, edited, deleted, by forms.

With the setting `discussion` off nothing of it is there. What is refused is shown again in its form, so that nothing
that somebody wrote is lost.
"""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.comments import may_edit, parse_comment
from broadsheet.domain.errors import Invalid, NotAllowed, NotFound
from broadsheet.domain.paper import Paper
from broadsheet.render import discussion_pages, links
from broadsheet.render.discussion_pages import CommentView, Typed
from broadsheet.render.markdown import render_markdown
from broadsheet.render.pages import Masthead
from broadsheet.render.talk import Talk, make_talk
from broadsheet.usecases import discuss
from broadsheet.usecases.discuss import Written
from broadsheet.usecases.read_discussion import find_place, read_comment, read_discussion
from broadsheet.usecases.read_papers import read_paper
from broadsheet.web.bodies import read_form
from broadsheet.web.parameters import row_named
from broadsheet.web.site import site_of
from broadsheet.web.visitors import masthead_of, show, show_fresh, signed_in, visitor_of
from broadsheet.wiring import House


def house_with_discussion(request: Request) -> House:
    """Return the House where it has discussions; raises NotFound."""
    house = site_of(request).house
    if house.settings.discussion != "on":
        raise NotFound("There are no discussions here.")
    return house


def comment_pk(request: Request) -> int:
    """Return the comment that an address names; raises NotFound."""
    return parse_pk(request.path_params["pk"])


def parse_pk(text: str) -> int:
    """Return the number of a comment; raises NotFound for what is none."""
    return row_named(text, "There is no such comment here.")


def place_of(house: House, pk: int) -> str:
    """Return the address where a comment stands among the others; raises NotFound."""
    return links.comment_place(*find_place(house.database, pk), pk)


def talk_of(request: Request, paper: Paper, page: int) -> Talk | None:
    """Return a page of a paper's discussion as the visitor sees it, None where there are none."""
    house, reader = site_of(request).house, visitor_of(request).pk
    if house.settings.discussion != "on":
        return None
    found = read_discussion(house.database, paper.pk, page, reader)
    return make_talk(found, paper.id, house.settings.zone, reader)


def submit_comment(request: Request) -> Response:
    """Write a comment and lead to it, or show how it would look, or the form again with why it was not taken."""
    house, form = house_with_discussion(request), read_form(request)
    paper, answered = read_paper(house.database, request.path_params["paper_id"]), form.get("reply_to", "")
    typed = Typed(form.get("text", ""), parse_pk(answered) if answered else None)
    try:
        if form.get("action") == "preview":
            return _form(request, paper, _previewed(typed), 200)
        written = Written(typed.text, typed.reply_to)
        done = discuss.add_comment(house.database, paper.id, signed_in(request), written, house.clock())
    except Invalid as error:
        return _form(request, paper, replace(typed, complaint=str(error)), 400)
    return RedirectResponse(place_of(house, done.pk), 303)


def show_comment(request: Request) -> Response:
    """Answer with one comment, what it was before, and what may be done about it."""
    house, pk = house_with_discussion(request), comment_pk(request)

    def make(masthead: Masthead) -> str:
        return discussion_pages.show_comment(masthead, _view(request, house, pk))

    if visitor_of(request).reader is None:
        return show(request, links.comment(pk), make)
    # What a reader may edit changes with the time alone: the page is kept for nobody.
    return show_fresh(request, make(masthead_of(request)))


def submit_edit(request: Request) -> Response:
    """Write a comment anew and lead to it, or show how it would look, or the form again with why it was not taken."""
    house, pk, form = house_with_discussion(request), comment_pk(request), read_form(request)
    typed = Typed(form.get("text", ""))
    view = _view(request, house, pk)
    try:
        if form.get("action") == "preview":
            return _comment(request, replace(view, typed=_previewed(typed)), 200)
        minutes = house.settings.comment_edit_minutes
        discuss.edit_comment(house.database, pk, signed_in(request), typed.text, minutes, house.clock())
    except Invalid as error:
        return _comment(request, replace(view, typed=replace(typed, complaint=str(error))), 400)
    except NotAllowed as error:
        if view.one.comment.reader_pk != visitor_of(request).pk:
            raise
        return _form(request, view.one.paper, replace(typed, reply_to=pk, complaint=str(error)), 403)
    return RedirectResponse(place_of(house, pk), 303)


def submit_deletion(request: Request) -> Response:
    """Delete a comment and lead to where it stood."""
    house, pk, form = house_with_discussion(request), comment_pk(request), read_form(request)
    try:
        discuss.delete_comment(house.database, pk, signed_in(request), form.get("reason", ""), house.clock())
    except Invalid as error:
        view = _view(request, house, pk)
        return _comment(request, replace(view, typed=Typed(view.one.comment.text, complaint=str(error))), 400)
    return RedirectResponse(place_of(house, pk), 303)


def _previewed(typed: Typed) -> Typed:
    return replace(typed, preview=render_markdown(parse_comment(typed.text)).html)


def _view(request: Request, house: House, pk: int) -> CommentView:
    reader, settings = visitor_of(request).pk, house.settings
    found = read_comment(house.database, pk, reader)
    editable = may_edit(found.comment, reader, settings.comment_edit_minutes, house.clock())
    return CommentView(found, editable)


def _comment(request: Request, view: CommentView, status: int) -> Response:
    """Answer to whoever changes a comment, which is its writer's or a curator's to do."""
    is_own = view.one.comment.reader_pk == visitor_of(request).pk
    if not is_own and not visitor_of(request).is_at_least("curator"):
        raise NotAllowed(discuss.NOT_YOURS)
    return show_fresh(request, discussion_pages.show_comment(masthead_of(request), view), status)


def _form(request: Request, paper: Paper, typed: Typed, status: int) -> Response:
    return show_fresh(request, discussion_pages.show_comment_form(masthead_of(request), paper, typed), status)
