"""A list of papers in dresses other than HTML."""

from __future__ import annotations

from broadsheet.domain.listing import Edition
from broadsheet.extraction.readable import readable
from broadsheet.render.cards import byline
from broadsheet.render.citations import escape_markdown
from broadsheet.render.pages import period_title


def edition_markdown(edition: Edition) -> str:
    """Return an edition as Markdown: a numbered list with bylines and texts."""
    lines = [f"# {period_title(edition.period)}", "", f"{edition.listing.count:,} papers", ""]
    for entry in edition.listing.entries:
        content = entry.paper.content
        lines.append(f"{entry.rank}. **{escape_markdown(readable(content.title))}** ({entry.paper.id})")
        facts = [byline(entry.paper), content.published_on.isoformat() if content.published_on else ""]
        lines.append("   " + " · ".join(escape_markdown(fact) for fact in facts if fact))
        if text := content.abstract or content.summary:
            lines += ["", "   " + escape_markdown(readable(text))]
        lines.append("")
    return "\n".join(lines) + "\n"
