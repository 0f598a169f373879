"""One list, many dresses: every list as feed, file and data, with dates and names that hold."""

from __future__ import annotations

import csv
import html
import io
import re
import runpy
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import bibtexparser
import feedparser
import orjson
import pytest
import rispy
from defusedxml.ElementTree import fromstring

from broadsheet.domain.paper import Link
from broadsheet.render.dresses import DRESSES, FEEDS, take_dress
from broadsheet.settings import Settings

FORMS = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "render" / "feed_rules.py")))
LISTS = {
    "/papers.{}": "/",
    "/papers/date/2025-11-07.{}": "/papers/date/2025-11-07",
    "/papers/week/2025-W45.{}": "/papers/week/2025-W45",
    "/papers/month/2025-11.{}": "/papers/month/2025-11",
    "/papers/trending.{}": "/papers/trending",
    "/papers/category/cs.LG.{}": "/papers/category/cs.LG",
    "/papers/author/Ada%20Byron.{}": "/papers/author/Ada%20Byron",
    "/papers/2511.00101/similar.{}": "/papers/2511.00101/similar",
    "/papers.{}?q=word": "/papers?q=word",
}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("suffix", DRESSES)
def test_every_list_has_every_dress(hostile_site, address, suffix):
    answer = hostile_site.get(address.format(suffix))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == DRESSES[suffix].media_type
    assert answer.headers["etag"]
    check = {
        "atom": FORMS.check_atom, "rss": FORMS.check_rss, "feed.json": FORMS.check_json_feed,
        "bib": lambda it: bibtexparser.parse_string(it.decode()).entries, "ris": lambda it: rispy.loads(it.decode()),
        "csv": lambda it: list(csv.DictReader(io.StringIO(it.decode()))), "csl.json": orjson.loads,
        "json": lambda it: orjson.loads(it)["papers"], "md": lambda it: it.decode().split("\n**"),
        "epub": lambda it: zipfile.ZipFile(io.BytesIO(it)).namelist(),
    }  # fmt: skip
    assert check[suffix](answer.content) is not None


def test_no_sign_of_a_paper_is_read_as_a_feeds_own(open_site, plain):
    words = "Tom & <b>\"Jerry\"</b> > ]]> &amp; 'x'"
    url = "https://example.org/a?b=1&c=2;d=]]"
    texts = {"title": words, "abstract": words, "authors": (words,), "categories": (words,)}
    site = open_site(plain(1, links=(Link("code", url),), **texts))
    entry = fromstring(site.get("/papers/trending.atom").content).find(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}{name}") for name in ("title", "summary")] == [words, words]
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == entry.find(f"{ATOM}category").attrib["term"] == words
    assert [link.attrib["href"] for link in entry.findall(f"{ATOM}link")][1] == url
    item = fromstring(site.get("/papers/trending.rss").content).find("channel/item")
    assert [item.findtext("title"), item.findtext("category")] == [words, words]
    assert html.unescape(item.findtext("description")) == words


@pytest.mark.parametrize("page", LISTS.values())
def test_a_page_names_its_feeds_and_itself(hostile_site, page):
    feeds = hostile_site.hrefs(page, "link[rel=alternate]")
    assert len(feeds) == len(FEEDS) == 3
    assert all(hostile_site.get(feed).status_code == 200 for feed in feeds)
    assert [hostile_site.get(page).status_code for page in hostile_site.hrefs(page, "link[rel=canonical]")] == [200]
    assert len(hostile_site.hrefs(page, ".dresses a")) == len(DRESSES)


@pytest.mark.parametrize("suffix", ["atom", "rss"])
def test_feedparser_reads_a_feed_without_complaint(calm_site, suffix):
    feed = feedparser.parse(calm_site.get(f"/papers/trending.{suffix}").content)
    assert not feed.bozo
    river = next(entry for entry in feed.entries if entry.title.startswith("Slow Rivers"))
    assert river.link == "http://testserver/papers/2511.00101"
    assert river.summary.startswith("We study learners that wait. For every ϵ")
    assert [author.name for author in river.authors] == ["Ada Byron", "José Núñez", "Grace Murray"]
    assert [tag.term for tag in river.tags][:2] == ["cs.LG", "stat.ML"]
    assert river.published_parsed[:3] == (2025, 11, 5)


