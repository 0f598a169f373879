"""The Hub's own client and command, unchanged, against our server: every field is what the record says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from broadsheet.domain.days import parse_period
from broadsheet.domain.paper import Paper
from broadsheet.render.citations import markdown
from broadsheet.sources.hub import read_hub_item
from broadsheet.usecases.read_papers import read_edition, read_paper, read_trending, search_papers
from broadsheet.wiring import House

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
hub = pytest.importorskip("huggingface_hub")
errors = pytest.importorskip("huggingface_hub.errors")
DAY, WEEK, MONTH = "2025-11-05", "2025-W45", "2025-11"


@pytest.fixture(scope="module")
def api(address: str) -> Any:
    return hub.HfApi(endpoint=address, token=False)


def moment(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None


def link(paper: Paper, kind: str) -> str | None:
    return next((one.url for one in paper.content.links if one.kind == kind), None)


def check(info: Any, paper: Paper, entered_on: date | None = None) -> None:
    """Compare every field that the client knows with the record."""
    content = paper.content
    entered_on = entered_on or content.edition_on
    assert info.id == paper.id
    assert [author.name for author in info.authors or []] == list(content.authors)
    assert info.published_at == moment(content.published_on or entered_on)
    assert info.submitted_at == moment(entered_on or content.published_on)
    assert (info.title, info.summary) == (content.title, content.abstract)
    assert (info.upvotes, info.comments) == (paper.upvotes, paper.comments)
    assert info.discussion_id == paper.id
    assert info.source == paper.sources[0].source
    assert info.submitted_by.username == paper.sources[0].source
    assert info.submitted_by.fullname
    assert (info.ai_summary or "", info.ai_keywords) == (content.summary, list(content.keywords))
    assert (info.organization.fullname if info.organization else "") == content.organization
    assert (info.organization.name if info.organization else "") == content.organization
    assert (info.github_repo, info.project_page) == (link(paper, "code"), link(paper, "project"))
    assert info.github_stars is None


def check_all(infos: Any, papers: list[Paper], entered_on: date | None = None) -> None:
    infos = list(infos)
    assert [info.id for info in infos] == [paper.id for paper in papers]
    for info, paper in zip(infos, papers, strict=True):
        check(info, paper, entered_on)


def edition(house: House, kind: str, name: str) -> list[Paper]:
    entries = read_edition(house.database, parse_period(kind, name), 1_000).listing.entries
    assert len(entries) > 5
    return [entry.paper for entry in entries]


def test_a_day_a_week_and_a_month(api: Any, house: House) -> None:
    check_all(api.list_daily_papers(date=DAY), edition(house, "day", DAY), date(2025, 11, 5))
    check_all(api.list_daily_papers(week=WEEK, limit=100), edition(house, "week", WEEK))
    check_all(api.list_daily_papers(month=MONTH, limit=100), edition(house, "month", MONTH))


def test_trending_is_as_on_our_page(api: Any, house: House) -> None:
    trending = [entry.paper for entry in read_trending(house.database, 50).entries]
    check_all(api.list_daily_papers(sort="trending"), trending)


def test_all_days_paged_to_the_end(api: Any, house: House) -> None:
    pages = [list(api.list_daily_papers(p=p, limit=7)) for p in range(6)]
    assert [len(page) for page in pages] == [7, 7, 7, 7, 6, 0]
    found = [info for page in pages for info in page]
    assert len({info.id for info in found}) == 34
    days = [info.submitted_at for info in found]
    assert days == sorted(days, reverse=True)
    for info in found:
        check(info, read_paper(house.database, info.id))


def test_by_who_brought_them(api: Any) -> None:
    brought = {name: len(list(api.list_daily_papers(submitter=name, limit=100))) for name in ("hub", "bibtex", "x")}
    assert brought == {"hub": 31, "bibtex": 1, "x": 0}
    assert len(list(api.list_daily_papers(submitter="hub", date=DAY, sort="trending"))) == 8


def test_search(api: Any, house: House) -> None:
    found = search_papers(house.database, house.index, "gardens of plot 12", 100, house.models).listing
    check_all(api.list_papers(query="gardens of plot 12", limit=100), [entry.paper for entry in found.entries])
    assert len(list(api.list_papers(query="gardens"))) == 20
    assert len(list(api.list_papers())) == 20
    assert list(api.list_papers(query="xyzzyq")) == []


def test_matched_words_are_marked(api: Any, house: House) -> None:
    (info,) = api.list_papers(query='"Slow Rivers" stones', limit=1)
    for pieces, text in ((info.highlightedTitle, info.title), (info.highlightedSummary, info.summary)):
        assert "".join(piece["text"] for piece in pieces) == text
        assert {piece["type"] for piece in pieces} == {"text", "highlight"}
    assert [p["text"] for p in info.highlightedTitle if p["type"] == "highlight"] == ["Slow", "Rivers"]
    assert "stones" in [p["text"] for p in info.highlightedSummary if p["type"] == "highlight"]


@pytest.mark.parametrize("paper_id", ["2511.00101", "hep-th/9901001", "10.1000/182/barley(2025)"])
def test_one_paper_and_its_text(api: Any, house: House, paper_id: str) -> None:
    paper = read_paper(house.database, paper_id)
    info = api.paper_info(paper_id)
    check(info, paper)
    assert (info.linked_models, info.num_total_models, info.linked_spaces) == ([], 0, [])
    assert api.read_paper(paper_id) == markdown(paper)


def test_what_it_gives_our_own_source_reads_back(address: str, house: House) -> None:
    with hub.utils.get_session().stream("GET", f"{address}/api/daily_papers", params={"limit": 100}) as answer:
        items = json.loads(answer.read())
    for item in items:
        record, content = read_hub_item(item), read_paper(house.database, item["paper"]["id"]).content
        assert (record.title, record.abstract, record.summary) == (content.title, content.abstract, content.summary)
        assert (record.authors, record.organization) == (content.authors, content.organization)
        assert (record.published_on, record.edition_on) == (content.published_on, content.edition_on)
        assert (record.keywords, record.upvotes) == (content.keywords, content.upvotes)
        assert record.comments == content.comments


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"date": "2025-13-01"}, "date"),
        ({"week": "2025-11"}, "week"),
        ({"month": "November"}, "month"),
        ({"limit": 101}, "limit must be a whole number from 1 to 100"),
        ({"limit": 0}, "limit must be"),
        ({"p": -1}, "page number p"),
        ({"sort": "votes"}, "sort must be publishedAt or trending"),
    ],
)
def test_wrong_values_are_named(api: Any, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(errors.BadRequestError) as caught:
        list(api.list_daily_papers(**asked))
    assert words in caught.value.server_message


def test_a_paper_that_is_not_here(api: Any) -> None:
    for call in (api.paper_info, api.read_paper):
        with pytest.raises(errors.HfHubHTTPError) as caught:
            call("2511.99999")
        assert caught.value.response.status_code == 404
        assert "no paper with this id" in caught.value.server_message


@pytest.fixture(scope="module")
def said(address: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, str]]:
    """What the command `hf papers` says; all at once, for it is slow to start."""
    settings = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path_factory.mktemp("hf")), "NO_COLOR": "1"}
    settings |= {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1"}
    command = str(Path(sys.executable).with_name("hf"))
    calls = {
        "ls": ["ls", "--date", DAY, "--format", "json"],
        "search": ["search", "patient rivers", "--limit", "3", "--format", "json"],
        "info": ["info", "2511.00101", "--format", "json"],
        "read": ["read", "2511.00101"],
        "none": ["info", "2511.99999"],
    }
    running = {
        name: subprocess.Popen(
            [command, "papers", *words], env={**os.environ, **settings}, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )
        for name, words in calls.items()
    }  # fmt: skip
    told = {name: process.communicate(timeout=120) for name, process in running.items()}
    return {name: (running[name].returncode, *told[name]) for name in calls}


def test_the_command_lists(said: dict[str, tuple[int, str, str]], house: House) -> None:
    status, out, err = said["ls"]
    assert status == 0, err
    papers = edition(house, "day", DAY)
    rows = json.loads(out)
    assert [(row["id"], row["title"], row["upvotes"], row["comments"]) for row in rows] == [
        (paper.id, paper.content.title, paper.upvotes, paper.comments) for paper in papers
    ]
    assert {row["submitted_by_name"] for row in rows} == {"the Hub's daily papers", "arXiv"}


def test_the_command_searches(said: dict[str, tuple[int, str, str]]) -> None:
    status, out, err = said["search"]
    assert status == 0, err
    assert json.loads(out)[0]["id"] == "2511.00101"


def test_the_command_tells_of_one(said: dict[str, tuple[int, str, str]], house: House) -> None:
    status, out, err = said["info"]
    assert status == 0, err
    told, content = json.loads(out), read_paper(house.database, "2511.00101").content
    assert (told["id"], told["title"], told["summary"]) == ("2511.00101", content.title, content.abstract)
    assert told["upvotes"] == 1234


def test_the_command_reads(said: dict[str, tuple[int, str, str]], house: House) -> None:
    status, out, err = said["read"]
    assert status == 0, err
    assert out.strip() == markdown(read_paper(house.database, "2511.00101")).strip()


def test_the_command_says_what_is_not_here(said: dict[str, tuple[int, str, str]]) -> None:
    status, out, err = said["none"]
    assert status != 0
    assert "Paper '2511.99999' not found on the Hub." in out + err
