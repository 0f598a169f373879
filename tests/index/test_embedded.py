"""The index in the process: found by words, phrases and names; changed batch by batch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from broadsheet.domain.errors import Conflict
from broadsheet.domain.paper import Paper, PaperContent
from broadsheet.domain.query import parse_query
from broadsheet.index.embedded import EmbeddedIndex

PAPERS = [
    Paper(1, "a", PaperContent("Sparse attention for harbours", "We prune the maps.", authors=("Ada Quill",))),
    Paper(2, "b", PaperContent("Attention is sparse at sea", "Lamps burn brightly.", authors=("José Núñez",))),
    Paper(3, "c", PaperContent("On tides", "The sparse attention of keepers.", categories=("cs.CL",))),
    Paper(4, "d", PaperContent("Lamps", summary="A lamp of our own words.", keywords=("optics",))),
]


@pytest.fixture
def index(folder: Path) -> EmbeddedIndex:
    index = EmbeddedIndex(folder / "index")
    with index.batch() as batch:
        batch.put(PAPERS)
        batch.commit(4)
    return index


@pytest.fixture
def find(index: EmbeddedIndex) -> Callable[[str], list[int]]:
    def find_pks(text: str) -> list[int]:
        return [hit.pk for hit in index.search(parse_query(text), 10).hits]

    return find_pks


def test_what_is_not_wanted_alone_is_a_query_too(find: Callable[[str], list[int]]) -> None:
    assert sorted(find("-attention")) == sorted(find("-attention sort:relevance")) == [4]


def test_what_an_older_commit_knew_does_not_outlive_it(index: EmbeddedIndex) -> None:
    with index._text.one_state():
        with index.batch() as batch:
            batch.put([Paper(9, "i", PaperContent("A late lamp", ""))])
            batch.commit(5)
        EmbeddedIndex(index._folder).newest_pk()
        assert index.newest_pk() == 4
    assert index.newest_pk() == 9
    with index.batch() as batch:
        batch.put([Paper(9, "i", PaperContent("A later lamp", ""))])
        batch.commit(6)
    assert [hit.pk for hit in index.search(parse_query("late later"), 10).hits] == [9]
    assert index.count() == 5


def test_any_word_may_match_and_the_title_counts_more(find: Callable[[str], list[int]]) -> None:
    assert find("attention")[-1] == 3
    assert sorted(find("attention")) == [1, 2, 3]
    assert sorted(find("tides lamps")) == [2, 3, 4]


def test_every_phrase_must_match_as_it_stands(find: Callable[[str], list[int]]) -> None:
    assert sorted(find('"sparse attention"')) == [1, 3]
    assert find('"sparse attention" "prune the maps"') == [1]
    assert find('"attention sparse"') == []
    assert find('"sparse attention" keepers')[0] == 3


@pytest.mark.parametrize(
    ("text", "pks"),
    [
        ("harbour", [1]),
        ("PRUNING", [1]),
        ("quill", [1]),
        ("jose nunez", [2]),
        ("Núñez", [2]),
        ("optics", [4]),
        ("cs.CL", [3]),
        ("own words", [4]),
        ("walrus", []),
        ("_ __", []),
        ('"_"', []),
        ("x" * 500, []),
        ("the of", [1, 3, 4]),
    ],
)
def test_words_in_any_form_and_field(find: Callable[[str], list[int]], text: str, pks: list[int]) -> None:
    assert sorted(find(text)) == pks


def test_pages_go_through_the_list(index: EmbeddedIndex) -> None:
    whole = index.search(parse_query("attention"), 10)
    assert whole.count == 3
    pages = [index.search(parse_query("attention"), 1, offset) for offset in range(4)]
    assert [hit.pk for page in pages for hit in page.hits] == [hit.pk for hit in whole.hits]
    assert {page.count for page in pages} == {3}


def test_scores_fall_and_parts_add_up(index: EmbeddedIndex) -> None:
    hits = index.search(parse_query("sparse attention maps"), 10).hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(sum(hit.parts.values()) == pytest.approx(hit.score) for hit in hits)


def test_put_again_replaces_and_remove_takes_out(index: EmbeddedIndex, find: Callable[[str], list[int]]) -> None:
    with index.batch() as batch:
        batch.put([Paper(1, "a", PaperContent("About whales"))])
        batch.remove([2])
        batch.commit(6)
    assert (index.count(), index.position()) == (3, 6)
    assert find("whale") == [1]
    assert find("attention") == [3]


def test_what_is_not_committed_is_dropped(index: EmbeddedIndex) -> None:
    with index.batch() as batch:
        batch.clear()
    assert (index.count(), index.position()) == (4, 4)


def test_clear(index: EmbeddedIndex) -> None:
    with index.batch() as batch:
        batch.clear()
        batch.commit(9)
    assert (index.count(), index.position()) == (0, 9)


def test_another_that_is_open_sees_each_commit(index: EmbeddedIndex, folder: Path) -> None:
    other = EmbeddedIndex(folder / "index")
    for position in range(10, 20):
        with index.batch() as batch:
            batch.put([Paper(position, str(position), PaperContent("About whales"))])
            batch.commit(position)
        assert index.position() == position
        assert other.position() == position
        assert other.search(parse_query("whales"), 1).count == position - 9


def test_one_writer_among_all(index: EmbeddedIndex, folder: Path) -> None:
    other = EmbeddedIndex(folder / "index")
    with index.batch(), pytest.raises(Conflict), other.batch():
        pass
    with other.batch() as batch:
        batch.commit(5)
    assert index.position() == 5


def test_an_empty_one(folder: Path) -> None:
    index = EmbeddedIndex(folder / "index")
    assert (index.count(), index.position(), index.was_damaged) == (0, 0, False)
    assert index.search(parse_query("lamp"), 5).hits == ()
    assert index.similar(PAPERS[0], 5).hits == ()


def test_similar_is_never_the_paper_itself(folder: Path) -> None:
    themes = ["harbour lamps", "whale songs", "tide tables", "rope knots"]
    papers = [
        Paper(n, str(n), PaperContent(f"On {themes[n % 4]}", f"More on {themes[n % 4]}, part {n}."))
        for n in range(1, 21)
    ]
    index = EmbeddedIndex(folder / "index")
    with index.batch() as batch:
        batch.put(papers)
        batch.commit(20)
    for paper in papers:
        found = [hit.pk for hit in index.similar(paper, 4).hits]
        assert paper.pk not in found
        assert len(found) == 4
        assert {pk % 4 for pk in found} == {paper.pk % 4}


def test_similar_knows_what_came_what_went_and_new_words_of_the_paper_itself(index: EmbeddedIndex) -> None:
    def similar(paper: Paper) -> list[int]:
        return [hit.pk for hit in index.similar(paper, 9).hits]

    before = similar(PAPERS[0])
    assert before and similar(PAPERS[0]) == before
    with index.batch() as batch:
        batch.put([Paper(9, "i", PaperContent("Sparse attention for harbours", "We prune the maps again."))])
        batch.remove([before[0]])
        batch.commit(5)
    assert similar(PAPERS[0])[0] == 9 and before[0] not in similar(PAPERS[0])
    assert 4 in similar(Paper(1, "a", PaperContent("Lamp", "A lamp of our own words.")))
