"""A library as files: BibTeX, RIS, CSL-JSON, Markdown, JSON. Notes, tags and folders stand in the last two alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from broadsheet.domain.library import Kept
from broadsheet.domain.listing import counted_papers
from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.render.cards import byline
from broadsheet.render.citations import bibtex, csl_json, escape_markdown, ris
from broadsheet.render.dresses import DRESSES
from broadsheet.render.payloads import paper_payload

Folders = Mapping[int, str]


def library_file(form: str, kept: Sequence[Kept], folders: Folders, root: str) -> bytes:
    """Return a library in one of LIBRARY_FORMS; `folders` are names by pk, `root` is where the site is reached."""
    return _WRITERS[form](kept, folders, root)


def kept_payload(kept: Kept, folders: Folders) -> dict[str, Any]:
    """Return a saved paper and what its reader keeps of it."""
    place = kept.place
    return {
        "paper": paper_payload(kept.paper),
        "saved_at": kept.at.isoformat(),
        "read_at": place.read_at.isoformat() if place.read_at else None,
        "note": place.note,
        "tags": list(place.tags),
        "folders": [folders[pk] for pk in place.folders if pk in folders],
    }


def _papers(kept: Sequence[Kept]) -> list[Paper]:
    return [one.paper for one in kept]


def _json(kept: Sequence[Kept], folders: Folders, _root: str) -> bytes:
    return orjson.dumps([kept_payload(one, folders) for one in kept], option=orjson.OPT_INDENT_2)


def _markdown(kept: Sequence[Kept], folders: Folders, root: str) -> bytes:
    lines = ["# Library", "", counted_papers(len(kept)), ""]
    for one in kept:
        content, place = one.paper.content, one.place
        title = escape_markdown(" ".join(readable(content.title).split()))
        lines.append(f"- [{title}]({root}{links.paper(one.paper.id)})")
        day = content.published_on.isoformat() if content.published_on else ""
        facts = [byline(one.paper), day, *(f"#{tag}" for tag in place.tags)]
        facts += [folders[pk] for pk in place.folders if pk in folders] + ([] if place.read_at else ["unread"])
        lines.append("  " + " · ".join(escape_markdown(fact) for fact in facts if fact))
        lines += [f"  > {escape_markdown(line)}".rstrip() for line in place.note.splitlines()]
    return ("\n".join(lines) + "\n").encode()


_WRITERS: dict[str, Callable[[Sequence[Kept], Folders, str], bytes]] = {
    "bib": lambda kept, _folders, _root: bibtex(_papers(kept)).encode(),
    "ris": lambda kept, _folders, _root: ris(_papers(kept)).encode(),
    "csl.json": lambda kept, _folders, _root: csl_json(_papers(kept)),
    "md": _markdown,
    "json": _json,
}
LIBRARY_FORMS = {form: DRESSES[form] for form in _WRITERS}
