"""The tools that read: search, one paper, similar ones, editions, trending, citations, a library."""

from __future__ import annotations

import re

from broadsheet.agents.answers import NO_END, Answer, Turn, list_answer, text_answer
from broadsheet.agents.arguments import Asked
from broadsheet.agents.callers import Caller, reading_reader
from broadsheet.agents.cursors import Place, read_cursor
from broadsheet.agents.untrusted import clean, clean_line
from broadsheet.domain.completeness import summary_line
from broadsheet.domain.days import parse_any_period
from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.listing import Arrived
from broadsheet.domain.paper import Paper
from broadsheet.domain.since import write_until
from broadsheet.render.cards import is_web_address
from broadsheet.render.citations import bibtex
from broadsheet.usecases.read_library import read_shelf
from broadsheet.usecases.read_lists import after_of, bound_indexed, bound_now, stretch_within
from broadsheet.usecases.read_papers import (
    Start,
    read_edition,
    read_front_page,
    read_paper,
    read_trending,
    search_papers,
    similar_papers,
)
from broadsheet.wiring import House

_PK = re.compile("[0-9]{0,15}", re.ASCII)
DEEPEST_RESULT = 10_000
MOST_SIMILAR = 50


def search(house: House, caller: Caller, asked: Asked) -> Answer:
    """Answer with what a query finds, best first."""
    return _search(house, asked, _request("search_papers", asked, DEEPEST_RESULT), asked.query, _owner(caller))


def library(house: House, caller: Caller, asked: Asked) -> Answer:
    """Answer with what the caller's reader saved."""
    return _search(house, asked, _request("my_library", asked, DEEPEST_RESULT), "in:library", reading_reader(caller))


def paper(house: House, caller: Caller, asked: Asked) -> Answer:
    """Answer with all that is known of a paper."""
    found = named_paper(house, asked.id)
    content = found.content
    facts = {
        "id": clean_line(found.id, 300),
        "published_on": content.published_on.isoformat() if content.published_on else None,
        "edition_on": content.edition_on.isoformat() if content.edition_on else None,
        "upvotes": found.upvotes,
        "comments": found.comments,
    }
    if caller.may_read_library and caller.reader is not None:
        place = read_shelf(house.database, caller.reader, found).place
        facts |= {"saved": place.saved_at is not None, "note": clean(place.note) or None}
    return text_answer("One paper.", _paper_text(found), _request("get_paper", asked), facts)


def similar(house: House, caller: Caller, asked: Asked) -> Answer:
    """Answer with the papers most like one, most alike first."""
    turn = _request("similar_papers", asked)
    wanted = Arrived(_after(house, asked), _through(turn.place.pin), _owner(caller))
    arrived = bound_indexed(house.database, house.index, wanted)
    found = named_paper(house, asked.id)
    whole = similar_papers(house.database, house.index, found, MOST_SIMILAR, house.models, arrived.reader)
    page = stretch_within(whole, arrived, asked.limit, turn.place.offset)
    return list_answer("Papers like it", page, _pinned(turn, arrived), until=write_until(arrived))


def edition(house: House, caller: Caller, asked: Asked) -> Answer:
    """Answer with the papers of a day, week or month; the pages after the first stay with the period of the first."""
    turn = _request("get_edition", asked)
    pinned_name, _, pin = turn.place.pin.rpartition("-p")
    name, arrived = asked.period or pinned_name, _arrived(house, caller, asked, pin)
    if name:
        found = read_edition(house.database, parse_any_period(name), asked.limit, turn.place.offset, arrived)
    else:
        found = read_front_page(house.database, house.today(), asked.limit, arrived=arrived)
    pinned = Turn(turn.request, Place(turn.place.offset, f"{found.period.name}-p{arrived.through}"))
    complete = summary_line(found.completeness, house.settings.zone) if found.completeness else ""
    days = {
        "period": found.period.name,
        "before": found.before_on.isoformat() if found.before_on else None,
        "after": found.after_on.isoformat() if found.after_on else None,
    }
    told = clean_line(complete, 200)
    return list_answer(
        "Papers in this edition", found.listing, pinned, **days, complete=told, until=write_until(arrived)
    )


