"""Lead stories, edited links, claims of authors, and the log in which all of it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from broadsheet.domain.days import period_of
from broadsheet.domain.deeds import Deed, Hand
from broadsheet.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from broadsheet.domain.listing import Part
from broadsheet.domain.paper import Link, Record
from broadsheet.domain.readers import Reader
from broadsheet.store import claims, deeds, papers, readers
from broadsheet.usecases.claim_papers import claim_paper, read_claims, settle_claim
from broadsheet.usecases.curate_papers import join_papers
from broadsheet.usecases.edit_links import add_link, remove_link
from broadsheet.usecases.feature_papers import feature_paper, unfeature_paper
from broadsheet.usecases.hide_papers import hide_paper
from broadsheet.usecases.import_papers import ImportCount, import_records
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.read_log import read_log
from broadsheet.usecases.read_papers import read_edition, read_paper, search_papers
from broadsheet.wiring import House

Make = Callable[..., Record]
Take = Callable[..., ImportCount]
ONE, TWO = "2603.00001", "2603.00002"
DAY = date(2026, 3, 3)
CLEO = Hand("cleo", 3)


@pytest.fixture
def filled(house: House, make_record: Make, take_in: Take) -> House:
    take_in(house, *(make_record(n, edition_on=DAY, upvotes=10 - n) for n in (1, 2, 3)))
    return house


@pytest.fixture
def people(filled: House) -> dict[str, Reader]:
    with filled.database.write() as connection:
        made = {"ada": "reader", "bo": "reader", "cleo": "curator"}
        return {name: readers.insert_reader(connection, name, "", role, filled.clock()) for name, role in made.items()}


def order(house: House, kind: str = "day") -> list[str]:
    entries = read_edition(house.database, period_of(kind, DAY), 10).listing.entries
    return [entry.paper.id[-1] for entry in entries]


def urls(house: House) -> list[str]:
    return [link.url for link in read_paper(house.database, ONE).content.links]


def log(house: House) -> list[tuple[str, str, str]]:
    return [(deed.verb, deed.subject, deed.detail) for deed in read_log(house.database, 0, 50).entries]


def test_the_lead_story_stands_on_top_of_its_day(filled: House, people: dict[str, Reader], now: datetime) -> None:
    assert order(filled) == ["1", "2", "3"]
    feature_paper(filled.database, "2603.00003", DAY, CLEO, now)
    assert (order(filled), order(filled, "week")) == (["3", "1", "2"], ["1", "2", "3"])
    later = read_edition(filled.database, period_of("day", DAY), 2, 2).listing.entries
    assert [(entry.rank, entry.paper.id) for entry in later] == [(3, TWO)]
    feature_paper(filled.database, TWO, DAY, CLEO, now)
    assert order(filled) == ["2", "1", "3"]
    hide_paper(filled.database, TWO, "Gone.", CLEO, now)
    assert order(filled) == ["1", "3"]
    unfeature_paper(filled.database, TWO, DAY, CLEO, now)
    with pytest.raises(Invalid):
        unfeature_paper(filled.database, TWO, DAY, CLEO, now)
    with pytest.raises(Invalid):
        feature_paper(filled.database, ONE, date(2026, 3, 2), CLEO, now)
    with pytest.raises(NotFound):
        feature_paper(filled.database, TWO, DAY, CLEO, now)
    assert [verb for verb, _, _ in log(filled)] == [
        "lead story taken back", "paper hidden", "lead story chosen", "lead story chosen",
    ]  # fmt: skip


def test_edited_links_outlive_what_sources_say(
    filled: House, people: dict[str, Reader], make_record: Make, now: datetime
) -> None:
    cleo, code = people["cleo"], Link("code", "https://git.example/lamps")
    add_link(filled.database, ONE, code, cleo, now)
    remove_link(filled.database, ONE, "https://example.org/abs/1", cleo, now)
    assert urls(filled) == [code.url]
    drain_index(filled.database, filled.index)
    assert search_papers(filled.database, filled.index, "has:code", 5).listing.count == 1
    before = import_records(filled.database, [make_record(1, edition_on=DAY, upvotes=9, venue="A book")], now)
    assert (before.updated, urls(filled)) == (1, [code.url])
    again = import_records(filled.database, [make_record(1, edition_on=DAY, upvotes=9, venue="A book")], now)
    assert again.unchanged == 1
    with filled.database.read() as connection:
        (stored,) = papers.list_stored(connection, [1])
    assert [link.url for link in stored.content.links] == ["https://example.org/abs/1"]
    remove_link(filled.database, ONE, code.url, cleo, now)
    assert urls(filled) == []
    join_papers(filled.database, ONE, TWO, CLEO, now)
    assert urls(filled) == ["https://example.org/abs/2"]


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("code", "javascript:alert(1)"),
        ("code", "ftp://x.example/"),
        ("code", "//x.example"),
        ("code", "https://x.example/<b>"),
        ("code", "https://x.example/" + "x" * 1_000),
        ("code", ""),
        ("pdf", "https://x.example/"),
        ("", "https://x.example/"),
    ],
)
def test_what_is_no_link(filled: House, people: dict[str, Reader], now: datetime, kind: str, url: str) -> None:
    with pytest.raises(Invalid):
        add_link(filled.database, ONE, Link(kind, url), people["cleo"], now)
    assert urls(filled) == ["https://example.org/abs/1"]


def test_authors_give_links_once_a_curator_knows_them(filled: House, people: dict[str, Reader], now: datetime) -> None:
    ada, bo, page = people["ada"], people["bo"], Link("project", "https://lamps.example/")
    claim_paper(filled.database, ONE, ada, " Ada  Quill ", "My page", now=now)
    with pytest.raises(NotAllowed):
        add_link(filled.database, ONE, page, ada, now)
    settle_claim(filled.database, 1, people["cleo"], "", now, is_confirmed=True)
    with filled.database.read() as connection:
        known = [claims.is_author(connection, who.pk, pk) for who, pk in ((ada, 1), (ada, 2), (bo, 1))]
    assert known == [True, False, False]
    add_link(filled.database, ONE, page, ada, now)
    assert urls(filled)[0] == page.url
    with pytest.raises(NotAllowed):
        remove_link(filled.database, ONE, "https://example.org/abs/1", ada, now)
    remove_link(filled.database, ONE, page.url, ada, now)
    with pytest.raises(Invalid):
        remove_link(filled.database, ONE, page.url, ada, now)
    for paper in (ONE, TWO):
        with pytest.raises(NotAllowed):
            add_link(filled.database, paper, page, bo, now)
    assert log(filled)[-1] == ("author confirmed", ONE, "Ada Quill")


def test_a_declined_claim_tells_why_and_may_be_made_again(
    filled: House, people: dict[str, Reader], now: datetime
) -> None:
    ada, cleo = people["ada"], people["cleo"]
    for author in ("", "Somebody Else", "x" * 300):
        with pytest.raises(Invalid):
            claim_paper(filled.database, ONE, ada, author, "", now=now)
    claim_paper(filled.database, ONE, ada, "Bo Ferry", "", now=now)
    with pytest.raises(Invalid):
        settle_claim(filled.database, 1, cleo, "", now, is_confirmed=False)
    settle_claim(filled.database, 1, cleo, "Who are you?", now, is_confirmed=False)
    found = read_claims(filled.database, ada, Part(5), is_own=True)
    (own,), count = found.entries, found.count
    assert (own.state, own.reason, count) == ("declined", "Who are you?", 1)
    with pytest.raises(Conflict):
        settle_claim(filled.database, 1, cleo, "", now, is_confirmed=True)
    claim_paper(filled.database, ONE, ada, "Ada Quill", "It was a slip.", now=now)
    found = read_claims(filled.database, cleo, Part(5), is_own=False)
    (waiting,), count = found.entries, found.count
    assert (waiting.author, waiting.name, waiting.reason, count) == ("Ada Quill", "ada", "", 1)
    settle_claim(filled.database, waiting.pk, cleo, "", now, is_confirmed=True)
    with pytest.raises(Conflict):
        claim_paper(filled.database, ONE, ada, "Bo Ferry", "", now=now)


def test_the_log_is_read_in_pages(filled: House, now: datetime) -> None:
    with filled.database.write() as connection:
        for number in range(1, 6):
            deeds.add_deed(connection, Deed(now, None, "paper hidden", str(number)))
        deeds.add_deed(connection, Deed(now, None, "secret", "x", is_public=False))
    pages, before, goes_on = [], 0, True
    while goes_on:
        found = read_log(filled.database, before, 2)
        pages.append("".join(deed.subject for deed in found.entries))
        before, goes_on = found.entries[-1].pk, found.has_more
    assert pages == ["54", "32", "1"]
