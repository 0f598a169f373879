"""`since` on every list of papers, whatever its dress: exactly what is new, and stretches that fit together."""

from __future__ import annotations

import csv
import io
import runpy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, unquote_plus, urlsplit

import pytest

from broadsheet.render import dresses
from broadsheet.settings import Settings
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.indexing import drain_index

_MEMBERS = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "members.py")))
Person, make_group = _MEMBERS.Person, _MEMBERS.make_group
V1 = "/api/v1"
LISTS = {
    "/papers.json": "/",
    "/papers/date/2025-11-07.json": "/papers/date/2025-11-07",
    "/papers/week/2025-W45.json": "/papers/week/2025-W45",
    "/papers/month/2025-11.json": "/papers/month/2025-11",
    "/papers/trending.json": "/papers/trending",
    "/papers/category/cs.1.json": "/papers/category/cs.1",
    "/papers/author/Ada%20Byron.json": "/papers/author/Ada%20Byron",
    "/papers/2511.00001/similar.json": "/papers/2511.00001/similar",
    "/papers.json?q=gardens": "/papers?q=gardens",
    "/papers.json?q=in:library%20OR%20gardens%20sort:new": "/papers?q=in:library%20OR%20gardens%20sort:new",
}


def at(address: str, **parameters: str) -> str:
    pairs = "&".join(f"{name}={quote(value)}" for name, value in parameters.items())
    return f"{address}{'&' if '?' in address else '?'}{pairs}"


def ids(payload) -> list[str]:
    return [one.get("paper", one)["id"] for one in payload["papers"]]


@pytest.fixture
def site(open_site, plain):
    settings = Settings(timezone="UTC", writes_per_minute=0, searches_per_minute=0)
    return open_site(*(one_of(plain, n) for n in range(1, 6)), settings=settings)


def one_of(plain, n: int, **fields):
    return plain(n, categories=("cs.1",), authors=("Ada Byron",), **fields)


@pytest.mark.parametrize("address", LISTS)
def test_since_gives_exactly_what_is_new(site, plain, address):
    first = site.get(address).json()
    assert first["until"] == "p5"
    nothing = site.get(at(address, since="p5")).json()
    assert (nothing["count"], ids(nothing), nothing["until"]) == (0, [], "p5")
    site.take_in(*(one_of(plain, n) for n in (6, 7)))
    new = site.get(at(address, since="p5")).json()
    assert (new["count"], sorted(ids(new)), new["until"]) == (2, ["2511.00006", "2511.00007"], "p7")
    assert ids(site.get(at(address, since="p7")).json()) == []


@pytest.mark.parametrize(("address", "page"), LISTS.items())
def test_a_page_shows_what_is_new_and_says_so(site, plain, address, page):
    assert "Nothing new here since then." in site.text(at(page, since="p5"))
    site.take_in(one_of(plain, 6))
    text = site.text(at(page, since="p5"))
    assert "1 paper that came since then" in text
    (whole,) = site.hrefs(at(page, since="p5"), ".dateline .count a")
    assert unquote_plus(whole) == unquote_plus(page)
    assert site.texts(at(page, since="p5"), "article h2, article h3") == ["Plain paper number 6"]
    assert site.get(at(page, since="last week")).status_code == 400


@pytest.mark.parametrize("address", [one for one in LISTS if "similar" not in one])
def test_stretches_fit_together_while_papers_come(site, plain, address, monkeypatch):
    _shorten(monkeypatch)
    first = site.get(address).json()
    whole, following = ids(first), first["next"]
    site.take_in(*(one_of(plain, n, upvotes=99) for n in (6, 7)))
    while following:
        parts = urlsplit(following)
        answer = site.get(f"{parts.path}?{parts.query}").json()
        assert answer["until"] == first["until"]
        whole, following = whole + ids(answer), answer["next"]
    assert sorted(whole) == [f"2511.{n:05}" for n in range(1, 6)]


def _shorten(monkeypatch):
    """Let files of JSON hold two papers."""
    short = replace(dresses.DRESSES["json"], limit=2)
    monkeypatch.setitem(dresses.DRESSES, "json", short)
    monkeypatch.setattr(dresses, "_LONGEST_FIRST", [short])


