"""What tools answer: a page as text and the same as JSON, both together never longer than PAGE_CHARACTERS."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from broadsheet.agents.cursors import Place, write_cursor
from broadsheet.agents.untrusted import WARNING, clean_line, fenced
from broadsheet.domain.errors import Invalid
from broadsheet.domain.listing import Listing, Ranked, counted_papers
from broadsheet.domain.paper import Paper

PAGE_CHARACTERS = 12_000
NO_END = 1_000_000_000
# What stands around the papers of a list, at the least: a heading, the warning (twice), marks.
_SMALLEST_FRAME = 500
# How much of a paper a list shows. One paper, however it is written, and what stands around it fit into a page.
_ID, _TITLE, _NAME, _NAMES, _EXCERPT = 300, 250, 60, 3, 240


@dataclass(frozen=True, slots=True)
class Answer:
    """A page: `text` for models, `data` for programs and for clients that show models only that."""

    text: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page of what is answered: the request's fingerprint, the page's place, the last offset that opens."""

    request: str
    place: Place
    furthest: int = NO_END


def size(data: Any) -> int:
    """Count the characters of a value as JSON."""
    return len(orjson.dumps(data).decode())


def list_answer(heading: str, listing: Listing, turn: Turn, **facts: Any) -> Answer:
    """Return as many papers of a listing as a page holds; `turn.place.pin` goes on into the next page's cursor."""
    rows, texts = _rows(listing)
    held = len(rows)
    while True:
        after = listing.offset + held
        goes_on = held > 0 and after < min(listing.count, turn.furthest)
        cursor = write_cursor(Place(after, turn.place.pin), turn.request) if goes_on else None
        lines = [f"{heading}: {counted_papers(listing.count)}."]
        lines += [f"Here: {listing.offset + 1} to {after}."] if held else []
        lines += [f"{name.capitalize()}: {value}" for name, value in facts.items() if value]
        lines += [_next_line(cursor, is_cut=turn.furthest <= after < listing.count)]
        lines += [WARNING, fenced("\n".join(texts[:held]))] if held else []
        data = {"count": listing.count, **facts, "next": cursor, "warning": WARNING, "papers": rows[:held]}
        answer = Answer("\n".join(lines), data)
        if held <= 1 or _fits(answer):
            return answer
        held -= 1


def text_answer(heading: str, text: str, turn: Turn, facts: dict[str, Any]) -> Answer:
    """Return the stretch of a cleaned text that a page holds; raises Invalid where the text is another by now.

    An `id` among the facts is for programs: strangers choose ids, so models read it in the text.
    """
    pin = hashlib.sha256(text.encode()).hexdigest()[:8]
    place = turn.place
    if place.pin not in ("", pin) or place.offset > len(text):
        raise Invalid("cursor", "This has changed since the page before: leave the cursor out to begin anew.")
    length = PAGE_CHARACTERS // 2
    while True:
        stretch = _stretch(text, place.offset, length)
        after = place.offset + len(stretch)
        cursor = write_cursor(Place(after, pin), turn.request) if after < len(text) else None
        lines = [heading]
        lines += [f"{name}: {value}" for name, value in facts.items() if name != "id" and value is not None]
        if place.offset or cursor:
            lines += [f"Here: characters {place.offset + 1:,} to {after:,} of {len(text):,}."]
        lines += [_next_line(cursor), WARNING, fenced(stretch)]
        data = {**facts, "characters": len(text), "next": cursor, "warning": WARNING, "untrusted": stretch}
        answer = Answer("\n".join(lines), data)
        if _fits(answer):
            return answer
        length = length * 9 // 10


def change_answer(done: str, papers: Sequence[Paper]) -> Answer:
    """Return what became of papers in a library."""
    return Answer(f"{done}: {counted_papers(len(papers))}.", {"changed": len(papers)})


def _next_line(cursor: str | None, *, is_cut: bool = False) -> str:
    if cursor:
        return f"More: repeat the call with cursor {cursor}"
    return "No more of these can be opened: narrow the search." if is_cut else "This is the end."


def _rows(listing: Listing) -> tuple[list[dict[str, Any]], list[str]]:
    """Return as many papers as a page may hold, and the same as text: one too many at the most, or a few."""
    rows: list[dict[str, Any]] = []
    texts: list[str] = []
    used = _SMALLEST_FRAME
    for entry in listing.entries:
        if used >= PAGE_CHARACTERS:
            break
        rows.append(_row(entry))
        texts.append(_row_text(rows[-1]))
        used += len(texts[-1]) + size(rows[-1]) + 2
    return rows, texts


def _fits(answer: Answer) -> bool:
    return len(answer.text) + size(answer.data) <= PAGE_CHARACTERS


def _stretch(text: str, start: int, length: int) -> str:
    """Return `length` characters from `start` on, or a few less to end where a word does."""
    end = start + length
    if end < len(text):
        near = max(text.rfind(sign, end - length // 20, end) for sign in " \n")
        end = near + 1 if near >= 0 else end
    return text[start:end]


def _row(entry: Ranked) -> dict[str, Any]:
    content = entry.paper.content
    names = [clean_line(name, _NAME) for name in content.authors[:_NAMES]]
    row: dict[str, Any] = {
        "rank": entry.rank,
        "id": clean_line(entry.paper.id, _ID),
        "published_on": content.published_on.isoformat() if content.published_on else None,
        "upvotes": entry.paper.upvotes,
        "untrusted": {
            "title": clean_line(content.title, _TITLE),
            "authors": names,
            "author_count": len(content.authors) or content.author_count or 0,
            "excerpt": clean_line(content.abstract or content.summary, _EXCERPT),
        },
    }
    return {**row, "late": True} if entry.is_late else row


def _row_text(row: dict[str, Any]) -> str:
    written = row["untrusted"]
    hidden = written["author_count"] - len(written["authors"])
    names = ", ".join(written["authors"])
    others = f"{hidden} more" if names else f"{hidden} authors"
    facts = [
        " and ".join(filter(None, [names, others if hidden > 0 else ""])),
        row["published_on"] or "",
        f"{row['upvotes']:,} upvotes" if row["upvotes"] else "",
        "late" if row.get("late") else "",
    ]
    lines = [f"{row['rank']}. [{row['id']}] {written['title']}", "   " + " · ".join(filter(None, facts))]
    lines += ["   " + written["excerpt"]] if written["excerpt"] else []
    return "\n".join(lines)
