"""A paper as a card shows it: escaped, readable, with the date and the byline as words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render import links, reasons

NAMES_ON_CARD = 3
LINK_NAMES = {
    "abs": "abstract page",
    "pdf": "PDF",
    "code": "code",
    "project": "project",
    "data": "data",
    "other": "link",
}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

_SHOWN_KINDS = ("code", "project", "data", "pdf")
_UNSAFE = re.compile("[\"'<>` \n\r\t]")
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:/[A-Za-z0-9/._~%?#=&+:;,-]*)?")
_MARKED = re.compile(r"<mark>([^<]*)</mark>")
_BEGIN, _END = "\ue010", "\ue011"

Spans = Callable[[str], Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class CardLink:
    """A link on a card; the address is http or https."""

    kind: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Ballot:
    """The button of a vote: where it is sent, the card's anchor, where it leads back to, the form's secret."""

    url: str
    anchor: str
    next: str
    csrf: str
    is_given: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What the card template prints."""

    id: str
    url: str
    title: Markup
    text: Markup
    is_summary: bool
    byline: str
    date_text: str
    date_iso: str
    upvotes: int
    comments: int
    links: tuple[CardLink, ...]
    rank: int
    score: float
    parts: dict[str, float]
    is_sample: bool
    why: str
    is_late: bool = False
    ballot: Ballot | None = None

    @property
    def shown_links(self) -> list[CardLink]:
        """The links that a card prints: the first of each of _SHOWN_KINDS."""
        first: dict[str, CardLink] = {}
        for link in self.links:
            if link.kind in _SHOWN_KINDS:
                first.setdefault(link.kind, link)
        return list(first.values())


def make_card(
    paper: Paper,
    today: date,
    spans: Spans | None = None,
    rank: int = 0,
    score: float = 0.0,
    parts: dict[str, float] | None = None,
) -> Card:
    """Make a card; `spans` finds the words to mark in a readable text."""
    content = paper.content
    title = marked(readable(content.title), spans)
    shown = marked(readable(content.abstract or content.summary), spans)
    return Card(
        id=paper.id,
        url=links.paper(paper.id),
        title=title,
        text=shown,
        is_summary=bool(content.summary and not content.abstract),
        byline=byline(paper),
        date_text=date_words(content.published_on, today),
        date_iso=content.published_on.isoformat() if content.published_on else "",
        upvotes=paper.upvotes,
        comments=paper.comments,
        links=card_links(paper),
        rank=rank,
        score=score,
        parts=parts or {},
        is_sample=content.is_sample,
        why=_why(paper, parts or {}, (title, shown) if spans else None),
    )


def _why(paper: Paper, parts: dict[str, float], found_in: tuple[Markup, Markup] | None) -> str:
    if found_in is not None:
        return why_words(parts, *found_in)
    if "recency" in parts:
        return reasons.trending_words(paper, parts)
    return reasons.edition_words(paper, parts) if parts.get("interest") else ""


def why_words(parts: dict[str, float], *shown: Markup) -> str:
    """Say in words why a paper was found: the words marked in what is shown, and what each side added."""
    if "id" in parts:
        return "This is the paper whose id was typed."
    found = [word.lower() for text in shown for word in _MARKED.findall(text)]
    words = ", ".join(dict.fromkeys(found))
    shares = {"text": "its words", "meaning": "its meaning"}
    total = sum(parts.get(name, 0.0) for name in shares)
    told = [f"{parts[name] / total:.0%} from {shares[name]}" for name in shares if parts.get(name) and total > 0]
    said = [
        "Its title was typed." if "title" in parts else "",
        f"Matched: {words}." if words else "None of the words stand in it.",
        f"Score: {' and '.join(told)}." if told else "",
    ]
    return " ".join(part for part in said if part)


def marked(text: str, spans: Spans | None) -> Markup:
    """Escape a text and put <mark> around the spans that a function finds in it."""
    if spans is None:
        return escape(text)
    # Escaped once, with two signs of no meaning in place of the marks: a page has some fifteen hundred of them.
    text = text.replace(_BEGIN, " ").replace(_END, " ")
    pieces, at = [], 0
    for start, end in spans(text):
        pieces += [text[at:start], _BEGIN, text[start:end], _END]
        at = end
    escaped = str(escape("".join([*pieces, text[at:]])))
    return Markup(escaped.replace(_BEGIN, "<mark>").replace(_END, "</mark>"))  # noqa: S704 (escaped above)


def byline(paper: Paper) -> str:
    """Return up to three names, "12 authors", or the organisation; empty where nothing is known."""
    content = paper.content
    names = content.authors
    if names and len(names) <= NAMES_ON_CARD:
        return ", ".join(readable(name) for name in names)
    if names:
        return f"{readable(names[0])} and {len(names) - 1} more"
    if content.author_count:
        return f"{content.author_count} author{'s' if content.author_count != 1 else ''}"
    return readable(content.organization)


def date_words(day: date | None, today: date) -> str:
    """Return `Feb 27`, with the year when it is not this year's: `Feb 27, 2024`."""
    if day is None:
        return ""
    text = f"{_MONTHS[day.month - 1]} {day.day}"
    return text if day.year == today.year else f"{text}, {day.year}"


def card_links(paper: Paper) -> tuple[CardLink, ...]:
    """Return the paper's links that are safe to click, in the order in which they were given."""
    return tuple(
        CardLink(link.kind, LINK_NAMES.get(link.kind, "link"), link.url)
        for link in paper.content.links
        if is_web_address(link.url)
    )


def is_web_address(url: str) -> bool:
    """Say whether an address is plain http or https with a host; everything else is not printed as a link."""
    if _PLAIN_ADDRESS.fullmatch(url):
        return True  # nearly all are; to take one apart costs ten times as much
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not _UNSAFE.search(url)
    except ValueError:
        return False
