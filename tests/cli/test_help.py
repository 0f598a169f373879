"""Help answers at once, because it loads nothing, and names every command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from broadsheet import __version__
from broadsheet.cli import COMMANDS

HEAVY = ("fastapi", "starlette", "uvicorn", "sqlalchemy", "tantivy", "jinja2", "orjson", "tqdm", "numpy")
PROBE = """
import sys
from broadsheet.cli import run
status = run(sys.argv[1:])
print("LOADED", *(name for name in {heavy!r} if name in sys.modules))
sys.exit(status)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(heavy=HEAVY), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].split() == ["LOADED"]


def test_help_names_every_command_and_what_it_does(call: Callable[..., Any]) -> None:
    done = call("--help")
    assert done.status == 0
    for name, (_, _, text) in COMMANDS.items():
        assert f"  {name} " in done.out
        assert text in done.out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(call: Callable[..., Any], name: str) -> None:
    done = call(name, "--help")
    assert (done.status, done.err) == (0, "")
    assert f"broadsheet {name}" in done.out
    assert "--data" in done.out or "COMMAND [ARGS]" in done.out


def test_version(call: Callable[..., Any]) -> None:
    assert __version__ in call("--version").out
