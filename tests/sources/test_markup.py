"""Hostile HTML to a tree."""

from __future__ import annotations

from broadsheet.sources.markup import parse_html


def test_a_page() -> None:
    tree = parse_html("<p>One<p>Two<br>" * 2_000)
    assert tree is not None
    assert len(tree.css("p")) == 4_000


def test_elements_that_nest_too_deep() -> None:
    assert parse_html("<b>" * 1_000) is not None
    assert parse_html("<b>" * 1_001) is None
