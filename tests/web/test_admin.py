"""The operator's page and the numbers: what they show, and to whom."""

from __future__ import annotations

import runpy
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.domain.operations import RunCounts
from broadsheet.settings import Settings
from broadsheet.store import alarms, runs
from broadsheet.store.job_locks import hold_job
from broadsheet.store.set_aside import SetAsideRow, insert_set_aside
from broadsheet.usecases.press_edition import press_edition

_ARXIV = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "usecases" / "invented_arxiv.py")))
DAY = date(2025, 11, 7)


@pytest.fixture
def site(open_site, plain):
    """A site with a past, opened on the machine itself."""
    site = open_site(plain(1), plain(2), settings=Settings(categories="cs.CL"))
    site.client.caller, site.client.host = "127.0.0.1", "127.0.0.1:8765"
    database, now = site.house.database, site.now
    with database.write() as connection:
        done = runs.begin_run(connection, "hub", now - timedelta(hours=1))
        runs.finish_run(connection, done, "done", RunCounts(12, 7, 0, 4, 1), now - timedelta(minutes=59))
        failed = runs.begin_run(connection, "arxiv", now)
        runs.finish_run(connection, failed, "failed", RunCounts(), now, "export.arxiv.org <answered> 503")
        runs.begin_run(connection, "arxiv-rss", now - timedelta(minutes=5))
        alarms.raise_alarm(connection, "feed arxiv-rss cs.CL", "It is <stale>.", now)
        insert_set_aside(connection, [SetAsideRow("hub", 3, "no <title>", "{broken")], now)
    papers = (Announced("2511.00001", "new"), Announced("2511.77777", "new"))
    _ARXIV.announce(database, Announcement("arxiv-listing", "cs.CL", DAY, papers, 2), now)
    press_edition(database, DAY, now)
    return site


def test_the_page_shows_alarms_sources_runs_and_what_was_set_aside(site):
    page = " ".join(site.page("/admin").css_first("main").text().split())
    assert "feed arxiv-rss cs.CL since" in page
    assert "It is <stale>." in page
    assert "export.arxiv.org <answered> 503" in page
    assert "hub:3 no <title> {broken" in page
    assert "2025-11-07: 1 of 2 announced, as of 12:30 ET" in page
    assert "2511.77777" in page
    rows = {row.css_first("th").text(): row for row in site.page("/admin").css("tbody tr") if row.css_first("th")}
    assert set(rows) == {"announcement", "arxiv-listing", "arxiv-rss", "arxiv", "arxiv-oai", "gaps", "hub"}
    assert [cell.text() for cell in rows["hub"].css("td")][1:] == ["done", "2025-11-07 13:30", "12", "7", "1"]
    assert "failed" in rows["arxiv"].text()


def test_a_run_is_interrupted_unless_somebody_is_at_it(site):
    def outcome() -> str:
        rows = site.page("/admin").css("tbody tr")
        (row,) = [row for row in rows if (name := row.css_first("th")) and name.text() == "arxiv-rss"]
        return row.css_first(".outcome").text()

    assert outcome() == "interrupted"
    with hold_job(site.house.wanted().desk.locks, "arxiv-rss"):
        assert outcome() == "running"


def test_an_empty_record_has_a_page_too(open_site):
    site = open_site()
    site.client.caller, site.client.host = "::1", "[::1]:8765"
    page = site.text("/admin")
    assert "None yet." in page
    assert "never" in page


def test_fetching_that_is_off_is_told(open_site):
    site = open_site(settings=Settings(fetch="off"))
    site.client.caller, site.client.host = "127.0.0.1", "127.0.0.1:8765"
    assert "Fetching is off" in site.text("/admin")


@pytest.mark.parametrize("address", ["/admin", "/metrics"])
def test_only_this_machine_may_look(site, address):
    assert site.get(address).status_code == 200
    assert site.get(address).headers["cache-control"] == "no-store"
    assert site.get(address, host="papers.example.org").status_code == 401  # a name that may lead here from elsewhere
    for header in ("x_forwarded_for", "forwarded", "x_real_ip", "via", "x_forwarded_proto", "cf_connecting_ip"):
        assert site.get(address, **{header: "127.0.0.1"}).status_code == 401
    site.client.http_version = "1.0"  # as proxies speak that say nothing else
    assert site.get(address).status_code == 401
    site.client.http_version = "1.1"
    for caller in ("192.0.2.7", "testclient", "", "2001:db8::1"):
        site.client.caller = caller
        answer = site.get(address)
        assert answer.status_code == 401
        assert "Sign in" in answer.text
        assert "2511.77777" not in answer.text


def test_the_numbers(site):
    site.get("/papers/nothing")
    answer = site.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    assert "broadsheet_papers 2" in lines
    assert "broadsheet_indexed_papers 2" in lines
    assert "broadsheet_index_queue 0" in lines
    assert "broadsheet_set_aside 1" in lines
    assert 'broadsheet_alarm{name="feed arxiv-rss cs.CL"} 1' in lines
    assert any(line.startswith('broadsheet_last_run_timestamp_seconds{job="arxiv",outcome="failed"}') for line in lines)
    assert any('{job="arxiv-rss",outcome="interrupted"}' in line for line in lines)
    assert 'broadsheet_last_run_read{job="hub"} 12' in lines
    assert 'broadsheet_requests_total{status="4xx"} 1' in lines
