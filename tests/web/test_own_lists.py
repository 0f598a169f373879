"""Groups, tags and comments as feeds, at open and at private addresses; groups and tags by mail."""

from __future__ import annotations

import runpy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Engine, event

from broadsheet.settings import Settings
from broadsheet.store import readers, subscribers
from broadsheet.usecases.send_digests import preview_digest, send_digests

_HERE = Path(__file__).parent
_PEOPLE = SimpleNamespace(**runpy.run_path(str(_HERE / "members.py")))
_RULES = SimpleNamespace(**runpy.run_path(str(_HERE.parent / "render" / "feed_rules.py")))
Person, make_group, let_in = _PEOPLE.Person, _PEOPLE.make_group, _PEOPLE.let_in
CHECKS = {"atom": _RULES.check_atom, "rss": _RULES.check_rss, "feed.json": _RULES.check_json_feed}
TABS = ("", "/week", "/trending", "/library")


@pytest.fixture
def site(open_site, plain):
    settings = Settings(timezone="UTC", writes_per_minute=0, address="https://papers.example.org")
    return open_site(*(plain(n) for n in range(1, 4)), settings=settings)


@pytest.fixture
def kim(site):
    return Person(site, "kim")


def add(person, group, *numbers):
    for number in numbers:
        person.send(f"/papers/2511.{number:05}/groups", group=group.removeprefix("/g/"))


def private_feeds(person):
    found = person.page("/feeds/mine").css("main li code")
    return [
        node.text().removeprefix("https://papers.example.org") for node in found if "/feeds/private/" in node.text()
    ]


def titles(answer):
    assert answer.status_code == 200, answer.text
    return [entry.title for entry in feedparser.parse(answer.content).entries]


def letter_of(site, address):
    house = site.house
    with house.database.read() as connection:
        found = subscribers.find_by_address(connection, address)
    return preview_digest(house.post_office(), house.shelf(), found, house.clock(), house.today())


@pytest.mark.parametrize("suffix", CHECKS)
def test_each_list_of_a_group_is_a_feed_for_who_may_read_it(site, kim, suffix):
    outsider, nobody = Person(site, "otto"), Person(site)
    public, private = make_group(kim, "Open Lab", "public"), make_group(kim, "Closed Lab")
    for group in (public, private):
        add(kim, group, 1, 2)
        for tab in TABS:
            answer = kim.get(f"{group}{tab}.{suffix}", 200)
            CHECKS[suffix](answer.content)
            assert len(feedparser.parse(answer.content).entries or answer.json()["items"]) == 2
            assert answer.headers["cache-control"] == "private, no-cache"
            for other in (outsider, nobody):
                assert other.get(f"{group}{tab}.{suffix}").status_code == (200 if group == public else 404)
    heads = kim.page(f"{private}/trending").css("link[rel=alternate]")
    assert f"{private}/trending.{suffix}" in [node.attributes["href"] for node in heads]
    assert kim.get(f"{private}/week.md", 200).text.startswith("# Closed Lab")
    kim.get(f"{private}/trending.nothing", 404)


def test_a_private_group_has_a_feed_for_programs_until_its_reader_leaves(site, kim):
    mo, otto, nobody = Person(site, "mo"), Person(site, "otto"), Person(site)
    group = make_group(kim, "Closed Lab")
    let_in(kim, group, mo)
    add(kim, group, 1)
    name = group.removeprefix("/g/")
    otto.send("/feeds/mine", 404, action="make", kind="group", value=name)
    mo.send("/feeds/mine", action="make", kind="group", value=name)
    feed = private_feeds(mo)[0]
    answer = nobody.get(feed, 200)
    assert len(titles(answer)) == 1
    assert answer.headers["x-robots-tag"] == "noindex"
    assert nobody.get(feed.removesuffix(".atom")).headers["location"] == group
    assert feed in mo.get("/feeds/mine.opml").text
    site.now += timedelta(seconds=1)
    number = feed.split("own-")[1].partition("-")[0]
    otto.send("/feeds/mine", 404, action="renew", feed=number)
    mo.send("/feeds/mine", action="renew", feed=number)
    nobody.get(feed, 404)
    feed = private_feeds(mo)[0]
    nobody.get(feed, 200)
    mo.send(f"{group}/members", action="leave", member="mo")
    nobody.get(feed, 404)
    assert private_feeds(mo) == []


def test_who_may_not_know_the_new_name_of_a_group_does_not_learn_it(site, kim):
    otto = Person(site, "otto")
    group = make_group(kim, "Open Lab", "public")
    for one in (otto, kim):
        one.send("/feeds/mine", action="make", kind="group", value="open-lab")
        one.send("/subscribe/mine", kind="group", value="open-lab", cadence="daily")
    kim.send(f"{group}/settings", title="Open Lab", about="", access="private")
    assert (private_feeds(otto), len(private_feeds(kim))) == ([], 3)
    with site.house.database.read() as connection:
        found = [subscribers.find_by_address(connection, f"{name}@example.org") for name in ("otto", "kim")]
    assert [len(one.subscriptions) for one in found] == [0, 1]
    assert found[1].subscriptions[0].wish.value.startswith("open-lab-")


