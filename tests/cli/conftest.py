"""The program called in this process, and what a folder holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from broadsheet.cli import run


@dataclass(frozen=True)
class Outcome:
    """How a call ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document that was printed; anything else beside it is an error."""
        assert self.status == 0, self
        assert self.err == ""
        return json.loads(self.out)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Run a command on the test's data folder."""
    monkeypatch.setenv("BROADSHEET_DATA", str(folder))

    def call_program(*arguments: object) -> Outcome:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        return Outcome(status, *capsys.readouterr())

    return call_program


@pytest.fixture
def contents() -> Callable[[Path], dict[str, bytes | None]]:
    """Return every file under a folder with its bytes, folders with None."""

    def read(folder: Path) -> dict[str, bytes | None]:
        return {
            str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
            for path in sorted(folder.rglob("*"))
        }

    return read
