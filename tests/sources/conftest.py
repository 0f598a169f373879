"""What the readers' tests share: a file with given content, read."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from broadsheet.domain.paper import Record
from broadsheet.sources.files import read_file
from broadsheet.sources.reading import ReadOptions, SetAside


@dataclass(frozen=True)
class Read:
    """What came out of a file."""

    records: list[Record]
    asides: list[SetAside]

    @property
    def titles(self) -> list[str]:
        return [record.title for record in self.records]

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(aside.line, aside.reason) for aside in self.asides]

    @property
    def only(self) -> Record:
        assert len(self.records) == 1, self
        assert self.asides == []
        return self.records[0]


ReadContent = Callable[..., Read]


@pytest.fixture
def read(tmp_path: Path) -> ReadContent:
    """Write content to a file whose name says nothing, and read it."""

    def read_content(
        content: str | bytes, options: ReadOptions | None = None, *, zipped: bool = False, cut: int = 0
    ) -> Read:
        data = content.encode() if isinstance(content, str) else content
        data = gzip.compress(data) if zipped else data
        path = tmp_path / "some-file"
        path.write_bytes(data[: len(data) - cut])
        items = list(read_file(path, options or ReadOptions()))
        return Read(
            [item for item in items if isinstance(item, Record)],
            [item for item in items if isinstance(item, SetAside)],
        )

    return read_content