def test_every_dress_takes_a_day_or_a_moment(site, plain):
    site.set_time(site.now + timedelta(days=1))
    site.take_in(one_of(plain, 6))
    table = csv.DictReader(io.StringIO(site.get("/papers/trending.csv?since=2025-11-08").text.removeprefix("\ufeff")))
    assert [row["id"] for row in table] == ["2511.00006"]
    feed = site.get("/papers/trending.feed.json?since=2025-11-08T00:00:00Z").json()
    assert [item["title"] for item in feed["items"]] == ["Plain paper number 6"]
    text = site.get("/papers/trending.md?since=2025-11-08").text
    assert "[What comes after this](<http://testserver/papers/trending.md?since=p6>)." in text
    answer = site.get("/papers/trending.bib?since=tomorrow")
    assert answer.status_code == 400
    assert "since must be a date or a moment" in answer.text


def test_an_edition_of_today_without_news_is_not_taken_for_yesterdays(site, plain):
    site.take_in(plain(8, edition_on=site.now.date() - timedelta(days=1)))
    assert ids(site.get("/papers.json?since=p5").json()) == []


def test_a_groups_lists_tell_what_was_added_since(site):
    kim = Person(site, "kim")
    group = make_group(kim, "Tuesday")
    kim.send("/papers/2511.00001/groups", group=group.removeprefix("/g/"))
    lists = (f"{group}.json", f"{group}/week.json", f"{group}/trending.json", f"{group}/library.json")
    untils = [kim.get(address, 200).json()["until"] for address in lists]
    assert untils == ["2025-11-07T17:30:00.000001Z"] * 4
    site.set_time(site.now + timedelta(minutes=1))
    kim.send("/papers/2511.00003/groups", group=group.removeprefix("/g/"))
    for address, until in zip(lists, untils, strict=True):
        new = kim.get(at(address, since=until), 200).json()
        assert (ids(new), new["count"]) == (["2511.00003"], 1), address
        later = kim.get(at(address, since=new["until"]), 200).json()
        assert (ids(later), later["until"]) == ([], new["until"])
        kim.get(at(address, since="p4"), 400)
    shown = kim.text(at(group, since=untils[0]))
    assert "Plain paper number 3" in shown
    assert "Plain paper number 1" not in shown


@pytest.mark.parametrize("kind", ["library", "votes", "dismissed", "history", "groups"])
def test_a_readers_lists_tell_what_is_new_in_them(site, kind):
    kim = Person(site, "kim")
    deeds = {
        "library": lambda n: kim.api(f"{V1}/library", {"paper": f"2511.{n:05}"}),
        "votes": lambda n: kim.api(f"{V1}/papers/2511.{n:05}/vote", {"vote": True}),
        "dismissed": lambda n: kim.api(f"{V1}/papers/2511.{n:05}/dismiss", {"dismissed": True}),
        "history": lambda n: kim.get(f"/papers/2511.{n:05}", 200),
        "groups": lambda n: kim.send(f"/papers/2511.{n:05}/groups", group=group.removeprefix("/g/")),
    }
    group = make_group(kim, "Tuesday")
    address = {
        "library": f"{V1}/library", "votes": f"{V1}/votes", "dismissed": f"{V1}/library/dismissed",
        "history": f"{V1}/library/history", "groups": f"{V1}/groups/{group.removeprefix('/g/')}/papers",
    }[kind]  # fmt: skip
    assert kim.api(address)["until"] == "1970-01-01T00:00:00.000001Z"
    deeds[kind](1)
    first = kim.api(address)
    assert ids(first) == ["2511.00001"]
    site.set_time(site.now + timedelta(minutes=1))
    deeds[kind](2)
    new = kim.api(f"{address}?since={first['until']}")
    assert ids(new) == ["2511.00002"]
    assert new.get("count", 1) == 1
    later = kim.api(f"{address}?since={new['until']}")
    assert (ids(later), later["until"]) == ([], new["until"])
    assert ids(kim.api(f"{address}?since={site.now.date()}")) == ["2511.00002", "2511.00001"]
    kim.api(f"{address}?since=p3", status=400)


