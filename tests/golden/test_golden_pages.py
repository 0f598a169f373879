"""Whole pages, compared with those that were last looked at; BROADSHEET_REWRITE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.web.app import make_app

_HERE = Path(__file__).parent
_WEB = _HERE.parent / "web"
_INVENTED = SimpleNamespace(**runpy.run_path(str(_WEB / "invented_papers.py")))
_CLIENT = SimpleNamespace(**runpy.run_path(str(_WEB / "asgi_client.py")))

PAGES = {
    "front.html": "/",
    "empty_day.html": "/papers/date/2025-11-06",
    "week.html": "/papers/week/2025-W45",
    "trending.html": "/papers/trending",
    "search.html": "/papers?q=rivers+%3Cb%3E",
    "paper.html": "/papers/2511.00101",
    "similar.html": "/papers/2511.00101/similar",
    "not_found.html": "/papers/nothing",
    "not_found.json": "/papers/nothing.json",
    "paper.md": "/papers/2511.00101.md",
    "paper.bib": "/papers/2511.00101.bib",
    "paper.ris": "/papers/2511.00101.ris",
    "paper.csl.json": "/papers/2511.00101.csl.json",
    "paper.json": "/papers/2511.00101.json",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The application over calm papers, at a fixed time."""
    house = _INVENTED.open_filled_house(tmp_path_factory.mktemp("golden"), _INVENTED.CALM)
    client = _CLIENT.AsgiClient(make_app(house))
    yield client
    client.close()
    house.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_it_was_last_looked_at(client, name):
    text = client.request("GET", PAGES[name]).content.decode()
    text = re.sub(r"\?v=[0-9a-f]{10}", "?v=VERSION", text)
    path = _HERE / "pages" / name
    if os.environ.get("BROADSHEET_REWRITE_GOLDEN") == "1":
        path.write_text(text, "utf-8", newline="")
    assert path.exists(), f"write {path} with BROADSHEET_REWRITE_GOLDEN=1 and look at it"
    assert text == path.read_bytes().decode()


def test_no_page_is_kept_that_nothing_asks_for():
    assert {path.name for path in (_HERE / "pages").iterdir()} == set(PAGES)
