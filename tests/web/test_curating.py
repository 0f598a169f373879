"""Submitting, deciding, hiding, joining, claiming in a browser, and who sees what of it. All without JavaScript."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from broadsheet.domain.paper import Link
from broadsheet.settings import Settings

_HERE = Path(__file__).parent
_OUTSIDE = runpy.run_path(str(_HERE.parent / "sources" / "outside.py"))
world, outside, Archive, feed = (_OUTSIDE[name] for name in ("world", "outside", "Archive", "feed"))
Person = runpy.run_path(str(_HERE / "people.py"))["Person"]
ONE, TWO, NEW = "/papers/2511.00001", "/papers/2511.00002", "/papers/2603.00001"


@pytest.fixture
def make(open_site, outside, plain):
    outside.otherwise = lambda _: (200, {}, feed([Archive.entry(1)], 1))

    def make(**chosen):
        where = {"arxiv_api": outside.address, "allowed_hosts": outside.host, "timezone": "UTC"}
        records = (plain(1), plain(2, links=(Link("code", "https://git.example/x"),)))
        return open_site(*records, settings=Settings(**where, **chosen))

    return make


@pytest.fixture
def site(make):
    return make()


@pytest.fixture
def people(site):
    return Person(site, "ada"), Person(site, "bo"), Person(site, "cleo", "curator")


def hears(person, address, words):
    assert words in person.text(address), address


def test_submitted_approved_and_in_todays_edition(site, people):
    ada, bo, cleo = people
    assert site.get("/submit?text=x").headers["location"] == "/add?text=x"
    assert ada.press("/add", "Add it", text="2603.00001", note="<b>Lanterns</b>!").headers["location"] == NEW
    hears(ada, NEW, "This paper waits for a curator.")
    hears(ada, "/submissions", "2603.00001, waiting")
    assert [who.get(NEW).status_code for who in (site, bo, cleo)] == [404, 404, 200]
    for address in (f"{NEW}.json", f"{NEW}/similar"):
        assert [who.get(address).status_code for who in (site, bo, cleo)] == [404, 404, 200]
    for address in ("/", "/papers/trending", "/papers?q=lantern", "/papers?q=2603.00001"):
        assert "Lantern study" not in site.get(address).text + cleo.get(address).text
    assert site.get("/healthz").json()["papers"] == 2
    assert bo.get("/submissions?of=all").text.count("<section") == 0
    hears(cleo, "/submissions?of=all", "brought by ada")
    hears(cleo, "/submissions?of=all", "<b>Lanterns</b>!")
    done = cleo.press("/submissions?of=all", "Approve it", reason="")
    assert (done.status_code, done.headers["location"]) == (303, "/submissions?of=all")
    assert "Lantern study number 1" in site.text("/papers/date/2025-11-07")
    assert "Lantern study number 1" in site.text("/papers?q=lantern")
    hears(ada, "/submissions", "2603.00001, approved")
    hears(cleo, NEW, "(approved)")
    assert "submission approved: 2603.00001" in site.text("/log")
    assert ada.send(f"{NEW}/vote", action="vote").status_code == 303
    assert site.text(NEW, ".votes") == "▲ 0 upvotes"


def test_declined_on_the_papers_page(people):
    ada, _, cleo = people
    ada.send("/add", text="2603.00001")
    assert cleo.press(NEW, "Decline it", reason=" ").status_code == 400
    assert cleo.press(NEW, "Decline it", reason="Not <i>ours</i>").status_code == 303
    hears(ada, "/submissions", "Not <i>ours</i>")
    assert cleo.send("/submissions/1", action="approve").status_code == 409
    assert cleo.send("/submissions/1", action="forget").status_code == 404
    assert cleo.send("/submissions/99", action="approve").status_code == 404


def test_at_once_where_the_site_says_so_and_for_curators(make, people):
    cleo = people[2]
    cleo.send("/add", text="2603.00001")
    assert cleo.site.get(NEW).status_code == 200
    quick = make(submissions="at once")
    bo = Person(quick, "bo")
    bo.send("/add", text="2603.00001")
    assert quick.get(NEW).status_code == 200
    hears(bo, "/submissions", "approved")


def test_by_the_api_and_by_nobody(make):
    site = make(adding="everyone")
    ada = Person(site, "ada")
    answer = ada.post_json("/api/v1/papers", {"text": "2603.00001", "note": "Look"})
    assert (answer.status_code, answer.json()["id"]) == (202, "2603.00001")
    assert ada.post_json("/api/v1/papers", {"text": "2603.00001", "note": 7}).status_code == 400
    form = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    thanks = site.client.request("POST", "/add", form, b"text=2603.00001")
    assert (thanks.status_code, "A curator looks at the paper" in thanks.text) == (202, True)
    assert site.get(NEW).status_code == 404


def test_hidden_and_shown_again(site, people):
    ada, _, cleo = people
    assert cleo.press(ONE, "Hide it", reason="").status_code == 400
    assert cleo.press(ONE, "Hide it", reason="Withdrawn").headers["location"] == ONE
    assert [who.get(ONE).status_code for who in (site, ada, cleo)] == [404, 404, 200]
    assert site.text("/papers/trending", ".count").startswith("1 paper,")
    assert "Plain paper number 1" not in site.text("/papers?q=plain")
    hears(cleo, ONE, "A curator has hidden this paper")
    assert ada.send(f"{ONE}/curate", action="unhide", reason="x").status_code == 403
    assert cleo.press(ONE, "Show it again", reason="A mistake").status_code == 303
    assert site.get(ONE).status_code == 200
    assert cleo.send(f"{ONE}/curate", action="unhide", reason="x").status_code == 409
    assert cleo.send(f"{ONE}/curate", action="burn").status_code == 400
    assert "paper hidden: 2511.00001, Withdrawn (cleo)" in site.text("/log")


def test_the_lead_story(site, people):
    cleo = people[2]
    last = site.hrefs("/", "article.card h2 a")[-1]
    assert cleo.press(last, "Make it the lead story of Friday, November 7, 2025").status_code == 303
    assert site.hrefs("/", "article.card.lead h2 a") == [last]
    assert cleo.press(last, "No longer the lead story").status_code == 303
    assert site.hrefs("/", "article.card.lead h2 a") != [last]
    for day in ("", "2025-11-06", "yesterday"):
        assert cleo.send(f"{last}/curate", action="feature", day=day).status_code == 400


def test_joined_and_split(site, people, plain):
    cleo = people[2]
    site.take_in(plain(1, source="arxiv", source_id="2511.00001"))
    joined = cleo.press(ONE, "Join them", other="2511.00002")
    assert (joined.status_code, site.get(TWO).headers["location"]) == (303, ONE)
    done = cleo.press(ONE, "Split it off", record="hub:plain-2")
    assert (done.headers["location"], site.get(TWO).status_code) == (TWO, 200)
    assert cleo.press(ONE, "Join them", other="nothing").status_code == 404
    assert cleo.send(f"{ONE}/curate", action="split", record="x").status_code == 400


def test_links_and_claims(site, people):
    ada, _, cleo = people
    assert ada.send(f"{ONE}/links", action="add", kind="code", url="https://git.example/a").status_code == 403
    assert ada.press(ONE, "Claim it", author="Ada Byron", note="me").headers["location"] == ONE
    hears(ada, ONE, "A curator will look at your claim to be Ada Byron")
    assert ada.send(f"{ONE}/claim", author="Nobody").status_code == 400
    hears(cleo, "/claims?of=all", "ada says to be Ada Byron")
    assert cleo.press("/claims?of=all", "Confirm it").headers["location"] == "/claims?of=all"
    hears(ada, ONE, "You are known here as its author Ada Byron")
    hears(ada, "/claims", "As Ada Byron: confirmed")
    assert ada.press(ONE, "Add it", kind="code", url="https://git.example/a").status_code == 303
    assert "https://git.example/a" in site.hrefs(ONE, ".facts a")
    assert ada.press(ONE, "Add it", kind="code", url="javascript:alert(1)").status_code == 400
    assert ada.send(f"{TWO}/links", action="remove", url="https://git.example/x").status_code == 403
    assert cleo.press(TWO, "Take it away", url="https://git.example/x").status_code == 303
    assert "https://git.example/x" not in site.hrefs(TWO, ".facts a")
    assert cleo.send(f"{TWO}/links", action="turn").status_code == 400


def test_lists_are_paginated(make, plain):
    site = make(results_per_page=2)
    site.take_in(*(plain(n) for n in range(3, 6)))
    ada, cleo = Person(site, "ada"), Person(site, "cleo", "curator")
    for n in range(1, 6):
        ada.send(f"/papers/2511.{n:05d}/claim", author="Ada Byron")
        ada.send(f"/papers/2511.{n:05d}/vote", action="vote")
    for address, selector in (("/claims", "section"), ("/votes", "article.card")):
        seen, where = 0, address
        while where:
            page = ada.page(where)
            seen += len(page.css(f"main {selector}"))
            following = page.css_first("a[rel=next]")
            where = following.attributes["href"] if following else None
        assert seen == 5
    assert len(cleo.page("/claims?of=all&p=2").css("section")) == 1
    assert cleo.get("/claims?p=x").status_code == 400
    assert site.get("/log?before=x").status_code == 400