def test_what_is_written_and_done_can_be_asked_for_since(site):
    kim, lee, cleo = Person(site, "kim"), Person(site, "lee"), Person(site, "cleo", "curator")
    comments = f"{V1}/papers/2511.00001/comments"
    lists = {"comments": (kim, comments), "notices": (kim, f"{V1}/notices"), "deeds": (kim, f"{V1}/log")}
    first = kim.api(comments, {"text": "a beginning"}, 201)["id"]

    def happens(text: str) -> None:
        site.set_time(site.now + timedelta(minutes=1))
        lee.api(comments, {"text": text, "reply_to": first}, 201)
        cleo.api(f"{V1}/papers/2511.00002/curate", {"action": "hide", "reason": text})
        cleo.api(f"{V1}/papers/2511.00002/curate", {"action": "unhide", "reason": text})

    happens("one")
    untils = {key: who.api(address)["until"] for key, (who, address) in lists.items()}
    happens("two")
    for key, (who, address) in lists.items():
        new = who.api(f"{address}?since={untils[key]}")
        assert len(new[key]) == {"comments": 1, "notices": 1, "deeds": 2}[key]
        assert {one.get("text", one.get("detail")) for one in new[key]} <= {"two", "<p>two</p>"}
        later = who.api(f"{address}?since={new['until']}")
        assert (later[key], later["until"]) == ([], new["until"])
        who.api(f"{address}?since=p1", status=400)


def test_a_library_goes_on_from_a_cursor_among_what_is_new(site):
    kim = Person(site, "kim")
    kim.api(f"{V1}/library", {"paper": "2511.00001"})
    since = kim.api(f"{V1}/library")["until"]
    for n in range(2, 6):
        site.set_time(site.now + timedelta(minutes=1))
        kim.api(f"{V1}/library", {"paper": f"2511.{n:05}"})
    first = kim.api(f"{V1}/library?since={since}&limit=3")
    rest = kim.api(f"{V1}/library?since={since}&limit=3&cursor={first['next']}")
    assert ids(first) + ids(rest) == [f"2511.{n:05}" for n in (5, 4, 3, 2)]
    assert (rest["next"], rest["until"]) == (None, None)
    file = kim.get(f"/library.json?since={since}", 200).json()
    assert [one["paper"]["id"] for one in file] == ids(first) + ids(rest)


@pytest.mark.parametrize("text", ["gardens", "in:library"])
def test_a_private_feed_of_a_search_tells_what_is_new(site, plain, text):
    kim = Person(site, "kim")
    kim.api(f"{V1}/library", {"paper": "2511.00001"})
    feed = urlsplit(kim.api(f"{V1}/searches", {"query": text}, 201)["feed"]).path
    first = site.get(f"{feed}.json").json()
    site.set_time(site.now + timedelta(minutes=1))
    site.take_in(one_of(plain, 6))
    kim.api(f"{V1}/library", {"paper": "2511.00006"})
    new = site.get(at(f"{feed}.json", since=first["until"])).json()
    assert ids(new) == ["2511.00006"]
    assert ids(site.get(at(f"{feed}.json", since=new["until"])).json()) == []


