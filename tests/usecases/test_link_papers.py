"""Papers that are one though no name says so become one; names, curators and crashes are respected."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from broadsheet.domain.paper import Link, Paper, Record
from broadsheet.linkage.blocking import LARGEST_BLOCK
from broadsheet.store import editions, facts, papers, readers, records, tables
from broadsheet.store.community_tables import votes
from broadsheet.store.trending import rescore
from broadsheet.usecases import link_papers
from broadsheet.usecases.check import check_house
from broadsheet.usecases.import_papers import ImportCount
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.link_papers import LINKED, count_waiting_records, link_waiting
from broadsheet.usecases.read_papers import read_paper, read_trending, search_papers
from broadsheet.wiring import House

Make = Callable[..., Record]
Take = Callable[..., ImportCount]

TITLE = "Lumen: how far a harbour lamp is seen through rain and fog"
AUTHORS = ("Ada Quill", "Bo Ferry", "Cy Tide", "Di Wharf")
TEXT = " ".join(f"we light lamp {n} and count the boats" for n in range(20))
COPY = {
    "source": "bibtex",
    "source_id": "quill2026",
    "arxiv_id": None,
    "title": "LUMEN - How far a harbor lamp is seen through rain and fog",
    "authors": tuple(f"{name[0]}. {name.split()[1]}" for name in AUTHORS),
    "abstract": " ".join(TEXT.split()[:60]),
    "links": (),
}


@pytest.fixture
def paper(make_record: Make) -> Callable[..., Record]:
    def make(**changes: Any) -> Record:
        return make_record(1, **{"title": TITLE, "authors": AUTHORS, "abstract": TEXT, **changes})

    return make


def all_papers(house: House) -> list[Paper]:
    with house.database.read() as connection:
        return papers.list_papers(connection, papers.list_pks_after(connection, 0, 1_000))


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("copy_first", [True, False])
def test_one_paper_told_by_two_sources(
    house: House, paper: Make, take_in: Take, together: bool, copy_first: bool
) -> None:
    batch = [paper(), paper(**COPY)][:: -1 if copy_first else 1]
    take_in(house, *batch[:1])
    if not together:
        assert link_waiting(house.database) == 0
    take_in(house, *batch[1:])
    assert len(all_papers(house)) == 2
    assert link_waiting(house.database) == 1
    (found,) = all_papers(house)
    assert (found.pk, found.id, found.content.title) == (1, "2603.00001", TITLE)
    first, second = found.sources
    assert first.reason == ""
    assert second.reason == "likeness 0.99: title 0.95, authors 4 of 4, 2026/2026, abstract 1.00"
    drain_index(house.database, house.index)
    assert all(check.ok for check in check_house(house.database, house.index, repair=False))
    assert search_papers(house.database, house.index, "harbour lamp", 5).listing.count == 1


def vote_for(connection: Connection, of: Paper, name: str, now: datetime, *, counts: bool = True) -> None:
    reader = readers.insert_reader(connection, name, "", "reader", now)
    vote = {"paper_pk": of.pk, "reader_pk": reader.pk, "voted_at": now, "counts": counts}
    connection.execute(votes.insert().values(**vote))


def test_what_the_other_paper_had_goes_along(house: House, paper: Make, take_in: Take) -> None:
    code = Link("code", "https://example.org/code")
    take_in(house, paper(edition_on=date(2026, 2, 5)), paper(**{**COPY, "links": (code,), "doi": "10.1000/x"}))
    one, other = all_papers(house)
    with house.database.write() as connection:
        vote_for(connection, other, "ada", house.clock())
        vote_for(connection, other, "bo", house.clock(), counts=False)
        papers.add_own_counts(connection, other.pk, 1, 0)
    assert link_waiting(house.database) == 1
    (found,) = all_papers(house)
    assert found.pk == other.pk, "readers have voted there"
    assert (found.own_upvotes, found.own_comments) == (1, 0)
    [ranked] = read_trending(house.database, 5).entries
    assert ranked.score == pytest.approx(sum(ranked.parts.values()), abs=1e-3)
    assert ranked.parts["interest"] == 1.0  # of one vote
    assert code in found.content.links
    with house.database.read() as connection:
        assert editions.list_days_of(connection, [found.pk])[found.pk] == {date(2026, 2, 5)}
    for name in (one.id, other.id, "10.1000/x"):
        assert read_paper(house.database, name) == found


def test_a_later_version_follows_its_paper(house: House, paper: Make, take_in: Take) -> None:
    take_in(house, paper(), paper(**COPY))
    link_waiting(house.database)
    take_in(house, paper(**{**COPY, "venue": "Proc. of Lamps"}))
    (found,) = all_papers(house)
    assert found.content.venue == "Proc. of Lamps"


def test_names_outweigh_likeness(house: House, paper: Make, take_in: Take) -> None:
    take_in(
        house,
        paper(),
        paper(arxiv_id="2603.00002"),
        paper(source="crossref", source_id="x", arxiv_id=None, doi="10.1000/x", title=TITLE.upper() + "!"),
        paper(source="crossref", source_id="y", arxiv_id=None, doi="10.1000/y", title=TITLE.upper() + "?"),
    )
    link_waiting(house.database)
    with house.database.read() as connection:
        for found in all_papers(house):
            keys = records.list_keys_of(connection, found.pk)
            for kind in ("arxiv:", "doi:"):
                assert sum(key.startswith(kind) for key in keys) <= 1
    assert {p.id for p in all_papers(house)} >= {"2603.00001", "2603.00002"}


def test_a_record_whose_names_lead_to_two_papers_makes_them_one(house: House, make_record: Make, take_in: Take) -> None:
    take_in(house, make_record(1), make_record(2, source="csl", source_id="k", arxiv_id=None, doi="10.1000/x"))
    take_in(house, make_record(1, source="arxiv", doi="10.1000/x"))
    assert link_waiting(house.database) == 1
    (found,) = all_papers(house)
    assert [ref.reason for ref in found.sources] == ["", "same DOI 10.1000/x", "same arXiv id 2603.00001"]


def test_stub_titles_stay_apart_and_their_block_stays_small(house: House, make_record: Make, take_in: Take) -> None:
    count = 3 * LARGEST_BLOCK
    stubs = [
        make_record(
            n, source="csl", source_id=f"{n}", arxiv_id=None, title="Editorial", abstract="", authors=(f"A {n}",)
        )
        for n in range(count)
    ]
    take_in(house, *stubs)
    assert link_waiting(house.database) == 0
    assert len(all_papers(house)) == count
    with house.database.read() as connection:
        rows = connection.execute(tables.link_blocks.select()).all()
    assert len(rows) == LARGEST_BLOCK + 1


def test_a_second_time_nothing_happens(house: House, paper: Make, take_in: Take) -> None:
    take_in(house, paper(), paper(**COPY))
    assert count_waiting_records(house.database) == 2
    link_waiting(house.database)
    revision = house.database.revision()
    assert count_waiting_records(house.database) == 0
    assert link_waiting(house.database) == 0
    assert house.database.revision() == revision


def test_done_again_it_changes_nothing(house: House, paper: Make, take_in: Take) -> None:
    take_in(house, paper(), paper(**COPY), paper(arxiv_id="2603.00009", title="Another", abstract="Quite."))
    link_waiting(house.database)
    before = all_papers(house)
    with house.database.write() as connection:
        facts.set_fact(connection, LINKED, "0")
    assert link_waiting(house.database) == 0
    assert all_papers(house) == before


def test_a_record_that_lost_its_end_is_looked_at_again(house: House, paper: Make, take_in: Take) -> None:
    take_in(house, paper(), paper(**COPY))
    with house.database.write() as connection:
        facts.set_fact(connection, LINKED, "99")
    assert link_waiting(house.database) == 1


def test_a_stop_keeps_what_is_done(house: House, paper: Make, take_in: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_papers, "ROUND", 1)
    take_in(house, paper(), paper(**COPY))
    rounds: list[int] = []
    link_waiting(house.database, rounds.append, lambda: bool(rounds))
    assert (rounds, count_waiting_records(house.database)) == ([1], 1)
    assert link_waiting(house.database) == 1


def test_a_paper_that_went_meanwhile_is_passed_over(house: House, paper: Make, take_in: Take) -> None:
    take_in(house, paper())
    link_waiting(house.database)
    with house.database.write() as connection:
        papers.delete_papers(connection, [1])
    take_in(house, paper(**COPY))
    assert link_waiting(house.database) == 0
    assert len(all_papers(house)) == 1


def test_what_the_reasons_say(house: House, make_record: Make, take_in: Take) -> None:
    take_in(
        house,
        make_record(1, source="daily-page", source_id="k", arxiv_id=None),
        make_record(1),
        make_record(1, source="arxiv", title="Other words"),
        make_record(1, source="csl", source_id="c", arxiv_id=None, openreview_id="abcdef1"),
        make_record(1, source="crossref", source_id="r", arxiv_id=None, openreview_id="abcdef1", title="Third words"),
    )
    (found,) = all_papers(house)
    assert [ref.reason for ref in found.sources] == [
        "",
        "same title and abstract",
        "same arXiv id 2603.00001",
        "same title and abstract",
        "same OpenReview forum abcdef1",
    ]
    with house.database.read() as connection:
        reasons = connection.execute(tables.records.select()).all()
    assert len(reasons) == 5


DIE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from broadsheet.settings import Settings
from broadsheet.usecases.link_papers import link_waiting
from broadsheet.wiring import open_house

house = open_house(Path(sys.argv[1]), lambda: datetime(2026, 3, 4, tzinfo=UTC), Settings())
left = int(sys.argv[2])

def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

sys.setprofile(count)
link_waiting(house.database)
"""


