"""Saved searches in a browser: saved below results, opened, tried, their feeds read without signing in."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from broadsheet.settings import Settings
from broadsheet.store import readers

HERE = "127.0.0.1"


@pytest.fixture
def site(open_site, plain):
    return open_site(*(plain(n) for n in range(1, 5)), settings=Settings(address="https://papers.example.org"))


def open_(site, address, status=200):
    answer = site.client.request("GET", address, {"host": "localhost:8765"}, b"", HERE)
    assert answer.status_code == status, (address, answer.status_code, answer.text)
    return answer


def send(site, address, status=303, **fields):
    sent = {
        "host": "localhost:8765", "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin",
    }  # fmt: skip
    answer = site.client.request("POST", address, sent, urlencode(fields).encode(), HERE)
    assert answer.status_code == status, (address, fields, answer.status_code, answer.text)
    return answer


def words(answer, selector="main"):
    return " ".join(LexborHTMLParser(answer.text).css_first(selector).text().split())


def feeds(site, page):
    found = LexborHTMLParser(open_(site, page).text).css("section[aria-labelledby=feeds] a")
    assert all(
        (node.attributes["href"] or "").startswith("https://papers.example.org/feeds/private/") for node in found
    )
    return [(node.attributes["href"] or "").removeprefix("https://papers.example.org") for node in found]


def test_a_search_is_saved_below_its_results_by_who_is_known(site, plain):
    assert "/searches" not in site.get("/papers?q=plain").text
    form = LexborHTMLParser(open_(site, "/papers?q=plain").text).css_first("form.saving")
    assert form.attributes["action"] == "/searches"
    page = send(site, "/searches", query=form.css_first("button").attributes["value"]).headers["location"]
    assert "plain nothing new" in words(open_(site, "/searches"))
    site.take_in(plain(77))
    assert "1 new" in words(open_(site, "/searches"))
    number = page.rpartition("/")[2]
    assert send(site, "/searches", look=number).headers["location"] == "/papers?q=%22plain%22+sort%3Anew"
    assert "nothing new" in words(open_(site, "/searches"))


def test_it_is_renamed_tried_told_of_and_deleted(site):
    page = send(site, "/searches", query="plain").headers["location"]
    send(site, page, action="rename", name="Plain <b>ones</b>")
    text = words(open_(site, page))
    assert text.startswith("Plain <b>ones</b>") and "A trial: the last 30 days" in text
    send(site, page, action="announce")
    assert "Tell them no more" in words(open_(site, page))
    send(site, page, action="hush")
    assert "Tell them what comes from now on" in words(open_(site, page))
    send(site, page, action="delete")
    open_(site, page, 404)


def test_what_is_wrong_is_said(site):
    page = send(site, "/searches", query="plain").headers["location"]
    assert "type some words" in words(send(site, "/searches", 400, query=" "))
    assert "1 to 100 letters" in words(send(site, page, 400, action="rename", name=""))
    assert "action of this form" in words(send(site, page, 400, action="x"))
    for wrong in ("/searches/0", "/searches/x", "/searches/" + "9" * 40, "/searches/%C2%B2"):
        open_(site, wrong, 404)
        send(site, wrong, 404, action="delete")
    send(site, "/searches", 404, look="x")


def test_feeds_are_read_without_signing_in_until_they_are_renewed(site):
    page = send(site, "/searches", query="plain").headers["location"]
    addresses = feeds(site, page)
    assert [address.partition(".")[2] for address in addresses] == ["atom", "rss", "feed.json"]
    for address in addresses[:2]:
        answer = site.get(address)
        found = feedparser.parse(answer.content)
        assert (len(found.entries), found.bozo) == (4, False)
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert site.get(address, if_none_match=answer.headers["etag"]).status_code == 304
    assert len(site.get(addresses[2]).json()["items"]) == 4
    assert site.get(addresses[0].removesuffix(".atom")).headers["location"] == "/papers?q=%22plain%22+sort%3Anew"
    site.now += timedelta(seconds=1)
    send(site, page, action="renew")
    assert {site.get(address).status_code for address in addresses} == {404}
    assert site.get(feeds(site, page)[0]).status_code == 200
    assert site.get("/feeds/private/x-1.atom").status_code == site.get("/feeds/private/").status_code == 404


def test_my_feeds_as_opml_hold_my_library(site):
    send(site, "/searches", query="plain")
    paper = site.hrefs("/papers/trending", "article h2 a")[0]
    send(site, f"{paper}/save", action="save")
    assert "Give my library a feed" in words(open_(site, "/searches"))
    send(site, "/searches", query="in:library")
    assert "Give my library a feed" not in words(open_(site, "/searches"))
    outlines = ElementTree.fromstring(open_(site, "/feeds/mine.opml").text).iter("outline")
    found = {one.attrib["text"]: one.attrib["xmlUrl"] for one in outlines if "xmlUrl" in one.attrib}
    assert list(found) == ["Today’s papers", "Trending", "My library", "plain"]
    library = site.get(found["My library"].removeprefix("https://papers.example.org"))
    assert [entry.link for entry in feedparser.parse(library.content).entries] == [f"https://papers.example.org{paper}"]
    assert site.get("/feeds/mine.opml").status_code == 401


def test_by_mail_its_owner_gets_a_letter_to_confirm(site):
    page = send(site, "/searches", query="plain").headers["location"]
    form = LexborHTMLParser(open_(site, page).text).css_first("section[aria-labelledby=mail] form")
    fields = {node.attributes["name"]: node.attributes.get("value", "") for node in form.css("input[name]")}
    send(site, form.attributes["action"], 200, **{**fields, "email": "ada@example.org", "cadence": "weekly"})
    with site.house.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM messages").scalar_one() == 1


def test_the_first_account_takes_them_over(site):
    page = send(site, "/searches", query="plain").headers["location"]
    address = feeds(site, page)[0]
    with site.house.database.write() as connection:
        local = readers.find_local(connection)
        readers.give_local_a_name(connection, local.pk, "ada", "")
    assert site.get(address).status_code == 200
