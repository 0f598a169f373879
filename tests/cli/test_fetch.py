"""`broadsheet fetch arxiv`, from the command to the page of a paper, against a real server."""

from __future__ import annotations

import json
import runpy
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadsheet import cli
from broadsheet.domain.errors import SourceFailed
from broadsheet.usecases.load_sample import load_sample_if_empty
from broadsheet.wiring import open_house

_OUTSIDE = runpy.run_path(str(Path(__file__).parents[1] / "sources" / "outside.py"))
world, outside = _OUTSIDE["world"], _OUTSIDE["outside"]
Archive, feed, ERROR_ENTRY = (_OUTSIDE[name] for name in ("Archive", "feed", "ERROR_ENTRY"))
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
    return {**base, "complete": True, **changes}


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
    assert printed.err == "There are more: give a higher --limit, a later --since or fewer categories.\n"


def test_the_categories_of_the_settings(outside, fetch):
    outside.otherwise = Archive(1).give
    fetch()
    assert outside.asked[0].query["search_query"] == "cat:cs.CL OR cat:cs.LG OR cat:cs.CV OR cat:cs.AI"
    assert outside.asked[0].headers["User-Agent"].endswith("(+mailto:ops@example.org)")


def test_the_categories_that_are_asked_for(outside, fetch):
    outside.otherwise = Archive(1).give
    fetch("--category", "hep-th", "--category", "cs.CL", "--category", "hep-th")
    assert outside.asked[0].query["search_query"] == "cat:hep-th OR cat:cs.CL"


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
    outside.otherwise = lambda asked: archive.give(asked) if asked.query["start"] == "0" else (404, {}, b"")
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
        (["fetch", "nowhere"], "'nowhere' is not"),
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


def test_the_command_is_in_the_help(capsys):
    assert cli.run(["--help"]) == 0
    assert "fetch" in capsys.readouterr().out
