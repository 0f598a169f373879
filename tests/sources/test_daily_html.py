"""Daily Papers saved as HTML: cards and the JSON beside them."""

from __future__ import annotations

import html
import json
from datetime import date

import pytest

ABSTRACT = "We bake bread &amp; cakes with <b>graphs</b>, and measure how well they rise in every oven."
PLAIN = "We bake bread & cakes with graphs, and measure how well they rise in every oven."


def article(number: int = 1, about: str = "<li>4 authors</li> · <time>Feb 27, 2024</time>") -> str:
    return f"""<article class="flex"><div class="leading-none">23</div>
      <h3 class="x"><a href="/papers/2401.{number:05d}" class="y">Bread &lt;{number}&gt;
         and  cakes</a></h3>
      <p class="z">{ABSTRACT}</p><ul>{about}</ul>
      <a href="/papers/2401.{number:05d}#community"><svg></svg> 7</a></article>"""


def page(*parts: str) -> str:
    return (
        "<!DOCTYPE html>\n<html><head><title>Daily Papers</title></head><body>\n" + "\n".join(parts) + "</body></html>"
    )


def test_a_card(read):
    record = read(page(article())).only
    assert record.title == "Bread <1> and cakes"
    assert record.abstract == PLAIN
    assert (record.source, record.source_id, record.arxiv_id) == ("daily-page", "2401.00001", "2401.00001")
    assert (record.author_count, record.upvotes, record.comments) == (4, 23, 7)
    assert record.published_on == date(2024, 2, 27)
    assert [link.kind for link in record.links] == ["abs", "pdf"]


@pytest.mark.parametrize(
    ("about", "day", "organization"),
    [
        ('<time datetime="2023-05-06T00:00:00Z">May 6</time>', date(2023, 5, 6), ""),
        ("<time>May 6</time>", date(2025, 5, 6), ""),
        ('<a href="/organizations/lab"><img> Some Lab</a>', None, "Some Lab"),
        ("", None, ""),
    ],
)
def test_small_print(read, about, day, organization):
    record = read(page(article(1, about), article(2))).records[0]
    assert (record.published_on, record.organization) == (day, organization)


def test_a_card_may_say_next_to_nothing(read):
    record = read(page('<article><h3><a href="https://huggingface.co/papers/2401.00009v2">T</a></h3></article>')).only
    assert (record.title, record.abstract, record.arxiv_id) == ("T", "", "2401.00009")


def test_the_json_beside_the_cards_is_preferred_and_cards_it_lacks_are_added(read):
    item = {
        "paper": {
            "id": "2401.00002",
            "title": "From JSON",
            "summary": "S",
            "upvotes": 9,
            "authors": [{"name": "Jo Doe"}],
        },
        "publishedAt": "2024-01-05T00:00:00.000Z",
    }
    props = html.escape(json.dumps({"dailyPapers": [item, item, 5, {"paper": {"id": "x"}}]}))
    found = read(
        page(f'<div data-props="{props}" data-target="DailyPapers"></div>', article(1), article(2), article(2))
    )
    assert found.titles == ["From JSON", "Bread <1> and cakes"]
    assert {r.source for r in found.records} == {"daily-page"}
    assert found.records[0].edition_on == date(2024, 1, 5)


@pytest.mark.parametrize("props", ["", "{broken", "5", "[]", '{"dailyPapers": 5}', '{"papers": [[]]}'])
def test_broken_json_beside_the_cards_does_no_harm(read, props):
    assert read(page(f'<div data-props="{html.escape(props)}"></div>', article())).only.source_id == "2401.00001"


def test_a_page_without_papers_says_so(read):
    assert [reason[:14] for _, reason in read(page("<h1>404</h1>")).reasons] == ["no papers on t"]


def test_damaged_and_nameless_cards_are_set_aside(read):
    nameless = '<article><h3><a href="/papers/2401.00007"> </a></h3></article>'
    found = read(page(article(1), article(2), nameless).encode().replace(b"Bread &lt;2&gt;", b"Bread \xff"))
    assert found.titles == ["Bread <1> and cakes"]
    assert found.reasons == [(9, "invalid UTF-8"), (13, "no title")]


def test_elements_nested_without_end_do_not_take_forever(read):
    found = read("<html>" + "<div>" * 200_000 + article())
    assert [reason for _, reason in found.reasons] == ["no page: its elements are nested too deep"]
