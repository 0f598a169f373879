"""A list of papers as Markdown and as JSON."""

from __future__ import annotations

import orjson

from broadsheet.domain.completeness import summary_line
from broadsheet.domain.listing import counted_papers
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.render.cards import byline
from broadsheet.render.citations import escape_markdown
from broadsheet.render.paper_list import PaperList
from broadsheet.render.payloads import edition_payload, ranked_payload


def list_markdown(shown: PaperList) -> str:
    """Return a numbered list with bylines and texts; under an edition stands whether it is complete."""
    lines = [f"# {escape_markdown(' '.join(readable(shown.title).split()))}", "", counted_papers(shown.listing.count)]
    lines.append("")
    for entry in shown.listing.entries:
        content = entry.paper.content
        title = escape_markdown(" ".join(readable(content.title).split())) or "A paper"
        lines.append(f"{entry.rank}. **[{title}](<{shown.page_of(entry.paper)}>)** ({escape_markdown(entry.paper.id)})")
        facts = [
            "late" if entry.is_late else "",
            byline(entry.paper),
            content.published_on.isoformat() if content.published_on else "",
        ]
        lines.append("   " + " · ".join(escape_markdown(" ".join(fact.split())) for fact in facts if fact))
        if text := content.abstract or content.summary:
            lines += ["", "   " + escape_markdown(" ".join(readable(text).split()))]
        lines.append("")
    if shown.next_page:
        lines.append(f"[The list goes on](<{shown.at(shown.next_page)}>).")
    if shown.until:
        news = links.stretch(links.dressed(shown.address, "md"), 0, 0, shown.until)
        lines.append(f"[What comes after this](<{shown.at(news)}>).")
    if shown.edition and shown.edition.completeness:
        lines.append(summary_line(shown.edition.completeness, shown.place.zone))
    return "\n".join(lines) + "\n"


def list_json(shown: PaperList) -> bytes:
    """Return {"title", "address", "count", "next", "until", "papers": [...]}, of an edition what `edition` prints too.

    `until` is given back as `since` to read later what is new.
    """
    papers = (
        edition_payload(shown.edition, shown.place.zone)
        if shown.edition
        else {"papers": ranked_payload(shown.listing.entries)}
    )
    return orjson.dumps(
        {
            "title": shown.title,
            "address": shown.at(shown.address),
            "count": shown.listing.count,
            "next": shown.at(shown.next_page) if shown.next_page else None,
            "until": shown.until or None,
            **papers,
        }
    )
