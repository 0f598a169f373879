"""The words of a text that a query matched, as spans of characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.domain.query import parse_query
from broadsheet.index.embedded import EmbeddedIndex


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedIndex:
    return EmbeddedIndex(tmp_path_factory.mktemp("highlight"))


def marked(index: EmbeddedIndex, query: str, text: str) -> list[str]:
    spans = index.highlighter(parse_query(query))(text)
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ("lamp", "A lamp, two LAMPS; lampoon, headlamp", ["lamp", "LAMPS"]),
        ("burning", "It burns; burned and burning, a burner", ["burns", "burned", "burning"]),
        ("the lamp", "the lamp of the sea", ["lamp"]),
        ("the", "the lamp", ["the"]),
        ('"sea lamp"', "A lamp at sea", ["lamp", "sea"]),
        ("cafe", "Café and cafe", ["Café", "cafe"]),
        ("café", "a cafe", ["cafe"]),
        ("GPT-4", "GPT-4 or GPT4", ["GPT", "4"]),
        ("lamp", "", []),
        ("!?", "!? lamp", []),
        ("漢字", "漢字 lamp", ["漢字"]),
        ("dying skies", "dying under skies", ["dying", "skies"]),
        ("die", "They die, dying died; a dye, diet", ["die", "dying", "died"]),
        ("hope hop", "hoping hopped hoped, shop", ["hoping", "hopped", "hoped"]),
        ("sensibility relate", "sensible relations, unrelated", ["sensible", "relations"]),
        ("try only", "they try, they tried, only once", ["try", "tried"]),
        ("lamp", "snake_lamp_case", ["lamp"]),
    ],
)
def test_marked_words(index: EmbeddedIndex, query: str, text: str, words: list[str]) -> None:
    assert marked(index, query, text) == words


WORDS = st.sampled_from(
    "die dying tries try sky skies lampoon lamp lamps xlamp relational relating 4k k ability".split()
)


@given(
    query=st.lists(WORDS, min_size=1, max_size=4),
    text=st.lists(st.one_of(WORDS, st.sampled_from([" ", "-", "_", ". "]))),
)
def test_plain_text_is_marked_as_any_other(index: EmbeddedIndex, query: list[str], text: list[str]) -> None:
    highlight = index.highlighter(parse_query(" ".join(query)))
    plain = "".join(text)
    assert highlight(plain) == highlight(plain + " ñ")


def test_spans_count_characters_not_bytes(index: EmbeddedIndex) -> None:
    assert index.highlighter(parse_query("lamp"))("né 漢字 lamp") == [(6, 10)]