def test_a_tag_is_a_feed_that_its_page_names(site, kim):
    for number in (1, 2):
        kim.api("/api/v1/library", {"paper": f"2511.{number:05}", "tags": ["owls"] if number == 1 else []}, 200)
    assert not kim.page("/library?tag=owls").css("link[rel=alternate]")
    kim.send("/feeds/mine", action="make", kind="tag", value="owls")
    feeds = private_feeds(kim)
    assert len(titles(Person(site).get(feeds[0]))) == 1
    assert [node.attributes["href"] for node in kim.page("/library?tag=owls").css("link[rel=alternate]")] == feeds
    assert not kim.page("/library").css("link[rel=alternate]")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "x"}, 400), ({"action": "make", "kind": "x", "value": "y"}, 400),
        ({"action": "make", "kind": "tag", "value": " "}, 400), ({"action": "renew", "feed": "9"}, 404),
        ({"action": "delete", "feed": "\u00b2"}, 404), ({"action": "make", "kind": "tag", "value": "x" * 101}, 400),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(kim, fields, status):
    kim.send("/feeds/mine", status, **fields)
    kim.get("/feeds/private/own-1-x.atom", 404)
    kim.get("/feeds/private/own-.atom", 404)


def test_a_groups_edition_comes_by_mail_to_its_members_alone(site, kim):
    mo, otto = Person(site, "mo"), Person(site, "otto")
    group = make_group(kim, "Closed Lab")
    let_in(kim, group, mo)
    add(kim, group, 1)
    name = group.removeprefix("/g/")
    otto.send("/subscribe/mine", 404, kind="group", value=name, cadence="daily")
    page = mo.send("/subscribe/mine", kind="group", value=name, cadence="weekly").headers["location"]
    assert f"New in the group {name}" in LexborHTMLParser(mo.get(page, 200).text).css_first("main").text()
    assert "New in Closed Lab" in letter_of(site, "mo@example.org").text
    assert mo.send("/subscribe", 400, email="mo@example.org", kind="group", value=name)
    with site.house.database.write() as connection:
        readers.update_reader(connection, mo.reader.pk, email="new@example.org")
    assert letter_of(site, "mo@example.org") is None  # it is not the address of the account any more
    with site.house.database.write() as connection:
        readers.update_reader(connection, mo.reader.pk, email="mo@example.org")
    assert letter_of(site, "mo@example.org") is not None
    mo.send(f"{group}/members", action="leave", member="mo")
    assert letter_of(site, "mo@example.org") is None


def test_a_tag_comes_by_mail_to_the_accounts_address(site, kim):
    kim.api("/api/v1/library", {"paper": "2511.00002", "tags": ["owls"]}, 200)
    assert "Send me what is new" in kim.text("/library?tag=owls")
    kim.send("/subscribe/mine", 400, kind="tag", value="owls", cadence="hourly")
    kim.send("/subscribe/mine", 400, kind="category", value="cs.CL", cadence="daily")
    kim.send("/subscribe/mine", kind="tag", value="owls", cadence="daily")
    letter = letter_of(site, "kim@example.org")
    assert "My tag owls" in letter.text
    assert len(letter.pks) == 1
    with site.house.database.write() as connection:
        readers.update_reader(connection, kim.reader.pk, email="")
    kim.send("/subscribe/mine", 400, kind="tag", value="owls", cadence="daily")


@pytest.mark.parametrize("suffix", CHECKS)
def test_comments_are_a_feed_that_the_papers_page_names(site, kim, suffix):
    nobody, paper = Person(site), "/papers/2511.00001"
    CHECKS[suffix](nobody.get(f"{paper}/comments.{suffix}", 200).content)
    for text in ("First, <b>bold</b> & $x<y$", "Second", "Third"):
        kim.send(f"{paper}/comments", text=text)
        site.now += timedelta(minutes=1)
    kim.send("/comments/3/delete")
    answer = nobody.get(f"{paper}/comments.{suffix}", 200)
    CHECKS[suffix](answer.content)
    assert nobody.site.get(f"{paper}/comments.{suffix}", if_none_match=answer.headers["etag"]).status_code == 304
    assert answer.text.index("Second") < answer.text.index("First")
    assert "Third" not in answer.text
    named = [node.attributes["href"] for node in nobody.page(paper).css("link[rel=alternate]")]
    assert f"{paper}/comments.{suffix}" in named
    nobody.get(f"{paper}/comments.bib", 404)
    nobody.get(f"/papers/none/comments.{suffix}", 404)


def statements_of(site):
    seen = []

    def note(*event_of):
        seen.append(event_of[2])

    house = site.house
    event.listen(Engine, "before_cursor_execute", note)
    try:
        later = house.clock() + timedelta(days=5)
        count = send_digests(house.post_office(), house.shelf(), later, house.today(), dry_run=True)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert count.written == count.due
    return len(seen)


def test_a_groups_letter_takes_no_more_statements_for_more_papers(site, kim):
    group = make_group(kim, "Closed Lab")
    add(kim, group, 1)
    kim.send("/subscribe/mine", kind="group", value=group.removeprefix("/g/"), cadence="daily")
    few = statements_of(site)
    add(kim, group, 2, 3)
    assert statements_of(site) == few
