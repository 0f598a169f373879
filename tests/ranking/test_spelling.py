"""Misspelt words: the distance, and which known word is nearest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.ranking.spelling import distance, nearest_word

WORDS = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("first", "second", "edits"),
    [
        ("", "", 0),
        ("", "ab", 2),
        ("tansformer", "transformer", 1),
        ("trasnformer", "transformer", 1),
        ("transfomrer", "transformer", 1),
        ("attenshun", "attention", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_distances(first: str, second: str, edits: int) -> None:
    assert distance(first, second, 9) == edits
    assert distance(first, second, 1) == min(edits, 2)


@given(WORDS, WORDS)
def test_a_distance_is_symmetric_and_zero_for_equals_alone(first: str, second: str) -> None:
    edits = distance(first, second, 9)
    assert edits == distance(second, first, 9)
    assert (edits == 0) == (first == second)
    assert abs(len(first) - len(second)) <= edits <= max(len(first), len(second))


@given(WORDS, WORDS, st.integers(0, 3))
def test_a_limit_only_cuts(first: str, second: str, most: int) -> None:
    assert distance(first, second, most) == min(distance(first, second, 9), most + 1)


def test_the_nearest_then_the_most_frequent() -> None:
    known = [("transformed", 90), ("transformer", 50), ("transformers", 70), ("tansforms", 500), ("ransformer", 900)]
    assert nearest_word("transfomer", known) == "transformer"
    assert nearest_word("learnin", [("learning", 5), ("learnig", 9)]) == "learnig"


def test_short_words_bear_one_edit_and_the_first_letter_stays() -> None:
    assert nearest_word("grph", [("graph", 3)]) == "graph"
    assert nearest_word("grp", [("graph", 3)]) is None
    assert nearest_word("xraph", [("graph", 3)]) is None
    assert nearest_word("walrus", []) is None
    assert nearest_word("qwe", [("q2e", 9)]) is None