def test_every_list_of_papers_and_every_paper_is_had_as_markdown(site):
    kim = Person(site, "kim")
    group = make_group(kim, "Tuesday")
    kim.send("/papers/2511.00001/groups", group=group.removeprefix("/g/"))
    kim.send(f"{group}/papers/2511.00001", action="note", text="Read *this* first.")
    kim.api(f"{V1}/library", {"paper": "2511.00001", "note": "mine"})
    kim.api(f"{V1}/papers/2511.00001/vote", {"vote": True})
    kim.api(f"{V1}/papers/2511.00003/dismiss", {"dismissed": True})
    kim.get("/papers/2511.00001", 200)
    own = ("/library", "/library?q=plain", "/library/dismissed", "/library/history", "/votes")
    of_group = (group, f"{group}/week/2025-W45", f"{group}/trending", f"{group}/library", f"{group}/papers/2511.00001")
    for address in (*own, *of_group, "/papers/2511.00001", "/papers/2511.00002/similar", "/papers/week/2025-W45"):
        answer = site.client.request("GET", address, {**kim.headers, "accept": "text/markdown"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/markdown; charset=utf-8"), address
        assert answer.text.startswith("# "), address
        assert "Plain paper number" in answer.text, address
        assert "Accept" in answer.headers["vary"], address
        assert "<!doctype" in kim.get(address, 200).text, address
    noted = site.client.request("GET", of_group[-1], {**kim.headers, "accept": "text/markdown"}).text
    assert "- kim: Read \\*this\\* first." in noted
    assert kim.get("/library.json?q=nothingofthekind", 200).json() == []


@pytest.mark.parametrize("address", ["/votes", "/library/dismissed", "/library/history", "/library"])
def test_a_readers_own_pages_show_what_is_new(site, address):
    kim = Person(site, "kim")
    for n in (1, 2):
        site.set_time(site.now + timedelta(minutes=n))
        kim.api(f"{V1}/library", {"paper": f"2511.{n:05}"})
        kim.api(f"{V1}/papers/2511.{n:05}/vote", {"vote": True})
        kim.get(f"/papers/2511.{n:05}", 200)
        kim.api(f"{V1}/papers/2511.{n + 2:05}/dismiss", {"dismissed": True})
    newest = "Plain paper number 4" if "dismissed" in address else "Plain paper number 2"
    assert kim.titles(at(address, since=site.now.isoformat())) == [newest]
    assert len(kim.titles(address)) == 2


@pytest.mark.parametrize("address", ["/papers/2511.00001/similar.json", "/papers.json?q=gardens"])
def test_a_paper_that_the_index_does_not_know_yet_is_new_later(site, plain, address):
    import_records(site.house.database, [one_of(plain, 6)], site.now)
    first = site.get(address).json()
    assert (ids(first).count("2511.00006"), first["until"]) == (0, "p5")
    drain_index(site.house.database, site.house.index)
    assert ids(site.get(at(address, since="p5")).json()) == ["2511.00006"]


def test_what_is_put_into_a_list_is_never_older_than_what_was_there(site):
    kim, earlier = Person(site, "kim"), site.now
    group = make_group(kim, "Tuesday")
    deeds = {
        f"{V1}/library": lambda n: kim.api(f"{V1}/library", {"paper": f"2511.{n:05}"}),
        f"{V1}/votes": lambda n: kim.api(f"{V1}/papers/2511.{n:05}/vote", {"vote": True}),
        f"{V1}/library/dismissed": lambda n: kim.api(f"{V1}/papers/2511.{n + 3:05}/dismiss", {"dismissed": True}),
        f"{V1}/papers/2511.00001/comments": lambda n: kim.api(f"{V1}/papers/2511.00001/comments", {"text": "ah"}, 201),
        f"{V1}/groups/{group.removeprefix('/g/')}/papers": lambda n: kim.send(
            f"/papers/2511.{n:05}/groups", group=group.removeprefix("/g/")
        ),
    }
    for address, put in deeds.items():
        site.set_time(earlier + timedelta(minutes=1))
        put(1)
        until = kim.api(address)["until"]
        site.set_time(earlier)  # who waited for the record asked the clock before
        put(2)
        new = kim.api(f"{address}?since={until}")
        assert len(new.get("papers", new.get("comments"))) == 1, address


def test_a_later_page_of_what_readers_put_somewhere_has_no_until(site, monkeypatch):
    _shorten(monkeypatch)
    kim = Person(site, "kim")
    group = make_group(kim, "Tuesday")
    for n in (1, 2, 3):
        kim.send(f"/papers/2511.{n:05}/groups", group=group.removeprefix("/g/"))
    first = kim.get(f"{group}/trending.json", 200).json()
    parts = urlsplit(first["next"])
    assert first["until"] is not None
    assert kim.get(f"{parts.path}?{parts.query}", 200).json()["until"] is None


def test_the_front_page_goes_on_in_the_edition_with_which_it_began(site, plain, monkeypatch):
    _shorten(monkeypatch)
    site.set_time(site.now + timedelta(days=2))
    first = site.get("/papers.json").json()
    site.take_in(plain(6, edition_on=site.now.date() - timedelta(days=1)))
    parts = urlsplit(first["next"])
    second = site.get(f"{parts.path}?{parts.query}").json()
    assert (second["date"], len(ids(second))) == (first["date"], 2)
    assert not set(ids(first)) & set(ids(second))


def test_since_tells_nothing_of_hidden_papers(site):
    cleo = Person(site, "cleo", "curator")
    cleo.api(f"{V1}/papers/2511.00005/curate", {"action": "hide", "reason": "a copy"})
    drain_index(site.house.database, site.house.index)
    for address in ("/papers/trending.json", f"{V1}/papers", "/papers.json?q=gardens&x=1"):
        sign = "&" if "?" in address else "?"
        assert site.get(f"{address}{sign}since=2099-01-01").json()["until"] == "p4", address


def test_an_edition_says_how_many_papers_it_has_whatever_is_asked_of_it(site):
    for address in ("/papers/date/2025-11-07.json", f"{V1}/editions/day/2025-11-07"):
        found = site.get(f"{address}?since=p3").json()
        assert (found["arrived"], found["count"]) == (5, 2)


@pytest.mark.parametrize("address", ["/papers/date", "/papers/week", "/papers/month"])
def test_since_goes_along_to_the_period_of_today(site, address):
    assert site.get(f"{address}?since=p3").headers["location"].endswith("?since=p3")


def test_the_page_of_what_a_search_newly_finds_keeps_the_search(site):
    box = site.page("/papers?q=gardens&since=p3").css_first("input[name=q]")
    assert box.attributes["value"] == "gardens"


def test_a_file_says_in_its_headers_where_it_goes_on_and_what_to_ask_later(site, plain, monkeypatch):
    csv_of_two = replace(dresses.DRESSES["csv"], limit=2)
    monkeypatch.setitem(dresses.DRESSES, "csv", csv_of_two)
    first = site.get("/papers/trending.csv")
    assert first.headers["broadsheet-until"] == "p5"
    found, following = [], first.headers["link"]
    site.take_in(*(one_of(plain, n, upvotes=99) for n in (6, 7)))
    answer = first
    while True:
        found += [row["id"] for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))]
        if following is None:
            break
        answer = site.get(following.partition("<")[2].partition(">")[0])
        following = answer.headers.get("link")
    assert sorted(found) == [f"2511.{n:05}" for n in range(1, 6)]
    assert (
        site.get("/papers/trending.csv", if_none_match=site.get("/papers/trending.csv").headers["etag"]).status_code
        == 304
    )


