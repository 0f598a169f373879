"""Arguments are checked against what is told of them; nothing is clamped in silence."""

from __future__ import annotations

from typing import Any

import pytest

from broadsheet.agents.arguments import SCHEMAS, Asked, input_schema, read_arguments
from broadsheet.agents.cursors import Place, read_cursor, write_cursor
from broadsheet.domain.errors import Invalid

TAKES = tuple(SCHEMAS)


def test_what_is_left_out_has_its_default_and_null_counts_as_left_out() -> None:
    asked = read_arguments(TAKES, ("query",), {"query": "lamps", "limit": None, "cursor": None})
    assert asked == Asked(query="lamps", limit=10)
    assert read_arguments(TAKES, (), {"ids": ["a", "b"], "limit": 3.0}) == Asked(ids=("a", "b"), limit=3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("query", ""), ("query", "  \n"), ("query", "x" * 501), ("query", 5), ("query", ["x"]), ("query", "\ud800"),
        ("id", "x" * 301), ("period", "today"), ("period", "2025-11-07 and more"), ("cursor", "x" * 61),
        ("limit", 0), ("limit", 51), ("limit", -1), ("limit", 1.5), ("limit", True), ("limit", "10"),
        ("limit", float("inf")), ("limit", float("nan")), ("limit", 10**400),
        ("ids", []), ("ids", ["x"] * 51), ("ids", "x"), ("ids", [1]), ("ids", [""]), ("ids", {"0": "x"}),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named(name: str, value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        read_arguments(TAKES, (), {name: value})
    assert caught.value.field.startswith(name) and caught.value.message.startswith(f"The argument {name}")


def test_a_strange_argument_is_named_in_short() -> None:
    with pytest.raises(Invalid, match="There is no argument 'xxxxx") as caught:
        read_arguments(("query", "limit"), (), {"x" * 9_000: 1})
    assert len(caught.value.message) < 120 and caught.value.message.endswith("this tool takes query, limit.")


def test_each_argument_is_told() -> None:
    schema = input_schema(("query", "limit"), ("query",))
    assert set(schema["properties"]) == {"query", "limit"} and schema["required"] == ["query"]
    assert set(Asked.__slots__) == set(SCHEMAS)


def test_a_cursor_leads_to_its_place_in_its_own_request_alone() -> None:
    request = Asked(query="lamps").fingerprint("search_papers")
    cursor = write_cursor(Place(20, "2025-W45"), request)
    assert read_cursor(cursor, request) == Place(20, "2025-W45")
    assert read_cursor("", request) == Place(0, "")
    assert Asked(query="lamps", cursor=cursor).fingerprint("search_papers") == request
    others = [Asked(query="lamp").fingerprint("search_papers"), Asked(query="lamps").fingerprint("my_library")]
    for other in [*others, Asked(query="lamps", limit=9).fingerprint("search_papers")]:
        with pytest.raises(Invalid, match="other arguments"):
            read_cursor(cursor, other)


@pytest.mark.parametrize("cursor", ["x", "5", "-1.00000000.", "1.0000.1", "٣.00000000.1", "1.00000000.a b", "9" * 60])
def test_what_is_no_cursor(cursor: str) -> None:
    with pytest.raises(Invalid, match="no cursor"):
        read_cursor(cursor, "00000000")


def test_a_period_that_is_none_is_told_its_forms() -> None:
    with pytest.raises(Invalid, match="A day 2025-11-07, a week 2025-W45 or a month 2025-11"):
        read_arguments(("period",), (), {"period": "today"})
