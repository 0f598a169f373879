"""The words of a card, without a server."""

from __future__ import annotations

from datetime import date

import pytest
from markupsafe import Markup

from broadsheet.domain.days import period_of
from broadsheet.domain.paper import Link, Paper, PaperContent
from broadsheet.render import links
from broadsheet.render.cards import byline, card_links, date_words, is_web_address, make_card, marked
from broadsheet.render.pages import long_date, period_short, period_title


def paper(**fields: object) -> Paper:
    return Paper(1, "2511.00001", PaperContent(**{"title": "T", **fields}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:x", "java\nscript:x", "data:text/html,x",
        "//x.example", "/papers", "", "http://", "https:///x", "ftp://x.example",
        "http://x.example/\"", "http://x.example/'", "http://[x",
        "http://x.example/<b>", "http://x.example/ y", "http://x.example/`", "vbscript:x",
        "file:///etc/passwd", "mailto:a@b.example",
    ],
)  # fmt: skip
def test_what_is_no_web_address(url):
    assert not is_web_address(url)


@pytest.mark.parametrize(
    "url",
    ["http://x.example", "https://x.example:8080/a?b=c&d=e#f", "HTTPS://x.example/é", "http://[::1]/", "http://x"],
)
def test_what_is_a_web_address(url):
    assert is_web_address(url)


def test_links_keep_their_order_and_get_names():
    given = (Link("code", "https://a.example"), Link("novel", "https://b.example"), Link("pdf", "javascript:x"))
    assert [(link.kind, link.name) for link in card_links(paper(links=given))] == [("code", "code"), ("novel", "link")]


def test_marks_are_put_around_words_and_everything_is_escaped():
    assert marked("<b> & x", lambda text: [(0, 3), (6, 7)]) == Markup("<mark>&lt;b&gt;</mark> &amp; <mark>x</mark>")
    assert marked("<b>", None) == Markup("&lt;b&gt;")
    assert marked("", lambda text: []) == ""


def test_marks_fall_on_the_readable_words():
    card = make_card(paper(title=r"\textbf{river} $\ell$"), date(2025, 1, 1), lambda text: [(0, 5)])
    assert card.title == "<mark>river</mark> ℓ"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"authors": ("A B",) * 2000}, "A B and 1999 more"),
        ({"author_count": 0, "organization": "Org"}, "Org"),
        ({"author_count": 2, "organization": "Org"}, "2 authors"),
        ({}, ""),
    ],
)
def test_bylines(fields, words):
    assert byline(paper(**fields)) == words


def test_days_in_words():
    assert date_words(date(2025, 11, 7), date(2025, 1, 1)) == "Nov 7"
    assert date_words(date(2026, 1, 1), date(2025, 12, 31)) == "Jan 1, 2026"
    assert date_words(None, date(2025, 1, 1)) == ""
    assert long_date(date(2025, 11, 7)) == "Friday, November 7, 2025"


def test_periods_in_words():
    day = date(2024, 12, 31)
    assert [period_title(period_of(k, day)) for k in ("day", "week", "month")] == [
        "Tuesday, December 31, 2024", "Week 1, 2025", "December 2024",
    ]  # fmt: skip
    assert [period_short(period_of(k, day)) for k in ("day", "week", "month")] == [
        "Tue, Dec 31", "Week 1", "December 2024",
    ]  # fmt: skip


def test_addresses_are_encoded():
    assert links.paper("10.1/a?b#c%d e/ü") == "/papers/10.1/a%3Fb%23c%25d%20e/%C3%BC"
    assert links.paper("x", "csl.json") == "/papers/x.csl.json"
    assert links.search("a&b=c", 2) == "/papers?q=a%26b%3Dc&p=2"
    assert links.period(period_of("week", date(2025, 11, 7))) == "/papers/week/2025-W45"
    assert links.trending(0) == "/papers/trending"
