"""What names a paper: its ids, its words, and the id that readers see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from broadsheet.domain.paper import (
    Paper,
    PaperContent,
    Record,
    content_key,
    identity_keys,
    public_id,
)

Make = Callable[..., Record]


def test_the_same_words_give_the_same_key_whatever_case_spacing_and_marks(make_record: Make) -> None:
    one = make_record(title="A Lamp: at Sea", abstract="It burns. Brightly!")
    other = make_record(title="a lamp at  sea", abstract="IT BURNS — brightly")
    assert content_key(one) == content_key(other)


def test_composed_and_decomposed_letters_are_the_same_words(make_record: Make) -> None:
    assert content_key(make_record(title="Caf\u00e9")) == content_key(make_record(title="Cafe\u0301"))


@pytest.mark.parametrize("changes", [{"title": "Another lamp"}, {"abstract": "Another text."}])
def test_other_words_give_another_key(make_record: Make, changes: dict[str, str]) -> None:
    assert content_key(make_record()) != content_key(make_record(**changes))


def test_words_cannot_move_between_title_and_abstract(make_record: Make) -> None:
    one, other = make_record(title="ab", abstract="c"), make_record(title="a", abstract="bc")
    assert content_key(one) != content_key(other)


def test_without_an_abstract_authors_and_year_tell_papers_apart(make_record: Make) -> None:
    editorial = make_record(title="Editorial", abstract="")
    same = make_record(title="Editorial", abstract="", published_on=date(2026, 12, 24))
    assert content_key(editorial) == content_key(same)
    assert content_key(editorial) != content_key(make_record(title="Editorial", abstract="", authors=("Cy Vane",)))
    assert content_key(editorial) != content_key(
        make_record(title="Editorial", abstract="", published_on=date(2025, 2, 1))
    )


def test_identity_keys_come_strongest_first() -> None:
    record = Record("csl", "mine", "A title", arxiv_id="2603.00001", doi="10.1000/x", openreview_id="abcdef123")
    assert list(identity_keys(record)) == [
        "arxiv:2603.00001",
        "doi:10.1000/x",
        "openreview:abcdef123",
        "csl:mine",
    ]


@pytest.mark.parametrize(
    ("ids", "shown"),
    [
        ({"arxiv_id": "2603.00001", "doi": "10.1000/x", "openreview_id": "abcdef123"}, "2603.00001"),
        ({"doi": "10.1000/x", "openreview_id": "abcdef123"}, "10.1000/x"),
        ({"openreview_id": "abcdef123"}, "openreview-abcdef123"),
    ],
)
def test_public_id_is_the_strongest_name(ids: dict[str, str], shown: str) -> None:
    assert public_id(Record("csl", "mine", "A title", **ids)) == shown


def test_public_id_of_a_corpus_names_the_corpus() -> None:
    assert public_id(Record("corpus-scifact", "12", "A title")) == "scifact-12"


def test_public_id_of_our_own_is_made_of_the_words() -> None:
    one = public_id(Record("csl", "mine", "A title", "Text."))
    assert one == public_id(Record("ris", "other", "A title", "Text."))
    assert one.startswith("p-")


def test_counts_from_elsewhere_and_our_own_are_added() -> None:
    paper = Paper(1, "x", PaperContent("A title", upvotes=3, comments=2), own_upvotes=4, own_comments=1)
    assert (paper.upvotes, paper.comments) == (7, 3)
