"""What is typed into the search box, read as words and phrases."""

from __future__ import annotations

import pytest

from broadsheet.domain.query import MAX_CHARACTERS, MAX_WORDS, Query, clean_text, parse_query


@pytest.mark.parametrize(
    ("text", "words", "phrases"),
    [
        ("sparse attention", ("sparse", "attention"), ()),
        ('"sparse attention" maps', ("maps",), ("sparse attention",)),
        ('a"b c"d', ("a", "d"), ("b c",)),
        ('lonely " quote', ("lonely", "quote"), ()),
        ('"one" "two" "three', ("three",), ("one", "two")),
        ('"" " " "!?"', (), ()),
        ("GPT-4 + C++ !", ("GPT-4", "C++"), ()),
        ("  \t\n ", (), ()),
    ],
)
def test_words_and_phrases(text: str, words: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    query = parse_query(text)
    assert (query.words, query.phrases) == (words, phrases)
    assert query.is_empty == (not words and not phrases)


def test_control_characters_become_spaces() -> None:
    assert clean_text("a\x00b\u2028c\x1b[31m\ud800d") == "a b c [31m d"


def test_long_text_is_cut() -> None:
    query = parse_query("word " * 5_000)
    assert len(query.text) <= MAX_CHARACTERS
    assert len(query.words) == MAX_WORDS


def test_empty_query() -> None:
    assert Query("", ()).is_empty
    assert not Query("x", ("x",)).is_empty
    assert not Query("x", (), ("x",)).is_empty
