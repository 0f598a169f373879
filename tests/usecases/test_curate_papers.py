"""What a curator decides by hand outlives imports and linking; of contrary decisions the last one holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from broadsheet.domain.deeds import Hand
from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.paper import Paper, Record
from broadsheet.store import facts, papers
from broadsheet.usecases.check import check_house
from broadsheet.usecases.curate_papers import join_papers, split_records
from broadsheet.usecases.import_papers import ImportCount
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.link_papers import LINKED, link_waiting
from broadsheet.usecases.read_papers import read_paper
from broadsheet.wiring import House

Make = Callable[..., Record]
Take = Callable[..., ImportCount]

TEXT = " ".join(f"we light lamp {n} and count the boats" for n in range(20))
WORDS: dict[str, Any] = {
    "title": "How far a harbour lamp is seen through rain and fog",
    "abstract": TEXT,
    "authors": ("Ada Quill", "Bo Ferry"),
}
COPY: dict[str, Any] = {**WORDS, "source": "csl", "source_id": "quill", "arxiv_id": None, "abstract": TEXT + " End."}


def all_papers(house: House) -> list[Paper]:
    with house.database.read() as connection:
        return papers.list_papers(connection, papers.list_pks_after(connection, 0, 1_000))


def sources(house: House) -> list[list[str]]:
    return [sorted(ref.source for ref in paper.sources) for paper in all_papers(house)]


def link_all_again(house: House) -> None:
    with house.database.write() as connection:
        facts.set_fact(connection, LINKED, "0")
    link_waiting(house.database)
    drain_index(house.database, house.index)
    assert all(check.ok for check in check_house(house.database, house.index, repair=False))


def test_a_join_outlives_later_imports(house: House, make_record: Make, take_in: Take, now: datetime) -> None:
    take_in(house, make_record(1), make_record(2))
    joined = join_papers(house.database, "2603.00002", "2603.00001", Hand("ada"), now)
    assert (joined.pk, joined.id) == (1, "2603.00001")
    assert [ref.reason for ref in joined.sources] == ["", "joined by hand"]
    take_in(house, make_record(2, title="Newer words"), make_record(2, source="arxiv"))
    link_all_again(house)
    (found,) = all_papers(house)
    assert len(found.sources) == 3
    assert read_paper(house.database, "2603.00002") == found


def test_a_split_outlives_later_imports_and_linking(
    house: House, make_record: Make, take_in: Take, now: datetime
) -> None:
    take_in(house, make_record(1, **WORDS), make_record(1, **COPY))
    link_waiting(house.database)
    assert sources(house) == [["csl", "hub"]]
    apart = split_records(house.database, "2603.00001", "csl", "quill", Hand("ada"), now)
    assert [ref.reason for ref in apart.sources] == ["split by hand from 2603.00001"]
    take_in(house, make_record(1, **{**COPY, "venue": "Proc. of Lamps"}), make_record(1, **WORDS, upvotes=5))
    link_all_again(house)
    assert sources(house) == [["hub"], ["csl"]]
    assert read_paper(house.database, apart.id).content.venue == "Proc. of Lamps"
    assert read_paper(house.database, "2603.00001").upvotes == 5


def test_a_version_with_the_very_words_does_not_rejoin(
    house: House, make_record: Make, take_in: Take, now: datetime
) -> None:
    take_in(house, make_record(1, **WORDS), make_record(1, **COPY))
    link_waiting(house.database)
    split_records(house.database, "2603.00001", "csl", "quill", Hand("ada"), now)
    take_in(house, make_record(1, **{**COPY, "abstract": TEXT}))
    link_all_again(house)
    assert sources(house) == [["hub"], ["csl"]]


@pytest.mark.parametrize("moved", ["arxiv", "hub"])
def test_records_with_one_arxiv_id_can_be_split(
    house: House, make_record: Make, take_in: Take, now: datetime, moved: str
) -> None:
    def batch(words: str) -> list[Record]:
        return [
            make_record(1, title=f"{words} of the hub"),
            make_record(1, source="arxiv", title=f"{words} of arXiv"),
            make_record(1, source="csl", source_id="k", title=f"{words} of a list"),
        ]

    take_in(house, *batch("Words"))
    apart = split_records(house.database, "2603.00001", moved, "2603.00001", Hand("ada"), now)
    take_in(house, *batch("Newer words"))
    link_all_again(house)
    names = {"arxiv": "arXiv", "hub": "the hub"}
    assert read_paper(house.database, apart.id).content.title == f"Newer words of {names[moved]}"
    rest = sorted({"arxiv", "csl", "hub"} - {moved})
    assert sources(house) == [rest, [moved]]


def test_the_last_decision_holds(house: House, make_record: Make, take_in: Take, now: datetime) -> None:
    take_in(house, make_record(1, **WORDS), make_record(1, **COPY))
    link_waiting(house.database)
    for _ in range(2):
        apart = split_records(house.database, "2603.00001", "csl", "quill", Hand("ada"), now)
        link_all_again(house)
        assert sources(house) == [["hub"], ["csl"]]
        joined = join_papers(house.database, "2603.00001", apart.id, Hand("bo"), now)
        assert read_paper(house.database, apart.id) == joined
        take_in(house, make_record(1, **{**COPY, "venue": f"Volume {apart.pk}"}))
        link_all_again(house)
        assert sources(house) == [["csl", "hub"]]


def test_words_are_chosen_anew_on_both_sides(house: House, make_record: Make, take_in: Take, now: datetime) -> None:
    take_in(house, make_record(1, source="arxiv", title="Of arXiv", upvotes=7), make_record(1, title="Of the hub"))
    apart = split_records(house.database, "2603.00001", "arxiv", "2603.00001", Hand("ada"), now)
    assert (apart.content.title, apart.upvotes) == ("Of arXiv", 7)
    left = next(paper for paper in all_papers(house) if paper.pk != apart.pk)
    assert (left.content.title, left.upvotes) == ("Of the hub", 0)


def test_what_cannot_be_done(house: House, make_record: Make, take_in: Take, now: datetime) -> None:
    take_in(house, make_record(1), make_record(2))
    revision = house.database.revision()
    with pytest.raises(NotFound):
        join_papers(house.database, "2603.00001", "2603.99999", Hand("ada"), now)
    with pytest.raises(Invalid, match="one paper already"):
        join_papers(house.database, "2603.00001", "2603.00001", Hand("ada"), now)
    with pytest.raises(Invalid, match=r"has no record csl:x: it has hub:2603\.00001"):
        split_records(house.database, "2603.00001", "csl", "x", Hand("ada"), now)
    with pytest.raises(Invalid, match="nothing to split"):
        split_records(house.database, "2603.00001", "hub", "2603.00001", Hand("ada"), now)
    assert house.database.revision() == revision
