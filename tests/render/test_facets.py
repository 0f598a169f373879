"""Links that narrow, widen and sort a search."""

from __future__ import annotations

from broadsheet.domain.listing import Facet
from broadsheet.domain.query import parse_query
from broadsheet.render.facets import conditions, narrower, orders
from broadsheet.render.links import search

FACETS = (
    Facet("year", (("2025", 4), ("2024", 3))),
    Facet("category", (("cs.lg", 5), ("cond-mat.mes-hall", 2), ("68t07, 92c55", 1), ("*", 1))),
    Facet("has", (("code", 7),)),
    Facet("source", (("hub", 6), ("elsewhere", 1))),
)


def offered(text: str, count: int = 7) -> dict[str, str]:
    """Return the names of all choices and where they lead."""
    return {choice.name: choice.url for kind in narrower(parse_query(text), FACETS, count) for choice in kind.choices}


def test_each_value_narrows_the_query() -> None:
    assert offered("tides -ebb sort:new") == {
        "2025": search("tides -ebb date:2025 sort:new"),
        "2024": search("tides -ebb date:2024 sort:new"),
        "cs.LG": search("tides -ebb cat:cs.LG sort:new"),
        "cond-mat.mes-hall": search("tides -ebb cat:cond-mat.mes-hall sort:new"),
        "68t07, 92c55": search('tides -ebb cat:"68t07, 92c55" sort:new'),
        "the Hub's daily papers": search("tides -ebb source:hub sort:new"),
        "elsewhere": search("tides -ebb source:elsewhere sort:new"),
    }


def test_what_is_asked_for_or_holds_for_all_is_not_offered() -> None:
    assert "code" not in offered("tides")
    assert "code" in offered("tides", 8)
    assert not {"code", "2025", "cs.LG"} & offered("tides has:code date:2025 cat:cs.LG", 9).keys()


def test_conditions_can_be_taken_away() -> None:
    query = parse_query("tides cat:cs.LG -has:code sort:votes")
    assert [(one.name, one.url) for one in conditions(query)] == [
        ("cat:cs.LG", search("tides -has:code sort:votes")),
        ("-has:code", search("tides cat:cs.LG sort:votes")),
    ]


def test_orders() -> None:
    told = {one.name: (one.url, one.is_chosen) for one in orders(parse_query("tides sort:votes"))}
    assert told == {
        "best": (search("tides"), False),
        "newest": (search("tides sort:new"), False),
        "most voted for": (search("tides sort:votes"), True),
    }
    assert [one.name for one in orders(parse_query("cat:cs"))] == ["newest", "most voted for"]
