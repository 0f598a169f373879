"""Whole pages, compared with those that were last looked at; BROADSHEET_REWRITE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
import re
import runpy
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.domain.calendar import announced_at
from broadsheet.domain.operations import RunCounts
from broadsheet.settings import Settings
from broadsheet.store import alarms, runs
from broadsheet.store.facts import set_fact
from broadsheet.store.set_aside import SetAsideRow, insert_set_aside
from broadsheet.usecases.press_edition import press_edition
from broadsheet.usecases.site_secret import SECRET
from broadsheet.web.app import make_app

_HERE = Path(__file__).parent
_WEB = _HERE.parent / "web"
_INVENTED = SimpleNamespace(**runpy.run_path(str(_WEB / "invented_papers.py")))
_ARXIV = SimpleNamespace(**runpy.run_path(str(_HERE.parent / "usecases" / "invented_arxiv.py")))
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
    "paper.csv": "/papers/2511.00101.csv",
    "paper.json": "/papers/2511.00101.json",
    "trending.atom": "/papers/trending.atom",
    "trending.rss": "/papers/trending.rss",
    "trending.feed.json": "/papers/trending.feed.json",
    "trending.bib": "/papers/trending.bib",
    "trending.ris": "/papers/trending.ris",
    "trending.csv": "/papers/trending.csv",
    "edition.md": "/papers/date/2025-11-07.md",
    "category.html": "/papers/category/cs.LG",
    "feeds.html": "/feeds",
    "feeds.opml": "/feeds.opml",
    "llms.txt": "/llms.txt",
}


# Of a site that fetches: an edition with its late paper, and the operator's page.
FETCHED = {"complete_edition.html": "/papers/date/2025-11-07", "admin.html": "/admin"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The application over calm papers, at a fixed time."""
    house = _INVENTED.open_filled_house(tmp_path_factory.mktemp("golden"), _INVENTED.CALM)
    client = _CLIENT.AsgiClient(make_app(house))
    yield client
    client.close()
    house.close()


@pytest.fixture(scope="module")
def fetching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The application over an edition that was announced and pressed, with a past of runs and faults."""
    now = _INVENTED.NOW
    settings = Settings(timezone="UTC", categories="cs.CL cs.LG", sources="arxiv-listing arxiv-rss arxiv")
    moments = [now]
    house = _INVENTED.open_filled_house(tmp_path_factory.mktemp("fetching"), (), lambda: moments[-1], settings)
    day = now.date()
    moments.append(announced_at(day) + timedelta(minutes=65))
    _INVENTED.take_in(house, [_INVENTED.plain(n, None, arxiv_id=f"2511.0000{n}") for n in (1, 2)])
    for category, numbers in {"cs.CL": (1, 2), "cs.LG": (2, 3)}.items():
        papers = tuple(Announced(f"2511.0000{n}", "new" if category == "cs.CL" or n == 3 else "cross") for n in numbers)
        _ARXIV.announce(house.database, Announcement("arxiv-listing", category, day, papers, 2), moments[-1])
    press_edition(house.database, day, moments[-1])
    moments.append(now)
    _INVENTED.take_in(house, [_INVENTED.plain(3, None, arxiv_id="2511.00003")])
    press_edition(house.database, day, now)
    with house.database.write() as connection:
        set_fact(connection, SECRET, "golden")
        for job, minutes, outcome in (
            ("arxiv-listing", 60, "done"),
            ("arxiv", 58, "failed"),
            ("announcement", 61, "done"),
        ):
            begun = now - timedelta(minutes=minutes)
            run = runs.begin_run(connection, job, begun)
            told = "arXiv could not be reached (export.arxiv.org answered 503 Service Unavailable; 4 tries)."
            detail = told if outcome == "failed" else ""
            runs.finish_run(connection, run, outcome, RunCounts(4, 1, 0, 2, 1), begun + timedelta(seconds=7), detail)
        runs.begin_run(connection, "arxiv-rss", now - timedelta(hours=2))
        alarms.raise_alarm(connection, "source arxiv", "arxiv failed 3 times in a row: answered 503.", now)
        insert_set_aside(connection, [SetAsideRow("arxiv-listing", 0, "no arXiv id in '/abs/lamp'", "[12]")], now)
    client = _CLIENT.AsgiClient(make_app(house))
    client.caller, client.host = "127.0.0.1", "localhost"
    yield client
    client.close()
    house.close()


@pytest.mark.parametrize("name", [*PAGES, *FETCHED])
def test_a_page_is_as_it_was_last_looked_at(client, fetching, name):
    site, address = (client, PAGES[name]) if name in PAGES else (fetching, FETCHED[name])
    text = site.request("GET", address).content.decode()
    text = re.sub(r"\?v=[0-9a-f]{10}", "?v=VERSION", text)
    path = _HERE / "pages" / name
    if os.environ.get("BROADSHEET_REWRITE_GOLDEN") == "1":
        path.write_text(text, "utf-8", newline="")
    assert path.exists(), f"write {path} with BROADSHEET_REWRITE_GOLDEN=1 and look at it"
    assert text == path.read_bytes().decode()


def test_no_page_is_kept_that_nothing_asks_for():
    assert {path.name for path in (_HERE / "pages").iterdir()} == {*PAGES, *FETCHED}
