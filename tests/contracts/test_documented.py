"""What can be set or called stands in the documents."""

from __future__ import annotations

import importlib
import json
import re
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import click
import pytest

from broadsheet.cli import COMMANDS
from broadsheet.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_each_setting_with_its_default(field: Field[Any]) -> None:
    (row,) = [row for row in rows_of_settings() if row.startswith(f"| `{field.name}` |")]
    default = field.default if isinstance(field.default, str | int) else list(field.default)
    assert f"| `{json.dumps(default)}` |" in row
    assert len(row.split("|")[3].strip()) > 5


def test_no_setting_stands_there_that_is_none() -> None:
    assert len(rows_of_settings()) == len(fields(Settings))


def rows_of_settings() -> list[str]:
    text = (DOCS / "settings.md").read_text("utf-8")
    assert "BROADSHEET_" in text
    return [row for row in text.splitlines() if re.match(r"\| `[a-z_]+` \|", row)]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_can_be_loaded_and_is_described(name: str) -> None:
    module, function, line = COMMANDS[name]
    command = getattr(importlib.import_module(f"broadsheet.cli.{module}"), function)
    assert isinstance(command, click.Command)
    assert command.name == name
    assert line.endswith(".")
    text = (DOCS / "commands.md").read_text("utf-8")
    (row,) = [row for row in text.splitlines() if row.startswith(f"| `{name}")]
    for parameter in command.params:
        for option in parameter.opts:
            if option.startswith("--"):
                assert option in (text if option in ("--data", "--json") else row), option
