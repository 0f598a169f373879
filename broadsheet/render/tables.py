"""Lists of what readers and curators do, as Markdown: a table with a line for each entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from broadsheet.domain.comments import Flagged
from broadsheet.domain.saved_searches import NewFor
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.render.citations import escape_markdown
from broadsheet.render.community_payloads import Payload


@dataclass(frozen=True, slots=True)
class Table:
    """A list: its title, its address, its entries (all with the same keys), and where it goes on, "" at its end.

    `newest_at` is when the newest entry of all that is asked for was put there.
    """

    title: str
    whole: str
    rows: Sequence[Payload]
    next_page: str
    newest_at: datetime | None


def table_markdown(table: Table, root: str, until: str = "") -> str:
    """Return a list with a column for each key of its entries.

    `root` begins its addresses; `until` is what is given back as `since` to read what is new, "" for no such line.
    """
    lines = [f"# {_cell('title', table.title)}", ""]
    if table.rows:
        names = list(table.rows[0])
        lines += [_line([name.replace("_", " ") for name in names]), _line(["---"] * len(names))]
        lines += [_line([_cell(name, row[name]) for name in names]) for row in table.rows]
    else:
        lines.append("Nothing.")
    if table.next_page:
        lines += ["", f"[The list goes on](<{root}{table.next_page}>)."]
    if until:
        lines += ["", f"[What comes after this](<{root}{links.stretch(table.whole, 0, 0, until)}>)."]
    return "\n".join(lines) + "\n"


def flagged_row(one: Flagged) -> Payload:
    """Return a comment that waits for a curator as a line of a table."""
    flags = "; ".join(f"{name or 'a former reader'}: {reason}" for name, reason in one.flags)
    comment = one.comment
    return {"comment": comment.pk, "paper": one.paper_id, "by": comment.name, "text": comment.text, "flags": flags}


def search_row(one: NewFor) -> Payload:
    """Return a saved search and how many papers are new for it as a line of a table; its feed is nobody else's."""
    search = one.search
    made_at = search.made_at.isoformat()
    return {"id": search.pk, "name": search.name, "query": search.text, "new": one.count, "made_at": made_at}


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = readable(str(value)) if name == "title" else str(value)
    return escape_markdown(" ".join(text.split()))
