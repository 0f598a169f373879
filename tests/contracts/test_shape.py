"""Small files, short functions, rooms with names that say something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import broadsheet

PACKAGE = Path(broadsheet.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
BARRED = {"utils", "util", "helpers", "helper", "common", "manager", "service", "services", "base", "misc"}
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 300, 40


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 30


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file(path: Path) -> None:
    text = path.read_text("utf-8")
    assert path.stem not in BARRED
    assert path.parent.name not in BARRED
    assert len(text.splitlines()) <= MOST_LINES
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says what it owns"
    for function in functions(tree):
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert lines <= MOST_LINES_OF_A_FUNCTION, f"{function.name} has {lines} lines"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_settings_reads_the_environment_and_only_doors_the_time(path: Path) -> None:
    text = path.read_text("utf-8")
    inside = path.relative_to(PACKAGE).parts[0]
    if inside != "settings.py":
        assert "os.environ" not in text
        assert "getenv" not in text
    if inside not in ("web", "cli", "worker.py", "wiring.py"):
        for clock in ("datetime.now(", "utcnow(", "date.today(", "time.time("):
            assert clock not in text, clock


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_sql_lives_in_the_store(path: Path) -> None:
    if path.relative_to(PACKAGE).parts[0] != "store":
        imported = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            for name in (
                [alias.name for alias in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            )
        }  # fmt: skip
        assert "sqlite3" not in imported
        assert not re.search(r"from sqlalchemy import (?!Connection$)|import sqlalchemy", path.read_text("utf-8"), re.M)
