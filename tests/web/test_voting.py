"""Voting in a browser and by the API: buttons for readers, counts for all; every list as cheap as a short one."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from sqlalchemy import event

from broadsheet.settings import Settings

Person = runpy.run_path(str(Path(__file__).parent / "people.py"))["Person"]
ONE, TWO = "/papers/2511.00001", "/papers/2511.00002"


@pytest.fixture
def site(open_site, plain):
    settings = Settings(timezone="UTC", papers_per_page=40, results_per_page=40)
    return open_site(*(plain(n) for n in range(1, 5)), settings=settings)


@pytest.fixture
def ada(site):
    return Person(site, "ada")


def buttons(page):
    return {n.attributes["value"] for n in page.css(".votes button[name=action]")}


def test_a_card_has_a_button_for_readers_and_a_count_for_all(site, ada):
    assert site.page("/").css(".votes") == []
    done = ada.press("/", "△ 0")
    where, _, anchor = done.headers["location"].partition("#")
    assert (done.status_code, where) == (303, "/")
    page = ada.page("/")
    card = page.css_first(f"#{anchor}")
    assert card.css_first("button").attributes["value"] == "unvote"
    assert card.css_first("button").attributes["aria-pressed"] == "true"
    assert site.texts("/", ".votes") == ["▲ 1 upvote"]
    assert ada.press("/", "▲ 1").status_code == 303
    assert (buttons(ada.page("/")), site.page("/").css(".votes")) == ({"vote"}, [])


def test_each_list_leads_back_to_where_the_vote_was_given(site, ada):
    for address in ("/papers/trending", "/papers/date/2025-11-07", "/papers?q=plain+paper", f"{ONE}/similar", ONE):
        back = ada.press(address, "△ ").headers["location"]
        assert back.partition("#")[0] == address
        assert ada.press(address, "▲ 1").headers["location"] == back


def test_one_reader_does_not_see_anothers_votes(site, ada):
    bo = Person(site, "bo")
    ada.send(f"{ONE}/vote", action="vote")
    assert "vote" in buttons(bo.page(ONE))
    assert buttons(ada.page(ONE)) == {"unvote", "vote"}


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "\t//x"]
)
def test_nobody_is_led_elsewhere(ada, elsewhere):
    assert ada.send(f"{ONE}/vote", action="vote", next=elsewhere).headers["location"] == "/"


def test_what_is_no_vote(site, ada):
    assert ada.send(f"{ONE}/vote", action="yes").status_code == 400
    assert ada.send("/papers/nothing/vote", action="vote").status_code == 404
    assert ada.send(f"{ONE}/vote", action="vote").headers["location"] == ONE
    for sent in ({}, {"vote": 1}, {"vote": "true"}, []):
        answer = ada.post_json(f"/api/v1{ONE}/vote", sent)
        assert (answer.status_code, answer.json().keys()) == (400, {"error", "status"})


def test_by_the_api(ada):
    for wanted in (True, True, False):
        answer = ada.post_json(f"/api/v1{ONE}/vote", {"vote": wanted})
        assert answer.json() == {"id": "2511.00001", "voted": wanted, "upvotes": int(wanted)}
    assert ada.post_json("/api/v1/papers/nothing/vote", {"vote": True}).status_code == 404


def test_a_page_of_my_votes(ada):
    assert "You have not voted yet" in ada.text("/votes")
    for n in (1, 2):
        ada.send(f"/papers/2511.0000{n}/vote", action="vote")
    assert len(ada.page("/votes").css("article.card")) == 2
    assert ada.press("/votes", "▲ 1").headers["location"].startswith("/votes#paper-")
    assert len(ada.page("/votes").css("article.card")) == 1


def test_the_statements_of_a_list_do_not_grow_with_it(site, plain):
    ada, cleo = Person(site, "ada"), Person(site, "cleo", "curator")
    lists = ("/", "/papers/trending", "/papers/month/2025-11", "/papers?q=plain", "/votes", ONE, "/log")
    waiting = ("/submissions", "/submissions?of=all", "/claims", "/claims?of=all")

    def asked():
        ada.send(f"{ONE}/vote", action="vote")
        ada.send(f"{ONE}/vote", action="unvote")
        counts = {}
        for address in (*lists, *waiting):
            heard = []
            engine = site.house.database._readers
            event.listen(engine, "before_cursor_execute", lambda *args, heard=heard: heard.append(args[2]))
            cleo.page(address)
            counts[address] = len(heard)
        return counts

    cleo.send(f"{TWO}/vote", action="vote")
    ada.send(f"{TWO}/claim", author="Ada Byron")
    asked()  # what is read of a visit is read once an hour
    first = asked()
    site.take_in(*(plain(n) for n in range(5, 20)))
    for n in range(1, 15):
        cleo.send(f"/papers/2511.{n:05d}/vote", action="vote")
        cleo.send(f"/papers/2511.{n:05d}/curate", action="feature", day="2025-11-07")
        ada.send(f"/papers/2511.{n:05d}/claim", author="Ada Byron")
    assert asked() == first
    assert len(cleo.page("/claims?of=all").css("section")) == 14
