"""A folder that cannot be used: one line on standard error, exit status 1 or 2, nothing changed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

COMMANDS: dict[str, list[str]] = {
    "up": ["up", "--port", "0"],
    "search": ["search", "lamp"],
    "doctor": ["doctor"],
    "edition": ["edition"],
}


def newer(folder: Path) -> None:
    with sqlite3.connect(folder / "broadsheet.sqlite") as connection:
        connection.execute("INSERT INTO migrations VALUES (999, 'from the future', '2030-01-01')")
    connection.close()


def foreign(folder: Path) -> None:
    (folder / "broadsheet.sqlite").unlink()
    with sqlite3.connect(folder / "broadsheet.sqlite") as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE papers (name TEXT)")
        connection.execute("INSERT INTO papers VALUES ('of another program')")
    connection.close()


def settings(text: bytes) -> Callable[[Path], Any]:
    return lambda folder: (folder / "settings.toml").write_bytes(text)


HARMS: dict[str, Callable[[Path], Any]] = {
    "newer": newer,
    "foreign": foreign,
    "no database": lambda folder: (folder / "broadsheet.sqlite").write_bytes(b"Dear harbour, " * 999),
    "cut": lambda folder: (folder / "broadsheet.sqlite").write_bytes(
        (folder / "broadsheet.sqlite").read_bytes()[:5_000]
    ),
    "database is a folder": lambda folder: (folder / "broadsheet.sqlite").rename(folder / "b") and
    (folder / "broadsheet.sqlite").mkdir(),
    "settings: no TOML": settings(b"port = = 1"),
    "settings: no text": settings(b"title = '\xff\xfe'"),
    "settings: unknown": settings(b"lamp = 'lit'"),
    "settings: wrong kind": settings(b"port = 'harbour'"),
    "settings: out of bounds": settings(b"port = 99999"),
    "settings: no zone": settings(b"timezone = 'Sea/Lamp'"),
    "settings: a folder": lambda folder: (folder / "settings.toml").mkdir(),
}  # fmt: skip


def check_told(status: int, out: str, err: str) -> None:
    assert status in (1, 2), (out, err)
    assert "Traceback" not in err
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("broadsheet: ")


@pytest.mark.parametrize("command", ["doctor", "up"])
@pytest.mark.parametrize("harm", HARMS)
def test_every_harm_is_told_and_left(
    call: Callable[..., Any],
    contents: Callable[[Path], Any],
    folder: Path,
    harm: str,
    command: str,
    environment: dict[str, str],
) -> None:
    assert call("doctor").status == 0
    HARMS[harm](folder)
    before = contents(folder)
    if command == "up":
        done = start(["up", "--data", str(folder), "--port", "0"], environment)
        check_told(done.returncode, done.stdout, done.stderr)
    else:
        found = call(*COMMANDS[command])
        check_told(found.status, found.out, found.err)
    assert contents(folder) == before


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("where", ["under a file", "in /proc"])
def test_a_folder_that_cannot_be_made(
    call: Callable[..., Any], tmp_path: Path, command: str, where: str, environment: dict[str, str]
) -> None:
    (tmp_path / "letter").write_text("dear")
    folder = tmp_path / "letter" / "data" if where == "under a file" else Path("/proc/broadsheet/data")
    arguments = [*COMMANDS[command], "--data", str(folder)]
    if command == "up":
        done = start(arguments, environment)
        check_told(done.returncode, done.stdout, done.stderr)
    else:
        found = call(*arguments)
        check_told(found.status, found.out, found.err)
    assert (tmp_path / "letter").read_text() == "dear"
    assert not Path("/proc/broadsheet").exists()


def start(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "broadsheet", *arguments],
        capture_output=True, text=True, env=environment, timeout=60, check=False,
    )  # fmt: skip
