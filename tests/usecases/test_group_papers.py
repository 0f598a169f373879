"""What a group brings for itself: hidden from others, apart from what others bring, shown once others have it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broadsheet.domain.days import period_of
from broadsheet.domain.deeds import Hand
from broadsheet.domain.errors import NotFound
from broadsheet.domain.groups import parse_text
from broadsheet.sources.single import read_pasted_entry
from broadsheet.store import group_papers, index_queue, papers, readers, visibility
from broadsheet.usecases.add_paper import add_paper
from broadsheet.usecases.curate_papers import join_papers
from broadsheet.usecases.group_papers import Act, add_brought, finder_for, remove_from_group
from broadsheet.usecases.groups import drop_unseen, make_group
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.link_papers import link_waiting
from broadsheet.usecases.read_papers import read_edition, read_paper
from broadsheet.usecases.save_papers import save_papers

TYPED = (
    "@article{x, title={Lantern study number 1}, author={Ada Quill and Bo Ferry}, year={2026}, "
    "keywords={our secret}, note={n}%s}"
)


class World:
    """Knows some records by the name under which they are asked for."""

    def __init__(self, *records):
        self.known = {f"arxiv:{r.arxiv_id}": r for r in records} | {f"doi:{r.doi}": r for r in records if r.doi}
        self.asked = []

    def find(self, pasted):
        if pasted.kind == "bibtex":
            return read_pasted_entry(pasted.name)
        self.asked.append(pasted.name)
        found = self.known.get(f"{pasted.kind}:{pasted.name}")
        if found is None:
            raise NotFound("Nobody knows it.")
        return found


class Circle:
    """A private group of one reader."""

    def __init__(self, house, name):
        self.house = house
        with house.database.write() as connection:
            self.reader = readers.insert_reader(connection, name, "", "reader", house.clock())
        text = parse_text(f"Circle of {name}", "", "private")
        self.group = make_group(house.database, self.reader, "", text, house.clock())
        self.act = Act(self.group.name, self.reader, house.clock(), house.today())

    def bring(self, text, world):
        finder = finder_for(self.house.database, self.group, self.reader, world)
        paper = add_paper(self.house.database, self.house.index, text, finder, self.house.clock).paper
        add_brought(self.house.database, self.act, paper)
        return paper

    def sees(self, paper_id):
        return sees(self.house, paper_id, self.reader.pk)


def sees(house, paper_id, reader=None):
    try:
        return read_paper(house.database, paper_id, reader)
    except NotFound:
        return None


@pytest.fixture
def circle(house):
    return Circle(house, "ada")


@pytest.fixture
def other(house):
    return Circle(house, "bo")


def test_only_its_members_see_what_it_brought(house, circle, other, make_record):
    paper = circle.bring("2603.00001", World(make_record(1)))
    assert circle.sees(paper.id)
    assert sees(house, paper.id) is None
    assert other.sees(paper.id) is None


def test_it_is_shown_to_all_once_a_source_has_it_with_the_words_of_the_source_alone(house, circle, make_record):
    circle.bring("2603.00001", World(make_record(1, source="crossref", title="Ours", keywords=("ours",))))
    public = make_record(1, source="hub", keywords=())
    import_records(house.database, [public], house.clock())
    paper = sees(house, "2603.00001")
    assert paper.content.title == public.title
    assert "ours" not in str(paper).lower()
    assert [source.source for source in paper.sources] == ["hub"]
    with house.database.read() as connection:
        assert group_papers.list_pks(connection, circle.group.pk) == [paper.pk]


def test_the_very_same_record_shows_it_as_well(house, circle, make_record):
    record = make_record(1)
    circle.bring("2603.00001", World(record))
    day = period_of("day", record.published_on)
    assert read_edition(house.database, day, 10).listing.count == 0
    with house.database.read() as connection:
        queued = index_queue.last_position(connection)
    import_records(house.database, [record], house.clock() + timedelta(days=1))
    assert sees(house, "2603.00001")
    assert read_edition(house.database, day, 10).listing.count == 1
    with house.database.read() as connection:
        assert index_queue.last_position(connection) == queued + 1
        assert visibility.find_hidden(connection, sees(house, "2603.00001").pk) == ""


def test_one_without_a_day_is_given_to_the_index_when_it_is_shown(house, circle, make_record):
    """Nothing of its content changes: only who may see it."""
    record = make_record(1, published_on=None)
    circle.bring("2603.00001", World(record))
    with house.database.read() as connection:
        queued = index_queue.last_position(connection)
    assert import_records(house.database, [record], house.clock()).updated == 1
    with house.database.read() as connection:
        assert index_queue.last_position(connection) == queued + 1


def test_a_second_group_does_not_show_it(house, circle, other, make_record):
    world = World(make_record(1))
    circle.bring("2603.00001", world)
    other.bring("2603.00001", world)
    assert world.asked == ["2603.00001", "2603.00001"]  # that it was here is not told
    assert other.sees("2603.00001")
    assert sees(house, "2603.00001") is None


def test_whoever_adds_it_in_public_is_answered_as_if_it_were_new(house, circle, make_record):
    circle.bring("2603.00001", World(make_record(1)))
    with pytest.raises(NotFound):
        add_paper(house.database, house.index, "2603.00001", World(), house.clock)
    world = World(make_record(1))
    done = add_paper(house.database, house.index, "2603.00001", world, house.clock)
    assert (done.is_new, world.asked) == (True, ["2603.00001"])
    assert sees(house, "2603.00001")


def test_a_typed_entry_that_names_a_paper_is_asked_for_by_that_name(house, circle, make_record):
    world = World(make_record(1, doi="10.1000/lamp.1"))
    paper = circle.bring(TYPED % ", doi={10.1000/lamp.1}", world)
    assert world.asked == ["10.1000/lamp.1"]
    assert "our secret" not in str(circle.sees(paper.id))


def test_a_typed_entry_that_nobody_knows_stands_apart(house, circle, other, make_record):
    entry = TYPED % ", doi={10.1000/lamp.1}"
    mine, theirs = circle.bring(entry, World()), other.bring(entry, World())
    assert mine.pk != theirs.pk
    assert "~" not in mine.id + theirs.id
    assert (other.sees(mine.id), circle.sees(theirs.id)) == (None, None)
    # What comes later with the same words and the same DOI is a paper of its own, with an id as if there were no other.
    public = make_record(1, arxiv_id=None, doi="10.1000/lamp.1", abstract="", source="crossref")
    import_records(house.database, [public], house.clock())
    assert link_waiting(house.database) == 0
    assert sees(house, "10.1000/lamp.1").content.keywords == ("lanterns",)
    assert sees(house, mine.id) is None


def test_two_entries_of_one_key_are_two_papers(house, circle):
    one = circle.bring("@misc{a, title={First of ours}, author={Ada Quill}}", World())
    two = circle.bring("@misc{a, title={Second of ours}, author={Ada Quill}}", World())
    assert one.pk != two.pk


def test_a_typed_entry_of_a_paper_that_is_here_only_points_at_it(house, circle, make_record):
    record = make_record(1, doi="10.1000/lamp.1")
    import_records(house.database, [record], house.clock())
    before = sees(house, "2603.00001")
    world = World()
    paper = circle.bring(TYPED % ", doi={10.1000/lamp.1}", world)
    assert (paper.pk, world.asked) == (before.pk, [])
    assert sees(house, "2603.00001") == before


def test_a_curator_who_joins_it_to_another_shows_that_ones_words_alone(house, circle, make_record):
    paper = circle.bring(TYPED % "", World())
    import_records(house.database, [make_record(2)], house.clock())
    join_papers(house.database, paper.id, "2603.00002", Hand("test"), house.clock())
    found = sees(house, "2603.00002")
    assert found.content.title == "Lantern study number 2"
    assert "our secret" not in str(found)
    assert circle.sees("2603.00002")


def test_what_no_group_has_any_more_goes_unless_somebody_keeps_it(house, circle, make_record):
    world = World(make_record(1), make_record(2))
    for number in (1, 2):
        circle.bring(f"2603.0000{number}", world)
    with house.database.read() as connection:
        pks = {number: papers.find_paper(connection, f"2603.0000{number}", with_hidden=True).pk for number in (1, 2)}
    save_papers(house.database, ["2603.00002"], circle.reader.pk, house.clock())
    for number in (1, 2):
        remove_from_group(house.database, circle.act, f"2603.0000{number}")
    with house.database.read() as connection:
        assert [paper.pk for paper in papers.list_papers(connection, list(pks.values()), with_hidden=True)] == [pks[2]]
        assert visibility.find_hidden(connection, pks[2]) == "group"
    with house.database.write() as connection:
        drop_unseen(connection, [])