def test_the_settings_address_stands_in_every_feed(open_site, plain):
    site = open_site(plain(1), settings=Settings(timezone="UTC", address="https://papers.example.org/"))
    feed = fromstring(site.get("/papers/trending.atom").content)
    assert feed.findtext(f"{ATOM}id") == "https://papers.example.org/papers/trending.atom"
    assert feed.findtext(f"{ATOM}entry/{ATOM}id").startswith("tag:papers.example.org,2025-11-07:paper/")
    assert site.hrefs("/", "link[rel=canonical]") == ["https://papers.example.org/"]
    assert "https://papers.example.org/papers/2511.00001" in site.get("/papers/2511.00001").text


def test_a_feed_is_not_sent_again_until_it_changes(open_site, plain):
    site = open_site(plain(1))
    first = site.get("/papers/trending.atom")
    assert first.headers["last-modified"] == "Fri, 07 Nov 2025 17:30:00 GMT"
    assert site.get("/papers/trending.atom", if_none_match=first.headers["etag"]).status_code == 304
    by_date = site.get("/papers/trending.atom", if_modified_since=first.headers["last-modified"])
    assert (by_date.status_code, by_date.content) == (304, b"")
    site.take_in(plain(2))  # in the very same second
    second = site.get("/papers/trending.atom", if_modified_since=first.headers["last-modified"])
    assert (second.status_code, second.headers["last-modified"]) == (200, "Fri, 07 Nov 2025 17:30:01 GMT")
    assert site.get("/papers/trending.atom", if_none_match=first.headers["etag"]).status_code == 200
    # the ETag says more than the date: with both, it alone counts
    both = {"if_none_match": '"other"', "if_modified_since": second.headers["last-modified"]}
    assert site.get("/papers/trending.atom", **both).status_code == 200
    for broken in ("yesterday", "", "Fri, 99 Nov 2025 17:30:00 GMT", "0", "Fri, 07 Nov 99999 17:30:00 GMT"):
        assert site.get("/papers/trending.atom", if_modified_since=broken).status_code == 200


def test_updated_is_when_a_source_said_something_new(open_site, plain):
    site = open_site(plain(1), plain(2))

    def entries() -> dict[str, tuple[str, str]]:
        feed = fromstring(site.get("/papers/trending.atom").content)
        found = {e.findtext(f"{ATOM}title"): e for e in feed.iter(f"{ATOM}entry")}
        told = {name: (e.findtext(f"{ATOM}id"), e.findtext(f"{ATOM}updated")) for name, e in found.items()}
        return {**told, "feed": ("", feed.findtext(f"{ATOM}updated"))}

    before = entries()
    site.set_time(datetime(2025, 11, 8, 9, tzinfo=UTC))
    site.take_in(plain(1), plain(2, upvotes=5))
    after = entries()
    assert after["Plain paper number 1"] == before["Plain paper number 1"]
    assert after["Plain paper number 2"] == (before["Plain paper number 2"][0], "2025-11-08T09:00:00Z")
    assert (before["feed"][1], after["feed"][1]) == ("2025-11-07T17:30:00Z", "2025-11-08T09:00:00Z")


def test_an_entry_keeps_its_name_when_the_paper_gets_another_id(open_site, plain):
    early = plain(1, arxiv_id=None)
    site = open_site(early)
    (before,) = orjson.loads(site.get("/papers/trending.feed.json").content)["items"]
    site.set_time(site.now + timedelta(days=1))
    site.take_in(replace(early, source="arxiv", source_id="2511.04321", arxiv_id="2511.04321"))
    (after,) = orjson.loads(site.get("/papers/trending.feed.json").content)["items"]
    assert after["id"] == before["id"]
    assert (before["url"] != after["url"]) and after["url"].endswith("/papers/2511.04321")


