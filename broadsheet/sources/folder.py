"""A watched folder: files of references that people or programs drop there are read once, and again when they change.

What is hidden, half downloaded or still being written waits for the next time; what a link leads to outside the
folder is not read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from stat import S_ISREG

from broadsheet.domain.errors import NotFound, SourceFailed
from broadsheet.sources.cursors import cursor_of, marks_from
from broadsheet.sources.files import read_file
from broadsheet.sources.lanes import Lane
from broadsheet.sources.protocol import Slice
from broadsheet.sources.reading import Item, SetAside

LANE: Lane | None = None  # nobody is asked
MOST_FILES = 10_000
ITEMS_A_SLICE = 1_000
STILL_SECONDS = 2.0
ENDINGS = (".bib", ".bibtex", ".ris", ".json", ".jsonl", ".ndjson")


class FolderSource:
    """The files below `folder` that end in one of ENDINGS, gzipped or not.

    The cursor holds the size and time of each file that was read.
    """

    name = "folder"

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._clock = clock

    def fetch_since(self, cursor: str) -> Iterator[Slice]:
        """Yield what new and changed files hold, file by file; raises SourceFailed where the folder is not there."""
        present = self._settled()
        known = marks_from(cursor)
        marks = {name: mark for name, mark in known.items() if name in present}
        for name, mark in present.items():
            if marks.get(name) == mark:
                continue
            items = self._read(name)
            batch = tuple(islice(items, ITEMS_A_SLICE))
            while following := tuple(islice(items, ITEMS_A_SLICE)):
                yield Slice(batch, cursor_of(marks))
                batch = following
            # A file that could not be opened is tried again next time.
            if not (len(batch) == 1 and isinstance(batch[0], _NotOpened)):
                marks[name] = mark
            yield Slice(batch, cursor_of(marks))
        yield Slice((), cursor_of(marks), is_last=True)

    def _read(self, name: str) -> Iterator[Item]:
        shown = name.encode("utf-8", "replace").decode()
        try:
            for item in read_file(self._folder / name):
                if isinstance(item, SetAside):
                    item = SetAside(item.line, f"{shown}: {item.reason}", item.excerpt)
                yield item
        except (SourceFailed, NotFound) as error:
            yield _NotOpened(0, str(error).encode("utf-8", "replace").decode())

    def _settled(self) -> dict[str, str]:
        """Return the files that may be read, by name within the folder, each with its size and time."""
        if not self._folder.is_dir():
            raise SourceFailed(f"There is no folder {self._folder}: make it, or change the setting watched_folder.")
        now, root = self._clock().timestamp(), self._folder.resolve()
        found: dict[str, str] = {}
        for parent, folders, names in os.walk(root):  # which follows no link to a folder
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                mark = _mark(Path(parent, name), root, now)
                if mark is not None:
                    found[str(Path(parent, name).relative_to(root))] = mark
            if len(found) > MOST_FILES:
                raise SourceFailed(
                    f"The folder {self._folder} holds more than {MOST_FILES:,} files: move those that were read away."
                )
        return found


class _NotOpened(SetAside):
    """A file that could not be opened."""


def _mark(path: Path, root: Path, now: float) -> str | None:
    """Return size and time of a file that may be read, else None."""
    if path.name.startswith(".") or not path.name.lower().removesuffix(".gz").endswith(ENDINGS):
        return None
    try:
        facts = path.stat()
        if not path.resolve().is_relative_to(root) or not S_ISREG(facts.st_mode):
            return None
    except (OSError, RuntimeError):
        return None  # a link that leads nowhere, or a file that went away meanwhile
    if abs(now - facts.st_mtime) < STILL_SECONDS:
        return None
    return f"{facts.st_size}-{facts.st_mtime_ns}"
