"""Adding one paper by hand, on a real record and index, with a world outside that counts its questions."""

from __future__ import annotations

import pytest

from broadsheet.domain.errors import Invalid, NotFound, SourceFailed
from broadsheet.sources.single import read_pasted_entry
from broadsheet.usecases.add_paper import add_paper
from broadsheet.usecases.load_sample import load_sample_if_empty
from broadsheet.usecases.read_papers import search_papers


class World:
    """Knows some records by the name under which they are asked for."""

    def __init__(self, *records, failure=None):
        self.known = {f"arxiv:{r.arxiv_id}": r for r in records} | {f"doi:{r.doi}": r for r in records if r.doi}
        self.failure = failure
        self.asked = []

    def find(self, pasted):
        if pasted.kind == "bibtex":
            return read_pasted_entry(pasted.name)
        self.asked.append(pasted.name)
        if self.failure:
            raise self.failure
        found = self.known.get(f"{pasted.kind}:{pasted.name}")
        if found is None:
            raise NotFound("Nobody knows it.")
        return found


@pytest.fixture
def add(house):
    return lambda text, world: add_paper(house.database, house.index, text, world, house.clock)


def test_a_paper_comes_in_and_can_be_found(house, add, make_record):
    done = add("arXiv:2603.00001v2", World(make_record(1)))
    assert (done.paper.id, done.is_new) == ("2603.00001", True)
    found = search_papers(house.database, house.index, "lantern study", 5)
    assert [entry.paper.id for entry in found.listing.entries] == ["2603.00001"]


def test_a_paper_that_is_here_is_answered_without_a_question(house, add, make_record, take_in):
    take_in(house, make_record(1, doi="10.1000/lamp.1", openreview_id="lantern0001"))
    revision = house.database.revision()
    world = World()
    names = ("2603.00001", "https://doi.org/10.1000/LAMP.1", "https://openreview.net/forum?id=lantern0001")
    for text in names:
        done = add(text, world)
        assert (done.paper.id, done.is_new) == ("2603.00001", False)
    assert world.asked == []
    assert house.database.revision() == revision


def test_a_paper_that_turns_out_to_be_here_under_another_name(house, add, make_record, take_in):
    take_in(house, make_record(1))
    done = add("10.1000/lamp.1", World(make_record(1, source="crossref", doi="10.1000/lamp.1")))
    assert (done.paper.id, done.is_new) == ("2603.00001", False)
    assert {ref.source for ref in done.paper.sources} == {"hub", "crossref"}


def test_bibtex(house, add, make_record, take_in):
    world = World()
    done = add("@article{k, title={On lamps}, author={Quill, Ada}, year={2026}}", world)
    assert (done.is_new, done.paper.content.title, world.asked) == (True, "On lamps", [])
    take_in(house, make_record(1))
    done = add("@article{k, title={Lantern study number 1}, eprint={2603.00001}}", world)
    assert (done.paper.id, done.is_new) == ("2603.00001", False)


def test_the_sample_makes_room(house, add, make_record):
    load_sample_if_empty(house.database, house.index, house.today(), house.clock())
    assert add("2603.00001", World(make_record(1))).is_new
    with house.database.read() as connection:
        assert connection.exec_driver_sql("SELECT id FROM papers").scalars().all() == ["2603.00001"]


@pytest.mark.parametrize(
    ("text", "world", "error"),
    [
        ("lamps", World(), Invalid),
        ("@article{", World(), Invalid),
        ("2603.00009", World(), NotFound),
        ("2603.00009", World(failure=SourceFailed("arXiv is asleep: try again later.")), SourceFailed),
    ],
)
def test_what_fails_changes_nothing(house, add, text, world, error):
    revision = house.database.revision()
    with pytest.raises(error):
        add(text, world)
    assert house.database.revision() == revision
