"""A list as CSV (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from broadsheet.domain.listing import Listing, Ranked
from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.render.cards import is_web_address
from broadsheet.render.paper_list import PaperList, Place

COLUMNS = (
    "rank", "id", "title", "authors", "organization", "published_on", "categories", "keywords", "venue",
    "upvotes", "comments", "page", "url", "abstract",
)  # fmt: skip
# What makes a spreadsheet read a cell as a formula (OWASP, "CSV Injection"), full-width forms too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(shown: PaperList) -> str:
    """Return a line of headings and a line a paper; several values in one cell are joined by semicolons."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in shown.listing.entries:
        paper, content = entry.paper, entry.paper.content
        outside = next((link.url for link in content.links if is_web_address(link.url)), "")
        words = (
            paper.id,
            content.title,
            "; ".join(content.authors),
            content.organization,
            content.published_on.isoformat() if content.published_on else "",
            "; ".join(content.categories),
            "; ".join(content.keywords),
            content.venue,
        )
        cells = [_safe(word) for word in words]
        ends = [_safe(shown.page_of(paper)), _safe(outside), _safe(content.abstract or content.summary)]
        writer.writerow([entry.rank, *cells, paper.upvotes, paper.comments, *ends])
    return text.getvalue()


def paper_as_csv(paper: Paper, place: Place) -> str:
    """Return the heading and one line: a list of this paper alone, of rank 1."""
    listing = Listing((Ranked(1, 0.0, {}, paper),), 1)
    return as_csv(PaperList(paper.content.title, links.paper(paper.id), place, listing))


def _safe(text: str) -> str:
    """Return a text in one line that no spreadsheet takes for a formula: an apostrophe keeps it a text."""
    line = " ".join(readable(text).replace("\0", "").split())
    return f"'{line}" if line.startswith(_FORMULA) else line
