"""A list of papers in dresses other than HTML."""

from __future__ import annotations

from datetime import tzinfo

from broadsheet.domain.completeness import summary_line
from broadsheet.domain.listing import Edition, counted_papers
from broadsheet.extraction.readable import readable
from broadsheet.render.cards import byline
from broadsheet.render.citations import escape_markdown
from broadsheet.render.pages import period_title


def edition_markdown(edition: Edition, zone: tzinfo) -> str:
    """Return an edition as Markdown: a numbered list with bylines and texts, and at its foot whether it is complete."""
    lines = [f"# {period_title(edition.period)}", "", counted_papers(edition.listing.count), ""]
    for entry in edition.listing.entries:
        content = entry.paper.content
        lines.append(f"{entry.rank}. **{escape_markdown(readable(content.title))}** ({entry.paper.id})")
        facts = [
            "late" if entry.is_late else "",
            byline(entry.paper),
            content.published_on.isoformat() if content.published_on else "",
        ]
        lines.append("   " + " · ".join(escape_markdown(fact) for fact in facts if fact))
        if text := content.abstract or content.summary:
            lines += ["", "   " + escape_markdown(readable(text))]
        lines.append("")
    if edition.completeness:
        lines.append(summary_line(edition.completeness, zone))
    return "\n".join(lines) + "\n"
