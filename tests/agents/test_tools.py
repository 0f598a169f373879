"""Tools called as the server calls them: rights, ends of lists, texts that changed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from mcp import Client

from broadsheet.agents.answers import Answer
from broadsheet.agents.callers import ANONYMOUS, Caller, machine_owner
from broadsheet.agents.server import make_server
from broadsheet.agents.tools import TOOLS, call_tool, tools_for
from broadsheet.domain.errors import Invalid, NotAllowed
from broadsheet.domain.paper import Record
from broadsheet.wiring import House

Record_ = Callable[..., Record]


@pytest.fixture
def call(house: House, make_record: Record_, take_in: Callable[..., Any]) -> Callable[..., Answer]:
    """Call a tool on a House of thirty papers, as the machine's own reader."""
    take_in(house, *(make_record(number) for number in range(1, 31)))

    def call_one(name: str, caller: Caller | None = None, **arguments: Any) -> Answer:
        return call_tool(house, caller or machine_owner(house), name, arguments)

    return call_one


def test_a_right_without_a_reader_opens_no_library(call: Callable[..., Answer]) -> None:
    nobody = Caller(None, may_read_library=True, may_write_library=True)
    assert tools_for(nobody) == tools_for(ANONYMOUS)
    for tool, arguments in (("my_library", {}), ("save_papers", {"ids": ["2603.00001"]})):
        with pytest.raises(NotAllowed):
            call(tool, nobody, **arguments)


def test_a_library_is_its_readers_alone(call: Callable[..., Answer]) -> None:
    call("save_papers", ids=["2603.00001"])
    other = Caller(99, may_read_library=True)
    assert call("my_library").data["count"] == 1
    assert call("my_library", other).data["count"] == 0
    for caller in (other, ANONYMOUS, Caller(1)):
        assert call("search_papers", caller, query="in:library").data["count"] == 0
    assert call("get_paper", other, id="2603.00001").data["saved"] is False
    assert "saved" not in call("get_paper", ANONYMOUS, id="2603.00001").data


def test_a_search_stays_what_it_was_while_papers_arrive(
    call: Callable[..., Answer], house: House, make_record: Record_, take_in: Callable[..., Any]
) -> None:
    first = call("search_papers", query="lantern sort:new", limit=5)
    take_in(house, *(make_record(number, published_on=date(2026, 3, 3)) for number in range(31, 41)))
    second = call("search_papers", query="lantern sort:new", limit=5, cursor=first.data["next"])
    seen = [row["id"] for page in (first, second) for row in page.data["papers"]]
    assert len(set(seen)) == 10 and all(name <= "2603.00030" for name in seen)


def test_a_text_that_changed_between_two_pages_is_begun_anew(
    call: Callable[..., Answer], house: House, make_record: Record_, take_in: Callable[..., Any]
) -> None:
    take_in(house, make_record(50, abstract="a long wick " * 3_000))
    first = call("get_paper", id="2603.00050")
    take_in(house, make_record(50, abstract="another long wick " * 3_000))
    with pytest.raises(Invalid, match="begin anew"):
        call("get_paper", id="2603.00050", cursor=first.data["next"])


def test_nobody_is_led_further_than_results_go(call: Callable[..., Answer]) -> None:
    cursor = call("search_papers", query="lantern", limit=5).data["next"]
    _, request, pin = cursor.split(".")
    for offset in (10_000, 999_999_999):
        with pytest.raises(Invalid, match="first 10,000 results"):
            call("search_papers", query="lantern", limit=5, cursor=f"{offset}.{request}.{pin}")
    beyond = call("search_papers", query="lantern", limit=5, cursor=f"9999.{request}.{pin}")
    assert beyond.data["papers"] == [] and beyond.data["next"] is None
    for pin in ("2025-W45", "9" * 16, "9" * 30, "-1"):
        with pytest.raises(Invalid, match="no cursor"):
            call("search_papers", query="lantern", limit=5, cursor=f"5.{request}.{pin}")
    request = call("trending_papers", limit=5).data["next"].split(".")[1]
    with pytest.raises(Invalid, match="no cursor of such a list"):
        call("trending_papers", limit=5, cursor=f"5.{request}.{'9' * 30}")


def test_what_broke_is_noted_and_not_told_to_the_agent(
    call: Callable[..., Answer], house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk() -> Any:
        async with Client(make_server(house, ANONYMOUS)) as client:
            return await client.call_tool("get_paper", {"id": "2603.00001"})

    with closing(sqlite3.connect(house.database.path)) as connection:
        connection.execute("DROP TABLE paper_authors")
    answer = asyncio.run(talk())
    assert answer.is_error and answer.content[0].text.startswith("Something broke here")
    assert "the tool 'get_paper' failed: OperationalError" in caplog.text
    assert "Traceback" not in caplog.text and "paper_authors" not in caplog.text + answer.content[0].text


def test_tools_are_told_in_few_words() -> None:
    assert len({tool.name for tool in TOOLS}) == len(TOOLS)
    assert sum(len(tool.description) for tool in TOOLS) < 900
    assert all(set(tool.needs) <= set(tool.takes) for tool in TOOLS)


def test_a_note_is_its_readers_and_saves_the_paper(call: Callable[..., Answer]) -> None:
    assert call("note_paper", id="2603.00002", note="Read the second lamp.").data["changed"] == 1
    own = call("get_paper", id="2603.00002").data
    assert (own["saved"], own["note"]) == (True, "Read the second lamp.")
    other = call("get_paper", Caller(99, may_read_library=True), id="2603.00002").data
    assert (other["saved"], other["note"]) == (False, None)
    with pytest.raises(NotAllowed):
        call("note_paper", Caller(1, may_read_library=True), id="2603.00002", note="x")
    call("note_paper", id="2603.00002", note="")
    own = call("get_paper", id="2603.00002").data
    assert (own["saved"], own["note"]) == (True, None)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search_papers", {"query": "lantern"}), ("trending_papers", {}), ("get_edition", {"period": "2026-02"}),
        ("similar_papers", {"id": "2603.00001"}),
    ],
)  # fmt: skip
def test_since_gives_exactly_what_is_new(
    call: Callable[..., Answer], house: House, make_record: Record_, take_in: Callable[..., Any],
    tool: str, arguments: dict[str, Any],
) -> None:  # fmt: skip
    first = call(tool, limit=5, **arguments)
    until = first.data["until"]
    assert f"Until: {until}" in first.text
    take_in(house, *(make_record(number) for number in range(31, 39)))
    second = call(tool, limit=5, cursor=first.data["next"], **arguments)
    assert second.data["until"] == until
    assert all(row["id"] <= "2603.00030" for row in first.data["papers"] + second.data["papers"])
    new = call(tool, since=until, limit=50, **arguments)
    assert sorted(row["id"] for row in new.data["papers"]) == [f"2603.{number:05}" for number in range(31, 39)]
    later = call(tool, since=new.data["until"], **arguments)
    assert (later.data["papers"], later.data["until"]) == ([], new.data["until"])
    with pytest.raises(Invalid, match="since must be a date or a moment"):
        call(tool, since="last week", **arguments)
