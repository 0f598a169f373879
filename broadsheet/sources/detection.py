"""Which format a file has, by its content: names and endings of files say nothing reliable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from broadsheet.sources import daily_html, daily_page, ris
from broadsheet.sources.arxiv_snapshot import is_snapshot
from broadsheet.sources.corpus import is_document
from broadsheet.sources.csl import is_csl_item
from broadsheet.sources.exported import is_export
from broadsheet.sources.fields import Fields
from broadsheet.sources.hub import is_hub_item, is_hub_list
from broadsheet.sources.json_items import Located
from broadsheet.sources.reading import Line, SetAside

_SAMPLE_LINES = 1_000
_SAMPLE_BYTES = 1 << 20
_SAMPLE_OBJECTS = 100
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"BZh9", b"\xfd7zXZ", b"GIF8")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_RIS = re.compile(ris.STARTS.pattern, re.MULTILINE)
_BIBTEX = re.compile(rb"^\s*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)


def is_binary(head: bytes) -> bool:
    """Say whether the first bytes of a file are no text in UTF-8."""
    if b"\x00" in head or head.startswith(_MAGIC):
        return True
    text = head.decode("utf-8", "replace")
    return len(_CONTROL.findall(text)) > len(text) // 5


def sample(lines: Iterator[Line | SetAside]) -> list[Line | SetAside]:
    """Take the first lines of a file, from the first that says anything."""
    taken: list[Line | SetAside] = []
    size = 0
    for line in lines:
        if isinstance(line, Line) and not taken and not line.data.strip():
            continue
        taken.append(line)
        size += len(line.data) if isinstance(line, Line) else 0
        if len(taken) >= _SAMPLE_LINES or size >= _SAMPLE_BYTES:
            break
    return taken


def find_text_format(taken: Iterable[Line | SetAside]) -> str | None:
    """Return the format of a sample: `json` for any JSON format, `html` for a page saved so, or None."""
    pieces = [line.data for line in taken if isinstance(line, Line)]
    start = next((stripped for piece in pieces if (stripped := piece.strip())), b"")
    if start.startswith((b"{", b"[")):
        return "json"
    text = b"".join(pieces)[:_SAMPLE_BYTES]
    if start.startswith(b"<"):
        return "html" if daily_html.MARKS.search(text) else None
    if _BIBTEX.match(start):
        return "bibtex"
    if _RIS.search(text):
        return "ris"
    if daily_page.MARKS.search(text.decode("utf-8", "replace")):
        return "daily-page"
    if _BIBTEX.search(text):
        return "bibtex"
    if daily_html.MARKS.search(text):
        return "html"
    return "json" if any(piece.lstrip().startswith(b"{") for piece in pieces) else None


def find_json_format(objects: Iterator[Located | SetAside], taken: list[Located | SetAside]) -> str | None:
    """Return the format of the first object whose fields name one, keeping in `taken` what was looked at."""
    for item in objects:
        taken.append(item)
        if not isinstance(item, SetAside):
            found = format_of(item[1])
            if found is not None:
                return found
        if len(taken) >= _SAMPLE_OBJECTS:
            break
    return None


def format_of(fields: Fields) -> str | None:
    """Return the format that an object of JSON belongs to."""
    if is_export(fields):
        return "export"
    if is_document(fields):
        return "corpus"
    if is_snapshot(fields):
        return "arxiv"
    if is_hub_item(fields):
        return "hub"
    if is_csl_item(fields):
        return "csl"
    return "hub" if is_hub_list(fields) else None