def trending(house: House, caller: Caller, asked: Asked) -> Answer:
    """Answer with the papers by hotness; the order may move between two pages."""
    turn = _request("trending_papers", asked)
    arrived = _arrived(house, caller, asked, turn.place.pin)
    listing = read_trending(house.database, asked.limit, turn.place.offset, arrived)
    return list_answer("Papers by what readers like now", listing, _pinned(turn, arrived), until=write_until(arrived))


def citations(house: House, caller: Caller, asked: Asked) -> Answer:
    """Answer with BibTeX entries, in the order asked for."""
    found = list({paper.pk: paper for paper in (named_paper(house, name) for name in asked.ids)}.values())
    text = clean(bibtex(found)).strip() + "\n"
    return text_answer("BibTeX.", text, _request("cite_papers", asked), {"entries": len(found)})


def named_paper(house: House, name: str) -> Paper:
    """Return a paper by its id, or by an arXiv id, DOI or address in whichever spelling; raises NotFound."""
    try:
        return read_paper(house.database, name)
    except NotFound as error:
        raise NotFound(f"There is no paper {clean_line(name, 100)} here: look for its title instead.") from error


def _owner(caller: Caller) -> int | None:
    """Return the reader whose lists these are: without what that reader does not want to see."""
    return caller.reader if caller.may_read_library else None


def _search(house: House, asked: Asked, turn: Turn, text: str, reader: int | None) -> Answer:
    start = Start(turn.place.offset, _through(turn.place.pin), reader, _after(house, asked))
    answer = search_papers(house.database, house.index, text, asked.limit, house.models, start)
    arrived = Arrived(start.after, answer.listing.through)
    notice = answer.notice or answer.query.complaint
    beside = {"suggestion": clean_line(answer.suggestion, 200), "notice": clean_line(notice, 200)}
    told = {} if turn.request == asked.fingerprint("my_library") else {"until": write_until(arrived)}
    return list_answer("Papers found", answer.listing, _pinned(turn, arrived), **beside, **told)


def _arrived(house: House, caller: Caller, asked: Asked, pin: str) -> Arrived:
    """Return which papers a list may hold: since when, and up to the newest that its first page knew."""
    return bound_now(house.database, Arrived(_after(house, asked), _through(pin), _owner(caller)))


def _after(house: House, asked: Asked) -> int:
    return after_of(house.database, asked.since or "p0", house.settings.zone)


def _through(pin: str) -> int:
    if not _PK.fullmatch(pin):
        raise Invalid("cursor", "This is no cursor of such a list: leave it out to begin anew.")
    return int(pin or 0)


def _pinned(turn: Turn, arrived: Arrived) -> Turn:
    return Turn(turn.request, Place(turn.place.offset, str(arrived.through)), turn.furthest)


def _request(tool: str, asked: Asked, furthest: int = NO_END) -> Turn:
    request = asked.fingerprint(tool)
    place = read_cursor(asked.cursor, request)
    if place.offset >= furthest:
        raise Invalid("cursor", f"Only the first {furthest:,} results can be opened: add a word to the search.")
    return Turn(request, place, furthest)


def _paper_text(found: Paper) -> str:
    """Return what is known of a paper, a line a fact, its texts in paragraphs, as its sources wrote it."""
    content = found.content
    lines = [f"Id: {_line(found.id)}", f"Title: {_line(content.title)}"]
    for name, values in (
        ("Authors", content.authors),
        ("Organization", (content.organization,)),
        ("Venue", (content.venue,)),
        ("Categories", content.categories),
        ("Keywords", content.keywords),
        ("From", [f"{source.source} {source.source_id}" for source in found.sources]),
    ):
        if shown := ", ".join(_line(value) for value in values if value):
            lines.append(f"{name}: {shown}")
    if not content.authors and content.author_count:
        lines.append(f"Authors: {content.author_count}, without names")
    lines += [f"Link: {link.kind} {_line(link.url)}" for link in content.links if is_web_address(link.url)]
    for name, text in (("Abstract", content.abstract), ("Summary (not the abstract)", content.summary)):
        if text:
            lines += ["", f"{name}:", clean(text)]
    return "\n".join(lines)


def _line(text: str) -> str:
    return " ".join(clean(text).split())
