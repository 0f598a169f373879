"""schemathesis asks our own API what its OpenAPI document says may be asked, and judges every answer by it."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.settings import Settings
from broadsheet.web.app import make_app

SECONDS = 300
_HERE = Path(__file__).parent
INVENTED = SimpleNamespace(**runpy.run_path(str(_HERE.parent / "web" / "invented_papers.py")))
LOOPBACK = SimpleNamespace(**runpy.run_path(str(_HERE / "loopback.py")))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site over calm and hostile papers, to which nothing can be added: nothing outside is asked."""
    settings = Settings(timezone="UTC", adding="nobody")
    house = INVENTED.open_filled_house(
        tmp_path_factory.mktemp("schema"), (*INVENTED.CALM, *INVENTED.HOSTILE), lambda: INVENTED.NOW, settings
    )
    with LOOPBACK.served(make_app(house)) as address:
        yield address
    house.close()


@pytest.mark.skipif(find_spec("schemathesis") is None, reason="schemathesis is not installed")
def test_every_answer_is_as_the_document_says(address: str, tmp_path: Path) -> None:
    command = [
        sys.executable, "-c", "import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())",
        "run", f"{address}/api/v1/openapi.json", "--seed", "20251107", "--generation-deterministic",
        "--max-examples", "15", "--workers", "1", "--no-color",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
