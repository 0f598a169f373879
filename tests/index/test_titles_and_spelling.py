"""A title that was typed comes first; a word that no paper has is compared with those that papers have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from broadsheet.domain.paper import Paper, PaperContent
from broadsheet.domain.query import parse_query
from broadsheet.index.embedded import EmbeddedIndex
from broadsheet.index.protocol import Found, Meaning

PAPERS = [
    Paper(1, "a", PaperContent("AutoCoder: Enhancing Code with Lamps", "We write programs.", categories=("cs.SE",))),
    Paper(2, "b", PaperContent("Lamps", "AutoCoder autocoder autocoder.", authors=("José Núñez",))),
    Paper(3, "c", PaperContent("AutoCoder and AutoCoder", "AutoCoder autocoder.", keywords=("optics",))),
    Paper(4, "d", PaperContent("On the Tides, and Lamps!", "Autocoder.")),
    Paper(5, "e", PaperContent("On: The Tides and Lamps, Again", "A transformer of lamps.")),
    Paper(6, "f", PaperContent("Autocoder", "")),
]
MEANING = Meaning("m", np.array([1, 0], np.float32))


@pytest.fixture
def index(folder: Path) -> EmbeddedIndex:
    index = EmbeddedIndex(folder / "index")
    with index.batch() as batch:
        batch.put(PAPERS)
        batch.commit(4)
    vectors = index.vectors("m", 2)
    vectors.put_papers(PAPERS, np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 1], [0.6, 0.8], [0, 1]], np.float32))
    vectors.commit(4, 6, True)
    return index


@pytest.fixture(params=[None, MEANING], ids=["text", "hybrid"])
def find(index: EmbeddedIndex, request: pytest.FixtureRequest) -> Callable[..., Found]:
    def find_papers(text: str, limit: int = 10, offset: int = 0) -> Found:
        return index.search(parse_query(text), limit, offset, request.param)

    return find_papers


def test_a_whole_title_then_its_start_comes_first(find: Callable[..., Found]) -> None:
    hits = find("autocoder").hits
    assert [hit.pk for hit in hits[:2]] == [6, 1]
    assert [hit.pk for hit in hits if "title" in hit.parts] == [6, 1]
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(sum(hit.parts.values()) == pytest.approx(hit.score, abs=1e-5) for hit in hits)


@pytest.mark.parametrize("typed", ["on the tides and lamps", "ON THE TIDES, and lamps", '"On the Tides, and Lamps"'])
def test_case_and_punctuation_do_not_matter(find: Callable[..., Found], typed: str) -> None:
    assert find(typed).hits[0].pk == 4
    assert "title" in find(typed).hits[0].parts


def test_more_words_are_no_title_and_conditions_hold(find: Callable[..., Found]) -> None:
    assert all("title" not in hit.parts for hit in find("autocoder programs").hits)
    assert [hit.pk for hit in find("autocoder cat:cs.SE").hits] == [1]
    assert 1 not in {hit.pk for hit in find("autocoder -programs").hits}
    assert all("title" not in hit.parts for hit in find("autocoder sort:new").hits)


def test_pages_hold_each_paper_once(find: Callable[..., Found]) -> None:
    whole = [hit.pk for hit in find("autocoder").hits]
    pages = [hit.pk for offset in range(len(whole)) for hit in find("autocoder", 1, offset).hits]
    assert pages == whole
    assert find("autocoder").count == len(whole) == len(set(whole))


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("autocodr", "autocoder"),
        ("Autocodr has:code", "autocoder has:code"),
        ("nuñes lamps", "nunez lamps"),
        ('"tidse and" lmaps', '"tides and" lamps'),
        ("au:nunes", "au:nunez"),
        ("titel:tides tidez", "titel:tides tides"),
        ("optics tide the programming", ""),
        ("cs.SE", ""),
        ("asdkjh qwe", ""),
        ("", ""),
        ("-autocodr lamps", ""),
        ("x" * 500, ""),
        ("autocod3r ti 12345", ""),
        ("https://example.org/autocodr", ""),
    ],
)
def test_suggestions(index: EmbeddedIndex, typed: str, suggested: str) -> None:
    assert index.mended(parse_query(typed)) == suggested


def test_a_word_of_few_papers_is_asked_about_where_many_have_one_near_to_it(folder: Path) -> None:
    index = EmbeddedIndex(folder / "index")
    many = [Paper(n, f"{n}", PaperContent("A lantern in the harbour", "")) for n in range(1, 60)]
    with index.batch() as batch:
        batch.put([*many, Paper(70, "70", PaperContent("A lanten", "")), Paper(71, "71", PaperContent("Harbours", ""))])
        batch.commit(1)
    assert index.mended(parse_query("lanten harbours")) == "lantern harbours"
    with index.batch() as batch:
        batch.put([Paper(n, f"{n}", PaperContent("A lanten", "")) for n in (72, 73)])
        batch.commit(2)
    assert index.mended(parse_query("lanten")) == ""  # 3 of 59 are no slip
