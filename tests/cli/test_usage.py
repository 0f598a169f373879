"""Used wrongly: one line on standard error that says what to do, exit status 2, nothing made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def one_line(done: Any, status: int) -> str:
    assert done.status == status, done
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert line.startswith("broadsheet: ")
    assert "Traceback" not in line
    return str(line)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing-of-the-kind"],
        ["--nothing"],
        ["search"],
        ["search", "x", "--limit", "0"],
        ["search", "x", "--limit", "many"],
        ["search", "x", "--mode", "magic"],
        ["similar"],
        ["edition", "--format", "stone"],
        ["import"],
        ["import", "x", "--format", "stone"],
        ["import", "x", "--saved-on", "yesterday"],
        ["export"],
        ["up", "--port", "70000"],
        ["up", "--port", "http"],
    ],
)
def test_wrong_use(call: Callable[..., Any], arguments: list[str], folder: Path) -> None:
    one_line(call(*arguments), 2)
    assert not folder.exists()


@pytest.mark.parametrize("day", ["2025-02-30", "tomorrow", "2025-W60", "2025-13", "2025-1-1", ""])
def test_a_date_that_is_none(call: Callable[..., Any], day: str) -> None:
    assert "for example" in one_line(call("edition", day), 2)


def test_what_is_not_there(call: Callable[..., Any], tmp_path: Path) -> None:
    assert "absent.bib" in one_line(call("import", tmp_path / "absent.bib"), 1)
    one_line(call("similar", "2603.00001"), 1)


def test_a_data_folder_that_is_a_file(call: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear")
    assert one_line(call("doctor", "--data", tmp_path / "letter"), 2)
    assert (tmp_path / "letter").read_text() == "dear"


def test_without_a_command(call: Callable[..., Any]) -> None:
    assert len(one_line(call(), 2)) < 100


def test_an_answer_on_several_lines_is_told_on_one(call: Callable[..., Any], tmp_path: Path) -> None:
    one_line(call("import", tmp_path / "no\nsuch\nfile"), 1)
