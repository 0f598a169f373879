"""Hostile HTML to a tree."""

from __future__ import annotations

import pytest

from broadsheet.sources.markup import parse_html, plain_text


def test_a_page() -> None:
    tree = parse_html("<p>One<p>Two<br>" * 2_000)
    assert tree is not None
    assert len(tree.css("p")) == 4_000


def test_elements_that_nest_too_deep() -> None:
    assert parse_html("<b>" * 1_000) is not None
    assert parse_html("<b>" * 1_001) is None


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("plain words", "plain words"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("H<sub>2</sub>O", "H2O"),
        ("<jats:title>Abstract</jats:title><jats:p>We <jats:italic>bake</jats:italic>.</jats:p>", "We bake."),
        ("p &lt; 3 &amp; q", "p < 3 & q"),
        ("p < 3 and q > 4", "p < 3 and q > 4"),
        ("<script>steal()</script><style>x{}</style>seen", "seen"),
        ("<mml:math><mml:mi>x</mml:mi><mml:annotation>$x$</mml:annotation></mml:math>", "x"),
        ("a<br/>b", "a b"),
        ("<!-- hidden --> seen <![CDATA[ x ]]>", "seen"),
        ("<p", ""),
        ("\u202ea\x00b", "ab"),
        (None, ""),
        (7, ""),
    ],
)
def test_the_words_stay(given, text):
    assert plain_text(given) == text


def test_depth_and_length_do_no_harm():
    assert plain_text("<b>" * 900 + "x") == "x"
    assert plain_text("<b>" * 60_000 + "x") == ""  # deeper than any page
    assert plain_text("<p>" * 90_000 + "beyond the cut") == ""
    assert len(plain_text("word " * 100_000)) <= 50_000
