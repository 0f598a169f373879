"""`broadsheet fetch arxiv`, from the command to the page of a paper, against a real server."""

from __future__ import annotations

import json
import re
import runpy
import socket
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from broadsheet import cli
from broadsheet.domain.errors import SourceFailed
from broadsheet.store.source_cursors import find_cursor
from broadsheet.usecases.load_sample import load_sample_if_empty
from broadsheet.wiring import open_house

_OUTSIDE = runpy.run_path(str(Path(__file__).parents[1] / "sources" / "outside.py"))
world, outside = _OUTSIDE["world"], _OUTSIDE["outside"]
Archive, feed, ERROR_ENTRY = (_OUTSIDE[name] for name in ("Archive", "feed", "ERROR_ENTRY"))
_SERVER = runpy.run_path(str(Path(__file__).parents[1] / "sources" / "arxiv_server.py"))
SINCE = "2026-03-01"


@pytest.fixture(autouse=True)
def settings(monkeypatch, outside, folder):
    """Point the program at the server."""
    monkeypatch.setenv("BROADSHEET_ARXIV_API", f"{outside.address}/api/query")
    monkeypatch.setenv("BROADSHEET_ALLOWED_HOSTS", outside.host)
    monkeypatch.setenv("BROADSHEET_CONTACT", "ops@example.org")
    monkeypatch.setenv("BROADSHEET_DATA", str(folder))
    return monkeypatch


@pytest.fixture
def fetch(world, capsys):
    """Run the command on the simulated clock; returns what it printed."""

    def run(*arguments):
        world_now = world.surroundings()
        cli.cli.main(["fetch", "arxiv", "--since", SINCE, *arguments], standalone_mode=False, obj=world_now)
        return capsys.readouterr()

    return run


def counts(**changes):
    base = {"source": "arxiv", "read": 0, "added": 0, "updated": 0, "unchanged": 0, "set_aside": 0}
    return {**base, "complete": True, "skipped": 0, "announcements": 0, **changes}


def test_papers_come_in_and_can_be_found(outside, fetch, capsys):
    outside.otherwise = Archive(300, per_day=100).give
    assert json.loads(fetch("--json").out) == counts(read=300, added=300, papers=300)
    assert cli.run(["search", "lantern study 42", "--limit", "1", "--json"]) == 0
    [found] = json.loads(capsys.readouterr().out)["results"]
    assert found["paper"]["id"] == "2603.00042"
    assert found["paper"]["sources"] == [{"source": "arxiv", "source_id": "2603.00042", "reason": ""}]


def test_the_same_again_changes_nothing(outside, fetch):
    outside.otherwise = Archive(30).give
    fetch()
    assert json.loads(fetch("--json").out) == counts(read=30, unchanged=30, papers=30)


def test_a_new_version_updates(outside, fetch):
    outside.script.append((200, {}, feed([Archive.entry(1)], 1)))
    outside.script.append((200, {}, feed([Archive.entry(1).replace("watch", "guard").replace("v2<", "v3<")], 1)))
    fetch()
    assert json.loads(fetch("--json").out) == counts(read=1, updated=1, papers=1)


def test_in_words(outside, fetch):
    outside.otherwise = Archive(30).give
    printed = fetch("--limit", "20")
    assert printed.out == "Read 20 from arxiv: 20 added, 0 updated, 0 unchanged, 0 set aside. 20 papers in all.\n"
    assert printed.err == "There are more: give a higher --limit.\n"


def test_the_categories_of_the_settings(outside, fetch):
    outside.otherwise = Archive(1).give
    fetch()
    assert outside.asked[0].query["search_query"].startswith("(cat:cs.CL OR cat:cs.LG OR cat:cs.CV OR cat:cs.AI) AND")
    assert outside.asked[0].headers["User-Agent"].endswith("(+mailto:ops@example.org)")


def test_the_categories_that_are_asked_for(outside, fetch):
    outside.otherwise = Archive(1).give
    fetch("--category", "hep-th", "--category", "cs.CL", "--category", "hep-th")
    assert outside.asked[0].query["search_query"].startswith("(cat:hep-th OR cat:cs.CL) AND")


def test_without_a_day_three_days_back(outside, folder, world):
    archive = Archive(0)
    today = datetime.now(UTC).date()
    archive.entries = [Archive.entry(1), Archive.entry(2).replace("2026-03-04", "1999-01-01")]
    archive.entries[0] = archive.entries[0].replace("2026-03-04", today.isoformat())
    outside.otherwise = archive.give
    cli.cli.main(["fetch", "arxiv"], standalone_mode=False, obj=world.surroundings())
    house = open_house(folder)
    try:
        with house.database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM papers").scalar_one() == 1
    finally:
        house.close()


def test_a_plain_fetch_goes_on_where_the_last_one_ended_and_a_special_one_does_not_move_it(outside, world, folder):
    archive = Archive(0)
    outside.otherwise = archive.give
    today = datetime.now(UTC)
    archive.entries = [Archive.entry(n, today - timedelta(days=n)) for n in range(30)]
    arxiv = ["fetch", "arxiv"]
    for arguments in (arxiv, arxiv, [*arxiv, "--since", "2020-01-01"], [*arxiv, "--category", "hep-th"]):
        cli.cli.main(arguments, standalone_mode=False, obj=world.surroundings())
        house = open_house(folder)
        with house.database.read() as connection:
            cursor = find_cursor(connection, "arxiv")
        house.close()
        since = re.search("[0-9]{12}", outside.asked[-1].query["search_query"])[0]
        if "--since" in arguments:
            assert since == "202001010000"
        else:
            assert since == f"{today - timedelta(days=3):%Y%m%d}0000"
        assert f'"floor":"{today - timedelta(days=3):%Y%m%d}0000"' in cursor
    assert [asked.query["sortOrder"] for asked in outside.asked] == ["ascending"] * 4