def test_what_nobody_was_told_is_refused(site):
    for address in ("/papers/trending.json", f"{V1}/papers", "/papers/trending"):
        answer = site.get(f"{address}?since=p6")
        assert (answer.status_code, "newer than anything here" in answer.text) == (409, True), address
        assert site.get(f"{address}?since=p5").status_code == 200


def test_a_list_that_is_empty_has_an_until_all_the_same(site):
    kim = Person(site, "kim")
    until = kim.api(f"{V1}/library")["until"]
    assert until == kim.api(f"{V1}/papers/2511.00001/comments")["until"] == kim.api(f"{V1}/votes")["until"]
    assert until == kim.api(f"{V1}/log")["until"] == "1970-01-01T00:00:00.000001Z"
    kim.api(f"{V1}/library", {"paper": "2511.00001"})
    assert ids(kim.api(f"{V1}/library?since={until}")) == ["2511.00001"]


def test_a_token_searches_in_its_readers_library(site):
    kim = Person(site, "kim")
    kim.api(f"{V1}/library", {"paper": "2511.00002"})
    found = kim.api(f"{V1}/search?q=in:library")
    assert [one["paper"]["id"] for one in found["results"]] == ["2511.00002"]
    assert site.get(f"{V1}/search?q=in:library").json()["notice"] == "Sign in to look in your library."
    assert site.get(f"{V1}/search?q=gardens").json()["suggestion"] is None


@pytest.mark.parametrize("name", ["2511.00001v2", "arXiv:2511.00001", "https://arxiv.org/abs/2511.00001v1"])
def test_an_id_serves_in_any_usual_spelling(site, name):
    for address in (f"{V1}/papers/", "/api/papers/"):
        assert site.get(address + quote(name, safe="")).json()["id"] == "2511.00001", address
    assert site.get("/papers/" + quote(name, safe="")).headers["location"] == "/papers/2511.00001"


def test_the_hubs_own_token_opens_nothing_and_does_no_harm(site):
    theirs = {"authorization": "Bearer hf_abcdefghijklmnop"}
    for address in ("/api/daily_papers", "/api/papers/search?q=gardens", "/api/papers/2511.00001"):
        assert site.client.request("GET", address, theirs).status_code == 200, address
    for address in (f"{V1}/me", "/account"):
        assert site.client.request("GET", address, theirs).status_code == 401, address
    assert site.client.request("GET", "/api/daily_papers", {"authorization": "Bearer bs_wrong"}).status_code == 401


def test_a_paper_in_another_form_is_not_sent_twice(site):
    for form in ("json", "bib", "md", "csv"):
        etag = site.get(f"/papers/2511.00001.{form}").headers["etag"]
        assert site.get(f"/papers/2511.00001.{form}", if_none_match=etag).status_code == 304
