"""JSON to objects: one a line, in one array, or one after the other.

Owns the damage that JSON can have: broken lines and items, nesting without end, numbers without end, bytes
that are no text. Must not know what the objects mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import orjson

from broadsheet.domain.errors import Invalid
from broadsheet.domain.paper import Record
from broadsheet.sources.fields import Fields
from broadsheet.sources.reading import (
    Item,
    Line,
    Lines,
    PaperFile,
    SetAside,
    decode,
    excerpt_of,
    gather,
)

MAX_BROKEN_ITEMS = 1_000
_BETWEEN = re.compile(r"[\s,]*")
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_SEEKING_LINES = 64

Located = tuple[int, Fields]
ReadFields = Callable[[Fields], Record]


def read_objects(found: Iterable[Located | SetAside], read: ReadFields) -> Iterator[Item]:
    """Turn located objects into records; one that `read` refuses with Invalid is set aside."""
    for item in found:
        if isinstance(item, SetAside):
            yield item
            continue
        line, fields = item
        try:
            yield read(fields)
        except Invalid as error:
            yield SetAside(line, error.message, excerpt_of(_show(fields)))


def find_objects(file: PaperFile, lines: Lines) -> Iterator[Located | SetAside]:
    """Yield each object with the line it begins on; what is none is set aside."""
    taken: list[Line | SetAside] = []
    source = iter(lines)
    one_a_line = _is_one_a_line(source, taken)
    everything = chain(taken, source)
    if one_a_line:
        return _objects_of_lines(everything)
    return _objects_of_text(file, everything)


def parse_line(data: bytes) -> object:
    """Return the value of a line of JSON; raises ValueError, with a reason to show, where it is none."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        text = decode(data)
        if text is None:
            raise ValueError("invalid UTF-8") from error
        try:
            return json.loads(text)  # takes NaN and half surrogate pairs, which some programs write
        except (ValueError, RecursionError) as second:
            raise ValueError(_reason(second)) from second


def _is_one_a_line(source: Iterator[Line | SetAside], taken: list[Line | SetAside]) -> bool:
    """Look at the first lines, keeping them in `taken`: does one of them hold a whole object?"""
    opened = False
    for line in source:
        taken.append(line)
        if isinstance(line, SetAside):
            continue
        data = line.data.rstrip()
        if data.lstrip() in (b"{", b"[") or (not opened and data.lstrip().startswith(b"[")):
            return False
        if data.startswith(b"{"):  # an indented one is a part of something larger
            opened = True
            try:
                parse_line(data)
            except ValueError:
                pass
            else:
                return True
        if len(taken) >= _SEEKING_LINES:
            break
    return not opened  # where something opened and nothing closed, it is one object spread over lines


def _objects_of_lines(lines: Lines) -> Iterator[Located | SetAside]:
    for line in lines:
        if isinstance(line, SetAside):
            yield line
            continue
        data = line.data
        if line.cut or data.isspace():
            continue
        try:
            value = parse_line(data)
        except ValueError as error:
            yield SetAside(line.number, str(error), excerpt_of(data))
            continue
        if isinstance(value, dict):
            yield line.number, value
        else:
            yield SetAside(line.number, "not a JSON object", excerpt_of(data))


def _objects_of_text(file: PaperFile, lines: Lines) -> Iterator[Located | SetAside]:
    for piece in gather(lines, "a JSON text"):
        if isinstance(piece, SetAside):
            yield piece
        else:
            yield from _Walk(piece.decode("utf-8", "surrogateescape"), file).objects()


class _Walk:
    """One pass over a JSON text: the items of its array, or its values one after the other."""

    def __init__(self, text: str, file: PaperFile) -> None:
        self._text = text
        self._file = file
        self._at = 0
        self._line = 1
        self._counted_to = 0
        self._decoder = json.JSONDecoder()

    def objects(self) -> Iterator[Located | SetAside]:
        broken, inside = 0, False
        while (start := self._skip_to_value()) < len(self._text):
            if self._text[start] == ("]" if inside else "["):
                self._at, inside = start + 1, not inside
                continue
            try:
                value, self._at = self._decoder.raw_decode(self._text, start)
            except (ValueError, RecursionError) as error:
                broken += 1
                resumed = self._resume(start) if broken < MAX_BROKEN_ITEMS else False
                if resumed or self._file.failure is None:
                    yield self._aside(start, _reason(error))
                if not resumed:
                    return
                continue
            yield self._located(start, value)

    def _skip_to_value(self) -> int:
        match = _BETWEEN.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._at

    def _located(self, start: int, value: object) -> Located | SetAside:
        if _ESCAPED_BYTE.search(self._text, start, self._at):
            return self._aside(start, "invalid UTF-8")
        if isinstance(value, dict):
            return self._line_of(start), value
        return self._aside(start, "not a JSON object")

    def _resume(self, start: int) -> bool:
        """Go to the next line on which an item begins as far in as the broken one, if there is one."""
        self._line_of(start)
        line_start = self._text.rfind("\n", 0, start) + 1
        indent = self._text[line_start:start]
        if not indent.isspace():
            indent = ""
        found = self._text.find(f"\n{indent}{{", start)
        self._at = found + 1
        return found >= 0

    def _line_of(self, position: int) -> int:
        self._line += self._text.count("\n", self._counted_to, position)
        self._counted_to = max(position, self._counted_to)
        return self._line

    def _aside(self, start: int, reason: str) -> SetAside:
        excerpt = self._text[start : start + 500].encode("utf-8", "surrogateescape")
        return SetAside(self._line_of(start), reason, excerpt_of(excerpt))


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"broken JSON: {error.msg} (character {error.colno})"
    if isinstance(error, RecursionError):
        return "broken JSON: nested too deep"
    return f"broken JSON: {error}"


def _show(fields: Fields) -> str:
    return ", ".join(f"{key}: {value}" for key, value in fields.items() if isinstance(value, str | int))