def test_a_feed_holds_a_hundred_and_a_file_goes_on(open_site, plain):
    site = open_site(*(plain(n) for n in range(1, 1_003)))
    for suffix in ("atom", "rss"):
        assert len(feedparser.parse(site.get(f"/papers/trending.{suffix}").content).entries) == 100
    first = site.get("/papers/date/2025-11-07.json").json()
    assert (first["count"], len(first["papers"])) == (1_002, 1_000)
    assert first["next"] == "http://testserver/papers/date/2025-11-07.json?through=1002&p=1"
    rest = site.get("/papers/date/2025-11-07.json?p=1").json()
    assert (rest["next"], [entry["rank"] for entry in rest["papers"]]) == (None, [1_001, 1_002])
    assert site.get("/papers/trending.csv?p=100").status_code == 400


def test_the_feed_of_a_search_is_newest_first(open_site, plain):
    day = datetime(2025, 11, 7).date()
    papers = [plain(n, title="Lanterns " * (4 - n), published_on=day - timedelta(days=3 - n)) for n in (1, 2, 3)]
    site = open_site(*papers)
    items = orjson.loads(site.get("/papers.feed.json?q=lanterns").content)["items"]
    assert [item["date_published"][:10] for item in items] == ["2025-11-07", "2025-11-06", "2025-11-05"]
    assert "sort:new" not in orjson.loads(site.get("/papers.feed.json?q=lanterns").content)["home_page_url"]


def test_a_library_is_its_readers_alone(open_site, plain):
    site = open_site(plain(1))
    answer = site.get("/papers.json?q=in:library")
    assert answer.json()["papers"] == []
    site.client.caller, site.client.host = "127.0.0.1", "localhost"  # this machine's own reader
    assert site.get("/papers.json?q=in:library").headers["cache-control"] == "private, no-cache"


def test_lists_of_a_category_and_of_an_author(calm_site):
    assert calm_site.texts("/papers/category/cs.LG", "article h2") == ["Slow Rivers: ℓ_∞ Bounds for Patient Learners"]
    assert calm_site.text("/papers/author/Ada%20Byron", "h1") == "Papers by Ada Byron"
    assert "/papers/author/Jos%C3%A9%20N%C3%BA%C3%B1ez" in calm_site.hrefs("/papers/2511.00101", ".author")
    assert "/papers/category/stat.ML" in calm_site.hrefs("/papers/2511.00101", ".tags a")
    assert calm_site.text("/papers/author/Nobody", ".empty h2") == "No paper here."
    for name in ('"', "%22%20%22", "%00", " "):
        assert calm_site.get(f"/papers/author/{quote(name, safe='%')}").status_code == 400


@pytest.mark.parametrize("address", ["/papers.pdf", "/papers/trending.x", "/papers/2511.00101/similar.doc"])
def test_a_dress_that_there_is_not(calm_site, address):
    assert calm_site.get(address).status_code == 404


def test_a_paper_named_as_a_dressed_list_is_still_a_paper(hostile_site):
    assert hostile_site.get("/papers/10.1234/similar.json").json()["id"] == "10.1234/similar"
    assert hostile_site.get("/papers/10.1234/similar/similar.json").json()["papers"] is not None


def test_a_suffix_is_taken_off_once_and_whole():
    assert take_dress("2025-11-07.feed.json")[0] == "2025-11-07"
    assert take_dress("2025-11-07.csl.json")[1] is DRESSES["csl.json"]
    assert take_dress("J. R. R. Tolkien") == ("J. R. R. Tolkien", None)


def test_a_table_holds_no_formula(open_site, plain):
    site = open_site(plain(1, title="=1+1", authors=("@SUM(A1)", "-x"), abstract="+49 \t tel", venue="＝x"))
    (row,) = csv.DictReader(io.StringIO(site.get("/papers/trending.csv").text))
    assert (row["title"], row["authors"], row["abstract"], row["venue"]) == (
        "'=1+1", "'@SUM(A1); -x", "'+49 tel", "'＝x",
    )  # fmt: skip
    assert not [cell for cell in row.values() if re.match(r"[=+\-@\t\r]", cell)]
