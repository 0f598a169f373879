"""Text cut into entries at the lines on which entries begin, with bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from broadsheet.sources.reading import Line, Lines, SetAside, decode, excerpt_of, not_utf8

MAX_ENTRY_BYTES = 1 << 20


class Block(NamedTuple):
    """An entry as it stands in the file; `last` when the file ends with it."""

    line: int
    text: str
    last: bool


def cut_blocks(lines: Lines, starts: re.Pattern[bytes]) -> Iterator[Block | SetAside]:
    """Yield each entry; one that is too long, no UTF-8 or holds a line that was set aside is so itself.

    What stands before the first entry belongs to none and is left out.
    """
    entry: _Entry | None = None
    for line in lines:
        if isinstance(line, SetAside):
            if entry is None:
                yield line
            else:
                entry.trouble = entry.trouble or line
        elif starts.match(line.data):
            if entry is not None:
                yield entry.finish(last=False)
            entry = _Entry(line)
        elif entry is not None:
            entry.add(line)
    if entry is not None:
        yield entry.finish(last=True)


class _Entry:
    """An entry while its lines come in."""

    def __init__(self, first: Line) -> None:
        self.line = first.number
        self.trouble: SetAside | None = None
        self._pieces: list[bytes] = []
        self._size = 0
        self.add(first)

    def add(self, line: Line) -> None:
        """Take one more line, unless the entry is too long already."""
        if self._size > MAX_ENTRY_BYTES:
            return
        self._size += len(line.data)
        if self._size > MAX_ENTRY_BYTES:
            reason = f"an entry of more than {MAX_ENTRY_BYTES >> 20} MiB"
            self.trouble = SetAside(self.line, reason, excerpt_of((self._pieces or [line.data])[0]))
            self._pieces.clear()
        else:
            self._pieces.append(line.data)

    def finish(self, *, last: bool) -> Block | SetAside:
        """Return the whole entry, or why it is none."""
        if self.trouble is not None:
            return self.trouble
        data = b"".join(self._pieces)
        text = decode(data)
        return not_utf8(self.line, data) if text is None else Block(self.line, text, last)
