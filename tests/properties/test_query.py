"""The search language: nothing that is typed can break it, or the index behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.domain.paper import Paper, PaperContent
from broadsheet.domain.query import MAX_CHARACTERS, MAX_WORDS, clean_text, parse_query
from broadsheet.index.embedded import EmbeddedIndex

PIECES = ['"', '""', "lamp", " ", "AND", "(", ")", "*", "title:", "^2", "~", "-", "+", "\\", "\x00", "é", "漢字", "🜁"]
typed = st.text() | st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedIndex]:
    index = EmbeddedIndex(tmp_path_factory.mktemp("index"))
    with index.batch() as batch:
        batch.put([Paper(n, str(n), PaperContent(f"Lamp {n} é 漢字", "AND (title: tide) ^2")) for n in range(1, 5)])
        batch.commit(4)
    yield index
    index.close()


@given(typed)
def test_a_query_is_always_read(text: str) -> None:
    query = parse_query(text)
    assert len(query.text) <= MAX_CHARACTERS
    assert len(query.words) <= MAX_WORDS
    assert len(query.phrases) <= MAX_WORDS
    assert all(word and '"' not in word and not word.isspace() for word in query.words)
    assert all(phrase == phrase.strip() != "" for phrase in query.phrases)
    assert query.is_empty == (not query.words and not query.phrases)


@given(typed)
def test_cleaning_is_done_once(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert parse_query(text) == parse_query(cleaned)
    assert "\n" not in cleaned
    assert "\x00" not in cleaned
    cleaned.encode()


@SHARED
@given(typed, st.integers(1, 5), st.integers(0, 5))
def test_the_index_answers_anything(index: EmbeddedIndex, text: str, limit: int, offset: int) -> None:
    found = index.search(parse_query(text), limit, offset)
    assert len(found.hits) <= min(limit, max(0, found.count - offset))
    assert found.count <= 4


@SHARED
@given(typed, st.text() | st.sampled_from(["Lamp 1 é 漢字, lamps", "dying lights"]))
def test_marks_are_words_of_the_text_in_order(index: EmbeddedIndex, query: str, text: str) -> None:
    end = 0
    for start, stop in index.highlighter(parse_query(query))(text):
        assert end <= start < stop <= len(text)
        assert text[start:stop].isalnum()
        end = stop


@SHARED
@given(st.from_regex(r"[a-z]{2,12}", fullmatch=True))
def test_a_word_marks_itself(index: EmbeddedIndex, word: str) -> None:
    assert index.highlighter(parse_query(word))(f"some {word} here")[-1:] != []
    start, stop = 5, 5 + len(word)
    assert (start, stop) in index.highlighter(parse_query(word))(f"some {word} here")
