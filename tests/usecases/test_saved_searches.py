"""Saved searches: what is new since their reader looked, what they would have sent, their feeds, what webhooks hear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import event

from broadsheet.domain.errors import Conflict, Invalid, NotFound
from broadsheet.domain.readers import Reader
from broadsheet.domain.saved_searches import MOST_SEARCHES, SavedSearch
from broadsheet.domain.subscriptions import Wish
from broadsheet.domain.webhooks import Webhook
from broadsheet.store import readers, saved_searches, webhooks
from broadsheet.store.personal import list_everything_of
from broadsheet.usecases import saved_searches as use
from broadsheet.usecases.digest_lists import DigestLists
from broadsheet.usecases.save_papers import save_papers
from broadsheet.usecases.send_digests import preview_digest
from broadsheet.usecases.tell_hits import tell_hits
from broadsheet.wiring import House

LANTERN = {"abstract": "We light a lantern by the sea."}
TIDE = {"title": "On tides", "abstract": "The tide rises by the sea.", "keywords": ()}


@pytest.fixture
def ada(house: House, now: datetime) -> Reader:
    with house.database.write() as connection:
        return readers.insert_reader(connection, "ada", "ada@example.org", "reader", now)


@pytest.fixture
def save(house: House, ada: Reader, now: datetime) -> Callable[[str], SavedSearch]:
    return lambda text: use.save_search(house.database, house.index, ada, text, now)


def new(house: House, reader: Reader) -> dict[str, int]:
    return {one.search.name: one.count for one in use.list_new(house.database, house.index, reader).entries}


@contextmanager
def statements(house: House) -> Iterator[list[str]]:
    told: list[str] = []

    def tell(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        told.append(statement)

    event.listen(house.database._readers, "before_cursor_execute", tell)
    yield told
    event.remove(house.database._readers, "before_cursor_execute", tell)


def test_what_came_since_the_last_look_is_new(house: House, ada: Reader, save: Any, take_in: Any, make_record: Any):
    take_in(house, make_record(1, **LANTERN))
    lantern = save("lantern sea")
    save("cat:cs.CL")
    assert new(house, ada) == {"lantern sea": 0, "cat:cs.CL": 0}
    take_in(house, make_record(2, **LANTERN), make_record(3, **TIDE))  # the tide has one of the words alone
    assert new(house, ada) == {"lantern sea": 1, "cat:cs.CL": 2}
    use.look_at_search(house.database, house.index, ada, lantern.pk)
    assert new(house, ada) == {"lantern sea": 0, "cat:cs.CL": 2}


def test_the_record_is_asked_no_more_for_more_searches(
    house: House, ada: Reader, save: Any, take_in: Any, make_record: Any
):
    counts = []
    save("in:library lantern")
    for size in (2, 12):
        for n in range(size):
            save(f"lantern {size} {n}")
        take_in(house, *(make_record(size * 100 + n, **LANTERN) for n in range(size)))
        with statements(house) as told:
            new(house, ada)
        counts.append(len(told))
    assert counts[0] == counts[1] <= 3


def test_a_search_is_saved_once_and_none_without_words(save: Any, house: House, ada: Reader, now: datetime):
    assert save("lantern").pk == save(" lantern ").pk
    for wrong in ("", "   ", "x" * 400):
        with pytest.raises(Invalid):
            save(wrong)
    for n in range(MOST_SEARCHES - 1):
        save(f"word{n}")
    with pytest.raises(Conflict, match="delete one first"):
        save("one more")


def test_nobody_touches_the_searches_of_others(save: Any, house: House, now: datetime):
    mine = save("lantern")
    with house.database.write() as connection:
        bo = readers.insert_reader(connection, "bo", "", "operator", now)
    for act in (
        lambda: use.read_search(house.database, bo, mine.pk),
        lambda: use.rename_search(house.database, bo, mine.pk, "x"),
        lambda: use.look_at_search(house.database, house.index, bo, mine.pk),
        lambda: use.renew_feed(house.database, bo, mine.pk, now),
        lambda: use.announce_search(house.database, house.index, bo, mine.pk, is_announced=True),
        lambda: use.delete_search(house.database, bo, mine.pk),
    ):
        with pytest.raises(NotFound):
            act()
    assert use.list_new(house.database, house.index, bo).entries == ()


def test_a_feed_has_a_secret_address_that_can_be_renewed(save: Any, house: House, ada: Reader, now: datetime):
    mine, other = save("lantern"), save("tide")
    name = mine.feed_name("secret")
    assert use.find_feed(house.database, "secret", name).pk == mine.pk
    forged = name.replace(f"{mine.pk}-", f"{other.pk}-")
    for wrong in ("", "x-1", "1", f"{mine.pk}-", name[:-1], name.upper(), forged, "9" * 30 + "-x", f"²-{name}"):
        with pytest.raises(NotFound):
            use.find_feed(house.database, "secret", wrong)
    with pytest.raises(NotFound):
        use.find_feed(house.database, "another secret", name)
    use.renew_feed(house.database, ada, mine.pk, now + timedelta(seconds=1))
    with pytest.raises(NotFound):
        use.find_feed(house.database, "secret", name)
    renewed = use.read_search(house.database, ada, mine.pk).feed_name("secret")
    assert use.find_feed(house.database, "secret", renewed).pk == mine.pk
    with house.database.write() as connection:
        readers.update_reader(connection, ada.pk, is_blocked=True)
    with pytest.raises(NotFound):
        use.find_feed(house.database, "secret", renewed)


def test_a_feed_is_newest_first_and_of_a_library_as_it_was_saved(
    save: Any, house: House, ada: Reader, take_in: Any, make_record: Any, now: datetime
):
    take_in(house, *(make_record(n, published_on=date(2026, 2, n), **LANTERN) for n in (1, 2, 3)))
    save_papers(house.database, ["2603.00003"], ada.pk, now)
    save_papers(house.database, ["2603.00001"], ada.pk, now + timedelta(hours=1))

    def ids(text: str) -> list[str]:
        found = use.read_found(house.database, house.index, save(text), (10, 0))
        return [entry.paper.id for entry in found.entries]

    assert ids("lantern sea") == ["2603.00003", "2603.00002", "2603.00001"]
    assert ids("in:library") == ["2603.00001", "2603.00003"]
    assert ids("in:library lantern after:2026-02-02") == ["2603.00003"]
    assert save("in:library").name == "My library"


def test_a_trial_says_what_letters_would_have_brought(
    save: Any, house: House, ada: Reader, take_in: Any, make_record: Any, now: datetime
):
    day = date(2026, 3, 4)
    take_in(
        house,
        make_record(1, edition_on=day, published_on=day, **LANTERN),
        make_record(2, edition_on=day - timedelta(days=1), **LANTERN),
        make_record(3, edition_on=day - timedelta(days=1), **TIDE),
        make_record(4, edition_on=day - timedelta(days=40), **LANTERN),
    )
    mine, office = save("lantern sea"), house.post_office()
    trial = use.try_search(DigestLists(house.shelf(), office.imprint, day), mine)
    assert [(tried.day, sorted(paper.id for paper in tried.papers)) for tried in trial.days] == [
        (day, ["2603.00001"]),
        (day - timedelta(days=1), ["2603.00002", "2603.00003"]),
    ]
    assert (trial.count, trial.exact_count) == (3, 2)
    letter = preview_digest(office, house.shelf(), Wish("search", "lantern sea"), now, day)
    assert letter is not None and sorted(letter.pks) == [paper.pk for paper in trial.days[0].papers]
    assert use.try_search(DigestLists(house.shelf(), office.imprint, day), save("in:library")).days == ()


def test_webhooks_hear_once_of_what_its_reader_lets_them_know(
    save: Any, house: House, ada: Reader, take_in: Any, make_record: Any, now: datetime
):
    with house.database.write() as connection:
        webhooks.insert_webhook(connection, Webhook(0, "hook", "https://example.org/", ("search",), now))
    take_in(house, make_record(1, **LANTERN))
    told, _ = save("lantern sea"), save("cat:cs.CL")
    use.rename_search(house.database, ada, told.pk, "Lamps")
    use.announce_search(house.database, house.index, ada, told.pk, is_announced=True)
    assert tell_hits(house.database, house.index, now) == 0  # nothing came since
    take_in(house, make_record(2, **LANTERN), make_record(3, **TIDE))
    revision = house.database.revision()
    assert [tell_hits(house.database, house.index, now) for _ in range(2)] == [1, 0]
    assert house.database.revision() == revision
    with house.database.read() as connection:
        (one,) = webhooks.list_deliveries(connection, 10)
    data = orjson.loads(one.payload)
    assert (one.event, data["name"], data["query"], data["count"]) == ("search", "Lamps", "lantern sea", 1)
    assert [paper["id"] for paper in data["papers"]] == ["2603.00002"]
    use.announce_search(house.database, house.index, ada, told.pk, is_announced=False)
    take_in(house, make_record(4, **LANTERN))
    assert tell_hits(house.database, house.index, now) == 0


def test_what_is_found_in_a_library_is_told_nobody(save: Any, house: House, ada: Reader):
    with pytest.raises(Invalid, match="yours alone"):
        use.announce_search(house.database, house.index, ada, save("in:library").pk, is_announced=True)


def test_they_go_along_in_an_export_and_go_with_their_reader(save: Any, house: House, ada: Reader):
    mine = save("lantern")
    with house.database.write() as connection:
        (row,) = list_everything_of(connection, ada.pk)["saved_searches"]
        assert row["text"] == "lantern"
        readers.delete_reader(connection, ada.pk)
        assert saved_searches.find_search(connection, mine.pk) is None