def test_the_sample_makes_room(outside, fetch, house):
    sample = load_sample_if_empty(house.database, house.index, house.today(), house.clock())
    house.close()
    outside.otherwise = Archive(5).give
    assert f"The built-in sample ({sample:,} papers) has made room." in fetch().out


def test_where_nothing_came_the_sample_stays(outside, fetch, house):
    sample = load_sample_if_empty(house.database, house.index, house.today(), house.clock())
    house.close()
    outside.script.append((200, {}, feed([Archive.entry(1).replace("2603.00001v2", "unknown")], 1)))
    assert json.loads(fetch("--json").out) == counts(read=1, set_aside=1, papers=sample)


def test_bad_entries_are_set_aside_once(outside, fetch, capsys):
    bad = feed([Archive.entry(1).replace("2603.00001v2", "unknown"), Archive.entry(2)], 2)
    outside.script += [(200, {}, bad), (200, {}, bad)]
    printed = fetch()
    assert "1 set aside" in printed.out and "doctor --set-aside" in printed.err
    fetch()
    assert cli.run(["doctor", "--set-aside", "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert (row["file"], row["reason"]) == ("arxiv", "no arXiv id in 'http://arxiv.org/abs/unknown'")


def test_what_came_before_a_failure_is_in_and_found(outside, fetch, capsys):
    archive = Archive(300, per_day=100)
    outside.otherwise = lambda asked: archive.give(asked) if len(outside.asked) == 1 else (404, {}, b"")
    with pytest.raises(SourceFailed, match=r"404 Not Found.*what is here stays.* 200 papers had come in before\."):
        fetch("--json")
    assert capsys.readouterr().out == ""
    assert cli.run(["search", "lantern", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["count"] == 200


def test_no_connection(fetch, settings, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        host = f"127.0.0.1:{taken.getsockname()[1]}"
    settings.setenv("BROADSHEET_ARXIV_API", f"http://{host}/api/query")
    settings.setenv("BROADSHEET_ALLOWED_HOSTS", host)
    message = (
        rf"^arXiv could not be reached \({host}: connection refused; 4 tries\): what is here stays, try again later\.$"
    )
    with pytest.raises(SourceFailed, match=message):
        fetch()


def test_a_failure_is_one_line_and_status_1(outside, capsys):
    outside.script.append((200, {}, feed([ERROR_ENTRY], 1)))
    assert cli.run(["fetch", "arxiv", "--json"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("broadsheet: arXiv refused the search") and printed.err.count("\n") == 1


def test_a_private_address_that_is_not_allowed(settings, outside, capsys):
    settings.setenv("BROADSHEET_ALLOWED_HOSTS", "")
    assert cli.run(["fetch", "arxiv"]) == 1
    assert f"add {outside.host} to the setting allowed_hosts" in capsys.readouterr().err
    assert outside.asked == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fetch", "nowhere"], "no source 'nowhere'; the sources are arxiv, arxiv-oai"),
        (["fetch", "arxiv-rss", "--limit", "3"], "arxiv-rss gives all it has: leave out --limit"),
        (["fetch"], "SOURCE"),
        (["fetch", "arxiv", "--since", "yesterday"], "yesterday"),
        (["fetch", "arxiv", "--limit", "0"], "--limit"),
        (["fetch", "arxiv", "--category", "cs.CL OR all:x"], "no category of arXiv"),
    ],
)
def test_used_wrongly(arguments, words, outside, capsys):
    assert cli.run(arguments) == 2
    assert words in capsys.readouterr().err
    assert outside.asked == []


@pytest.mark.parametrize(("name", "value"), [("CONTACT", "two words"), ("ALLOWED_HOSTS", "no-port")])
def test_settings_that_cannot_be(name, value, settings, capsys):
    settings.setenv(f"BROADSHEET_{name}", value)
    assert cli.run(["fetch", "arxiv"]) == 1
    assert name.lower() in capsys.readouterr().err


@pytest.mark.parametrize("source", ["arxiv", "arxiv-oai", "arxiv-rss", "arxiv-listing"])
def test_every_source_by_its_name(source, settings, world, capsys):
    archive = _SERVER["Archive"]()
    archive.invent(date(2026, 2, 23), date(2026, 3, 4), per_day=9)
    doomed = archive.add(datetime(2026, 2, 24, tzinfo=UTC))
    doomed.deleted_on = date(2026, 3, 3)
    server = _SERVER["ArxivServer"](archive, lambda: world.time)
    for name in ("api", "oai", "rss", "listing"):
        settings.setenv(f"BROADSHEET_ARXIV_{name.upper()}", getattr(server, name))
    settings.setenv("BROADSHEET_ALLOWED_HOSTS", server.host)
    since = ["--since", "2026-02-23"]
    try:
        arguments = ["fetch", source, "--category", "cs.CL", *since, "--json"]
        cli.cli.main(arguments, standalone_mode=False, obj=world.surroundings())
    finally:
        server.close()
    document = json.loads(capsys.readouterr().out)
    assert document["source"] == source and document["complete"]
    today = sum(bool(paper.kind_on(date(2026, 3, 4), "cs.CL")) for paper in archive.papers.values())
    announced = {"arxiv-rss": 1, "arxiv-listing": 5}.get(source, 0)  # a feed has no day before, a listing has four
    assert document["read"] == today if announced == 1 else document["read"] > today > 3
    assert (document["announcements"], document["skipped"]) == (announced, int(source == "arxiv-oai"))


def test_the_command_is_in_the_help(capsys):
    assert cli.run(["--help"]) == 0
    assert "fetch" in capsys.readouterr().out
