"""Papers that readers bring wait for a curator, and while they wait nobody else finds a trace of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from broadsheet.domain.days import period_of
from broadsheet.domain.deeds import Hand
from broadsheet.domain.errors import Conflict, Invalid, NotFound
from broadsheet.domain.listing import WHENEVER, Arrived, Entries, Part
from broadsheet.domain.paper import BY_CURATOR, BY_GROUP, WAITING, Record
from broadsheet.domain.readers import Reader
from broadsheet.domain.webhooks import Webhook
from broadsheet.store import deeds, editions, hiding, papers, readers, submissions, webhooks
from broadsheet.store.tables import metadata
from broadsheet.store.tables import papers as paper_rows
from broadsheet.usecases.add_paper import Added
from broadsheet.usecases.check import check_house
from broadsheet.usecases.curate_papers import join_papers
from broadsheet.usecases.embedding import follow_with_vectors
from broadsheet.usecases.export import export_all
from broadsheet.usecases.hide_papers import hide_paper, unhide_paper
from broadsheet.usecases.import_papers import ImportCount, import_records
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.press_edition import press_edition
from broadsheet.usecases.read_library import read_shelf
from broadsheet.usecases.read_lists import after_of, bound_now, read_arrivals
from broadsheet.usecases.read_papers import (
    look_beside,
    read_edition,
    read_front_page,
    read_paper,
    read_trending,
    search_papers,
    similar_papers,
)
from broadsheet.usecases.save_papers import save_papers
from broadsheet.usecases.seeing import read_paper_for
from broadsheet.usecases.submit_papers import Today, Wish, approve, decline, read_submissions, submit_paper
from broadsheet.wiring import House

Make = Callable[..., Record]
Take = Callable[..., ImportCount]
NINE = "2603.00009"
TODAY = date(2026, 3, 4)


@pytest.fixture
def filled(house: House, make_record: Make, take_in: Take) -> House:
    take_in(house, *(make_record(n, published_on=TODAY) for n in (1, 2)))
    return house


@pytest.fixture
def people(filled: House) -> dict[str, Reader]:
    with filled.database.write() as connection:
        made = {"ada": "reader", "bo": "reader", "cleo": "curator"}
        return {name: readers.insert_reader(connection, name, "", role, filled.clock()) for name, role in made.items()}


@pytest.fixture
def bring(filled: House, make_record: Make, now: datetime) -> Callable[..., Added]:
    class Known:
        def find(self, pasted: Any) -> Record:
            return make_record(9, source="arxiv", title="A heron counts boats", published_on=date(2026, 2, 1))

    def do(reader: Reader | None, *, must_wait: bool = True, note: str = "") -> Added:
        wish = Wish(NINE, note, reader, must_wait)
        return submit_paper(filled.database, filled.index, wish, Known(), lambda: Today(now, TODAY))

    return do


def traces(house: House) -> list[str]:
    """Return where anybody at all finds the paper, or that there is one more."""
    days = [period_of("day", day) for day in (TODAY, date(2026, 2, 1))]
    months = [period_of("month", day) for day in (TODAY, date(2026, 2, 1))]
    lists = {f"edition {one.name}": read_edition(house.database, one, 10).listing for one in (*days, *months)}
    lists["trending"] = read_trending(house.database, 10)
    lists["front page"] = read_front_page(house.database, date(2026, 2, 2), 10).listing
    one = read_paper(house.database, "2603.00001")
    lists["similar"] = similar_papers(house.database, house.index, one, 10, house.models)
    counts = {}
    for text in ("heron", "A heron counts boats", NINE, f"id:{NINE}", "heron OR harbour"):
        answer = search_papers(house.database, house.index, text, 10, house.models)
        lists[f"search {text}"] = answer.listing
        facets = look_beside(house.index, answer).facets
        counts |= {f"facet {text} {facet.field}": sum(n for _, n in facet.counts) for facet in facets[:1]}
    with house.database.read() as connection:
        counts |= {"papers": papers.count_papers(connection), "indexed": house.index.count()}
        found = [f"day {day}" for day, _ in editions.list_edition_days(connection) if day != TODAY]
        if editions.find_edition_before(connection, date(2026, 3, 1)) or papers.find_paper(connection, NINE):
            found.append("before, or by its id")
    found += [name for name, listing in lists.items() if NINE in names(listing) or listing.count > 2]
    return found + [name for name, count in counts.items() if count > 2]


def names(listing: Any) -> list[str]:
    return [entry.paper.id for entry in listing.entries]


def test_what_waits_leaves_no_trace(filled: House, people: dict[str, Reader], bring: Any, now: datetime) -> None:
    added = bring(people["ada"], note="  It counts\nboats. ")
    assert added.paper.hidden == WAITING
    drain_index(filled.database, filled.index)
    assert traces(filled) == []
    assert all(check.ok for check in check_house(filled.database, filled.index))
    for name, may in (("ada", True), ("cleo", True), ("bo", False)):
        if may:
            assert read_paper_for(filled.database, NINE, people[name]).id == NINE
        else:
            with pytest.raises(NotFound):
                read_paper_for(filled.database, NINE, people[name])
    with pytest.raises(NotFound):
        read_paper_for(filled.database, NINE, None)
    with pytest.raises(NotFound):
        save_papers(filled.database, [NINE], people["bo"].pk, now)
    press_edition(filled.database, date(2026, 2, 1), now)
    assert traces(filled) == []
    found = read_submissions(filled.database, people["cleo"], Part(10), is_own=False)
    (one,), count = found.entries, found.count
    assert (one.paper_id, one.name, one.note, count) == (NINE, "ada", "It counts boats.", 1)


def test_the_export_of_everything_holds_no_trace_of_it(filled: House, people: Any, bring: Any, tmp_path: Path) -> None:
    bring(people["ada"])
    export_all(filled.database, tmp_path / "out", lambda _: None)
    assert NINE not in "".join(path.read_text("utf-8") for path in (tmp_path / "out").iterdir())


def test_approved_it_is_new_on_that_day_with_all_that_belongs_to_it(
    filled: House, people: Any, bring: Any, make_record: Make, take_in: Take, now: datetime
) -> None:
    pk = bring(people["ada"]).paper.pk
    save_papers(filled.database, [NINE], people["ada"].pk, now)
    follow_with_vectors(filled.models)
    take_in(filled, make_record(3), make_record(4))
    seen = bound_now(filled.database, WHENEVER).through
    approve(filled.database, 1, people["cleo"], Today(now + timedelta(days=1), TODAY))
    drain_index(filled.database, filled.index)
    follow_with_vectors(filled.models)
    (new,) = read_arrivals(filled.database, Arrived(after=seen), 10).papers
    assert (new.id, new.pk > max(pk, seen)) == (NINE, True)
    assert after_of(filled.database, f"{(now + timedelta(days=1)).date()}", UTC) == new.pk - 1
    assert read_shelf(filled.database, people["ada"].pk, new).place.saved_at == now
    found = search_papers(filled.database, filled.index, "heron", 5, filled.models).listing
    assert [entry.paper.pk for entry in found.entries][:1] == [new.pk]
    assert filled.index.count() == 5
    assert all(check.ok for check in check_house(filled.database, filled.index))
    import_records(filled.database, [make_record(9, source="arxiv", title="A heron counts all boats")], now)
    assert read_paper(filled.database, NINE).pk == new.pk


def test_what_waited_is_new_when_a_source_brings_it(
    filled: House, people: Any, bring: Any, make_record: Make, take_in: Take, now: datetime
) -> None:
    bring(people["ada"])
    take_in(filled, make_record(3))
    seen = bound_now(filled.database, WHENEVER).through
    take_in(filled, make_record(9, source="arxiv", title="A heron counts boats again"))
    found = read_arrivals(filled.database, Arrived(after=seen), 10).papers
    assert [paper.id for paper in found] == [NINE]
    assert search_papers(filled.database, filled.index, "heron", 5).listing.count == 1
    assert filled.index.count() == 4
    assert all(check.ok for check in check_house(filled.database, filled.index))


def test_all_that_can_belong_to_a_paper_is_known(house: House) -> None:
    with house.database.read() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        in_file = {
            (table, key["constrained_columns"][0])
            for table in tables
            for key in inspect(connection).get_foreign_keys(table)
            if key["referred_table"] == "papers"
        }
    known = {
        (table.name, key.parent.name)
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.column is paper_rows.c.pk
    }
    assert in_file == known


def test_approved_it_stands_in_the_edition_of_that_day(
    filled: House, people: Any, bring: Any, make_record: Make, now: datetime
) -> None:
    bring(people["ada"])
    approve(filled.database, 1, people["cleo"], Today(now, TODAY))
    drain_index(filled.database, filled.index)
    assert NINE in names(read_edition(filled.database, period_of("day", TODAY), 10).listing)
    assert search_papers(filled.database, filled.index, "heron", 5).listing.count == 1
    # A later version, or the edition pressed anew, takes it out of none.
    import_records(filled.database, [make_record(9, source="arxiv", title="A heron counts all boats")], now)
    press_edition(filled.database, TODAY, now)
    paper = read_paper(filled.database, NINE)
    assert paper.content.title == "A heron counts all boats"
    assert NINE in names(read_edition(filled.database, period_of("day", TODAY), 10).listing)
    (own,) = read_submissions(filled.database, people["ada"], Part(10), is_own=True).entries
    assert own.state == "approved"
    with pytest.raises(Conflict):
        approve(filled.database, 1, people["cleo"], Today(now, TODAY))
    assert verbs(filled) == ["submission approved"]


def test_declined_it_stays_hidden_and_the_submitter_reads_why(
    filled: House, people: Any, bring: Any, now: datetime
) -> None:
    bring(people["ada"])
    bring(people["bo"])
    with pytest.raises(Invalid):
        decline(filled.database, 1, people["cleo"], "  ", now)
    decline(filled.database, 1, people["cleo"], "Not ours.", now)
    assert traces(filled) == []
    for name in ("ada", "bo"):
        (own,) = read_submissions(filled.database, people[name], Part(10), is_own=True).entries
        assert (own.state, own.reason) == ("declined", "Not ours.")
        assert read_paper_for(filled.database, NINE, people[name]).hidden == WAITING
    assert read_submissions(filled.database, people["cleo"], Part(10), is_own=False) == Entries()
    assert verbs(filled) == ["submission declined"]


def test_curators_own_papers_and_those_of_open_sites_are_shown_at_once(filled: House, people: Any, bring: Any) -> None:
    paper = bring(people["cleo"], must_wait=False).paper
    assert (paper.hidden, paper.content.edition_on) == ("", TODAY)
    assert NINE in names(read_edition(filled.database, period_of("day", TODAY), 10).listing)
    assert bring(people["ada"]).paper.hidden == ""
    assert read_submissions(filled.database, people["ada"], Part(10), is_own=True) == Entries()


@pytest.mark.parametrize("changes", [{}, {"abstract": "Other words."}, {"source": "hub"}])
def test_what_a_source_brings_as_well_is_shown(
    filled: House, people: Any, bring: Any, make_record: Make, now: datetime, changes: dict[str, str]
) -> None:
    bring(people["ada"])
    record = make_record(9, source="arxiv", title="A heron counts boats", published_on=date(2026, 2, 1))
    import_records(filled.database, [replace(record, **changes)], now)
    drain_index(filled.database, filled.index)
    assert read_paper(filled.database, NINE).hidden == ""
    assert search_papers(filled.database, filled.index, "heron", 5).listing.count == 1
    (own,) = read_submissions(filled.database, people["ada"], Part(10), is_own=True).entries
    assert (own.state, own.reason) == ("approved", submissions.CAME_BY_ITSELF)


def test_a_curators_word_stands_against_sources(
    filled: House, people: Any, bring: Any, make_record: Make, now: datetime
) -> None:
    bring(people["cleo"], must_wait=False)
    hide_paper(filled.database, NINE, "Withdrawn.", Hand("cleo", people["cleo"].pk), now)
    drain_index(filled.database, filled.index)
    assert traces(filled) == []
    import_records(filled.database, [make_record(9, source="arxiv", title="A heron counts boats again")], now)
    drain_index(filled.database, filled.index)
    assert traces(filled) == []
    for must_wait in (True, False):
        with pytest.raises(Conflict):
            bring(people["ada"], must_wait=must_wait)
    with pytest.raises(Conflict):
        hide_paper(filled.database, NINE, "Again.", Hand("cleo"), now)
    unhide_paper(filled.database, NINE, "It is back.", Hand("cleo", people["cleo"].pk), now)
    drain_index(filled.database, filled.index)
    assert search_papers(filled.database, filled.index, "heron", 5).listing.count == 1
    assert verbs(filled) == ["paper shown again", "paper hidden", "paper submitted"]


def test_what_a_group_keeps_to_itself_waits_as_any_other_would(filled: House, people: Any, bring: Any) -> None:
    bring(people["bo"])
    with filled.database.write() as connection:
        hiding.set_hidden(connection, papers.get_paper(connection, NINE, with_hidden=True).pk, BY_GROUP)
    for outsider in ("bo", "cleo"):
        with pytest.raises(NotFound):
            read_paper_for(filled.database, NINE, people[outsider])
    added = bring(people["ada"])
    assert (added.is_new, added.paper.hidden) == (True, WAITING)
    assert read_paper_for(filled.database, NINE, people["ada"]).id == NINE


@pytest.mark.parametrize(("other", "hidden"), [("", ""), (BY_CURATOR, BY_CURATOR), (WAITING, WAITING)])
def test_joined_with_another_it_is_seen_as_that_one_was(
    filled: House, people: Any, bring: Any, now: datetime, other: str, hidden: str
) -> None:
    pk = bring(people["ada"]).paper.pk
    with filled.database.write() as connection:
        hiding.set_hidden(connection, papers.get_paper(connection, "2603.00001").pk, other)
    joined = join_papers(filled.database, NINE, "2603.00001", Hand("cleo"), now)
    assert (joined.hidden, joined.pk != pk) == (hidden, True)
    (own,) = read_submissions(filled.database, people["ada"], Part(10), is_own=True).entries
    assert own.state == ("approved" if not hidden else "waiting")


def test_nobodys_submission_waits_too(filled: House, people: Any, bring: Any) -> None:
    for _ in range(2):
        assert bring(None).paper.hidden == WAITING
    found = read_submissions(filled.database, people["cleo"], Part(10), is_own=False)
    assert (found.count, found.entries[0].name, found.entries[0].reader_pk) == (1, "", None)


def verbs(house: House) -> list[str]:
    with house.database.read() as connection:
        return [deed.verb for deed in deeds.list_deeds(connection, is_public=True)]


def test_webhooks_hear_of_a_submission_when_everybody_sees_its_paper(
    filled: House, people: dict[str, Reader], bring: Any, now: datetime
) -> None:
    def told() -> list[str]:
        with filled.database.read() as connection:
            return [news.payload for news in webhooks.list_deliveries(connection, 99)]

    with filled.database.write() as connection:
        webhooks.insert_webhook(connection, Webhook(0, "room", "https://hook.example.org/", ("submission",), now))
    bring(people["ada"], note="Herons!")
    assert told() == []
    (waiting,) = read_submissions(filled.database, people["cleo"], Part(9), is_own=False).entries
    approve(filled.database, waiting.pk, people["cleo"], Today(now, TODAY))
    (payload,) = told()
    assert all(word in payload for word in ("Herons!", "ada", "A heron counts boats"))


def test_webhooks_hear_at_once_of_what_need_not_wait(filled: House, people: Any, bring: Any, now: datetime) -> None:
    with filled.database.write() as connection:
        webhooks.insert_webhook(connection, Webhook(0, "room", "https://hook.example.org/", ("submission",), now))
    bring(people["ada"], must_wait=False)
    with filled.database.read() as connection:
        (told,) = webhooks.list_deliveries(connection, 99)
    assert told.event == "submission"