@pytest.mark.parametrize("steps", [8_000, 20_000, 32_000, 40_000, 44_000])
def test_killed_at_any_step_it_ends_where_it_would_have(
    open_at: Callable[[Path], House], folder: Path, paper: Make, take_in: Take, environment: dict[str, str], steps: int
) -> None:
    house = open_at(folder)
    take_in(house, paper(), paper(**COPY))
    command = [sys.executable, "-c", DIE, str(folder), str(steps)]
    done = subprocess.run(command, env=environment, timeout=60, check=False)
    assert done.returncode in (0, -signal.SIGKILL)
    link_waiting(house.database)
    (found,) = all_papers(house)
    assert [ref.source for ref in found.sources] == ["hub", "bibtex"]
    drain_index(house.database, house.index)
    assert all(check.ok for check in check_house(house.database, house.index, repair=False))


def test_votes_on_both_papers_count_in_the_score_of_the_one(house: House, paper: Make, take_in: Take) -> None:
    take_in(house, paper(), paper(**COPY))
    with house.database.write() as connection:
        for found, voters in zip(all_papers(house), (("ada", "bo"), ("cy", "di", "ed")), strict=True):
            for name in voters:
                vote_for(connection, found, name, house.clock())
            papers.add_own_counts(connection, found.pk, len(voters), 0)
            rescore(connection, found.pk)
    assert link_waiting(house.database) == 1
    [ranked] = read_trending(house.database, 5).entries
    assert ranked.parts["interest"] == 2.585  # of five votes
    assert ranked.score == pytest.approx(sum(ranked.parts.values()), abs=1e-3)
