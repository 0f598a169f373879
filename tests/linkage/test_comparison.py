"""How alike two records are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from broadsheet.linkage.comparison import compare, features
from broadsheet.linkage.normalise import Described
from broadsheet.linkage.weights import THRESHOLD, WEIGHTS

AUTHORS = ("Ada Quill", "Bo Ferry", "Cy Tide", "Di Wharf")
TEXT = " ".join(f"we light lamp {n} and count the boats" for n in range(20))
PAPER = {
    "title": "Lumen: how far a harbour lamp is seen through rain and fog",
    "authors": AUTHORS,
    "year": 2024,
    "abstract": TEXT,
}


def score(one: dict[str, Any], other: dict[str, Any]) -> float:
    return compare(Described(**one), Described(**other)).score


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "LUMEN - How far a harbor lamp is seen through rain and fog"},
        {"authors": ("Quill, A.", "Ferry, B.", "Tide, C.", "Wharf, D.")},
        {"authors": AUTHORS[::-1]},
        {"authors": ()},
        {"abstract": " ".join(TEXT.split()[:40]) + " ..."},
        {"abstract": ""},
        {"year": None},
        {"year": 2025},
    ],
)
def test_one_paper(changes: dict[str, Any]) -> None:
    assert score(PAPER, {**PAPER, **changes}) >= THRESHOLD
    assert score(PAPER, {**PAPER, **changes}) == score({**PAPER, **changes}, PAPER)


OTHER_TEXT = " ".join(f"whales sing song {n} to their young at night" for n in range(20))


@pytest.mark.parametrize(
    "changes",
    [
        {"abstract": OTHER_TEXT, "authors": ("Em Whale",)},
        {"abstract": "", "authors": ()},
        {"abstract": "", "authors": ("Em Whale", "Fo Song")},
        {"title": "Whale songs at night", "abstract": OTHER_TEXT},
        {"title": "Whale songs at night", "abstract": ""},
        {"abstract": "", "year": 2019},
    ],
)
def test_two_papers(changes: dict[str, Any]) -> None:
    assert score(PAPER, {**PAPER, **changes}) < THRESHOLD


def test_a_stub_title_proves_nothing() -> None:
    stub = {"title": "Editorial", "authors": ("Ada Quill",), "year": 2024}
    assert score(stub, {**stub, "authors": ("Bo Ferry",)}) == 0.0
    assert score(stub, {**stub, "year": 2023}) < THRESHOLD


def test_numbers_tell_parts_apart() -> None:
    one = {**PAPER, "title": "Harbour lamps in rain and fog, Part I", "abstract": ""}
    other = {**one, "title": "Harbour lamps in rain and fog, Part II"}
    found = features(Described(**one), Described(**other))
    assert found["numbers_differ"] == 1.0
    assert WEIGHTS["numbers_differ"] < 0
    assert score(one, other) < score(one, one)


def test_every_weight_has_its_feature_and_every_feature_its_weight() -> None:
    assert features(Described("a"), Described("b")).keys() == WEIGHTS.keys()


def test_the_reason_in_words() -> None:
    other = {**PAPER, "authors": AUTHORS[:3], "year": 2025}
    likeness = compare(Described(**PAPER), Described(**other))
    assert replace(likeness, score=0.987).reason() == (
        "likeness 0.98: title 1.00, authors 3 of 4, 2024/2025, abstract 1.00"
    )
    bare = compare(Described("Lamps"), Described("Lamps"))
    assert bare.reason() == "likeness 0.00: title 1.00"
