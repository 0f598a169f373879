"""A list of papers in dresses other than HTML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from broadsheet.domain.completeness import summary_line
from broadsheet.domain.listing import Edition, Listing, counted_papers
from broadsheet.extraction.readable import readable
from broadsheet.render.cards import byline
from broadsheet.render.citations import escape_markdown
from broadsheet.render.pages import period_title


def edition_markdown(edition: Edition, zone: tzinfo) -> str:
    """Return an edition as Markdown: a numbered list with bylines and texts, and at its foot whether it is complete."""
    lines = [f"# {period_title(edition.period)}", "", counted_papers(edition.listing.count), ""]
    lines += _entries(edition.listing)
    if edition.completeness:
        lines.append(summary_line(edition.completeness, zone))
    return "\n".join(lines) + "\n"


def listing_markdown(heading: str, listing: Listing) -> str:
    """Return a list as Markdown in the same form."""
    lines = [f"# {escape_markdown(heading)}", "", counted_papers(listing.count), "", *_entries(listing)]
    return "\n".join(lines) + "\n"


def _entries(listing: Listing) -> Iterator[str]:
    for entry in listing.entries:
        content = entry.paper.content
        yield f"{entry.rank}. **{_line(content.title)}** ({escape_markdown(entry.paper.id)})"
        day = content.published_on.isoformat() if content.published_on else ""
        facts = ["late" if entry.is_late else "", byline(entry.paper), day]
        yield "   " + " · ".join(_line(fact) for fact in facts if fact)
        if text := content.abstract or content.summary:
            yield from ("", "   " + _line(text))
        yield ""


def _line(text: str) -> str:
    """Return a text in one line: a second one could begin a heading of its own."""
    return escape_markdown(" ".join(readable(text).split()))
