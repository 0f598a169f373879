"""`broadsheet mcp` where the SDK is missing or too old."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("lacking", ["mcp", "mcp_types"])
def test_without_the_extra_a_sentence_says_how_to_get_it(
    lacking: str, folder: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / f"{lacking}.py").write_text(f"raise ModuleNotFoundError('no {lacking}', name='{lacking}')\n")
    path = f"{tmp_path}:{environment['PYTHONPATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "broadsheet", "mcp", "--data", str(folder)],
        capture_output=True, text=True, env={**environment, "PYTHONPATH": path}, input="", timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1 and "pip install 'broadsheet[mcp]'" in done.stderr
    assert not folder.exists()


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "broadsheet", "mcp", "--data", str(tmp_path / "typo")],
        capture_output=True, text=True, env=environment, input="", timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "There is no folder" in done.stderr
    assert not (tmp_path / "typo").exists()
