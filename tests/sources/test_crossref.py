"""Crossref's works, spoken by a real server with its faults."""

from __future__ import annotations

import json
import runpy
from datetime import date
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.crossref import CrossrefSource, find_work, parse_crossref_query, read_work
from broadsheet.sources.reading import SetAside

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
TODAY = date(2026, 3, 4)


def work(n, **changes):
    return {"DOI": f"10.1000/lamp.{n}", "type": "journal-article", "title": [f"Lantern study {n}"], **changes}


def answer(items, total=None, cursor="again"):
    message = {"items": items, "total-results": len(items) if total is None else total, "next-cursor": cursor}
    return 200, {"Content-Type": "application/json"}, json.dumps({"status": "ok", "message": message}).encode()


class Register:
    """Works walked with a cursor that names where to go on."""

    def __init__(self, works, most=20):
        self.works, self.most = works, most

    def give(self, asked):
        cursor = asked.query["cursor"]
        start = 0 if cursor == "*" else int(cursor.removeprefix("from+/="))
        return answer(self.works[start : start + self.most], len(self.works), f"from+/={start + self.most}")


@pytest.fixture
def source(outside, client_for, world):
    def make(query="lamps issn:1234-5678", since=TODAY):
        return CrossrefSource(client_for(), outside.address, query, since, world.now)

    return make


def items_of(slices):
    return [item for one in slices for item in one.items]


def test_a_record():
    found = read_work(
        work(
            1,
            DOI="10.1000/LAMP.1",
            title=["On <i>lamps</i> &amp; H<sub>2</sub>O", "Second"],
            abstract="<jats:title>Abstract</jats:title><jats:p>We bake.</jats:p><jats:p>p &lt; 3.</jats:p>",
            author=[{"given": "Ada", "family": "Quill"}, {"name": "Harbour School"}, {}, 7, None],
            published={"date-parts": [[2026, 2]]},
            issued={"date-parts": [[None]]},
            relation={"has-preprint": [{"id-type": "doi", "id": "10.48550/arXiv.2601.00007"}]},
            link=[
                {"URL": "https://x.example/1.xml"},
                {"URL": "https://x.example/1.pdf", "content-type": "application/pdf"},
            ],
            **{"container-title": ["Journal of Lamps &amp; Oil"]},
        )
    )
    assert found == Record(
        source="crossref",
        source_id="10.1000/lamp.1",
        title="On lamps & H2O",
        abstract="We bake. p < 3.",
        authors=("Ada Quill", "Harbour School"),
        published_on=date(2026, 2, 1),
        links=(
            Link("abs", "https://arxiv.org/abs/2601.00007"),
            Link("pdf", "https://arxiv.org/pdf/2601.00007"),
            Link("abs", "https://doi.org/10.1000/lamp.1"),
            Link("pdf", "https://x.example/1.pdf"),
        ),
        arxiv_id="2601.00007",
        doi="10.1000/lamp.1",
        venue="Journal of Lamps & Oil",
    )


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ({"issued": {"date-parts": [[2026]]}}, date(2026, 1, 1)),
        ({"published": {"date-parts": [[None]]}, "posted": {"date-parts": [[2026, 2, 30]]}}, None),
        ({"published": {"date-parts": []}, "created": {"date-parts": [[2026, 3, 4]]}}, date(2026, 3, 4)),
        ({"published": [2026], "issued": "2026"}, None),
        ({"published": {"date-parts": [[99999, 1]]}}, None),
    ],
)
def test_dates_that_miss_parts(dates, day):
    assert read_work(work(1, **dates)).published_on == day


@pytest.mark.parametrize("kind", ["journal", "component", "peer-review", "journal-issue"])
def test_what_is_no_paper_is_left_out(kind):
    assert read_work({"DOI": "10.1000/x", "type": kind, "title": ["Lamps"]}) is None


def test_what_is_asked(outside, source):
    outside.otherwise = Register([work(1)]).give
    list(source("lamps  and oil issn:1234-5678 prefix:10.1145").fetch_since(""))
    [asked] = outside.asked
    assert asked.path.startswith("/works?")
    assert asked.query["filter"] == (
        "from-index-date:2026-03-04,until-index-date:2026-03-04,issn:1234-5678,prefix:10.1145"
    )
    assert (asked.query["query"], asked.query["cursor"]) == ("lamps and oil", "*")
    assert "mailto:ops@example.org" in asked.headers["User-Agent"]


def test_a_list_is_walked_with_its_cursor(outside, source):
    outside.otherwise = Register([work(n) for n in range(45)]).give
    slices = list(source().fetch_since(""))
    assert len({item.doi for item in items_of(slices)}) == 45
    assert [asked.query["cursor"] for asked in outside.asked] == ["*", "from+/=20", "from+/=40"]
    assert [s.is_last for s in slices] == [False, False, True]


def test_the_cursor_is_the_next_day_and_today_comes_again(outside, source):
    outside.otherwise = Register([work(1)]).give
    slices = list(source(since=date(2026, 3, 2)).fetch_since(""))
    assert [s.cursor for s in slices] == ["2026-03-03", "2026-03-04", "2026-03-04"]
    [again] = source().fetch_since(slices[-1].cursor)
    assert again.is_last


def test_a_day_that_broke_off_is_begun_again(outside, source):
    register = Register([work(n) for n in range(45)])
    outside.otherwise = lambda asked: register.give(asked) if asked.query["cursor"] == "*" else (400, {}, b"")
    taken = []
    with pytest.raises(SourceFailed, match=r"Crossref could not be reached \(.*400 Bad Request"):
        taken.extend(source().fetch_since(""))
    assert [one.cursor for one in taken] == ["2026-03-04"]
    assert not taken[0].is_last


@pytest.mark.parametrize(
    "bad",
    [
        answer([], 3),
        (200, {}, answer([work(1)])[2][:-20]),
        (200, {}, b'{"status": "failed", "message": [{"type": "filter-not-available"}]}'),
        (200, {}, b'{"message": {"items": {}, "total-results": 3}}'),
        (200, {}, b"<html>"),
    ],
)
def test_an_empty_or_broken_page_is_asked_for_again(outside, source, bad):
    outside.script.append(bad)
    outside.otherwise = Register([work(n) for n in range(3)]).give
    assert len(items_of(source().fetch_since(""))) == 3
    assert len(outside.asked) == 2


def test_a_list_that_ends_early_fails_aloud(outside, source):
    outside.otherwise = lambda asked: answer([work(1)] if asked.query["cursor"] == "*" else [], 9)
    with pytest.raises(SourceFailed, match="Crossref sent a list that ends after 1 of 9, 4 times"):
        list(source().fetch_since(""))


def test_bad_works_are_set_aside(outside, source):
    odd = [
        work(1, title=[]),
        work(2, title=None),
        {"title": ["x"]},
        7,
        work(3, title=["<b></b>"]),
        work(4, title="Plain"),
    ]
    outside.otherwise = lambda _: answer(odd)
    items = items_of(source().fetch_since(""))
    assert [item.title for item in items if isinstance(item, Record)] == ["Plain"]
    assert [item.reason for item in items if isinstance(item, SetAside)] == [
        "10.1000/lamp.1: no title", "10.1000/lamp.2: no title", "no DOI in ''", "not a JSON object",
        "10.1000/lamp.3: no title",
    ]  # fmt: skip


def test_wrong_types_and_huge_texts_do_no_harm():
    found = read_work(work(1, abstract="<jats:p>" * 90_000 + "end", author={"a": 1}, link="x", relation=[1], subject=3))
    assert (found.authors, found.abstract) == ((), "")
    assert len(read_work(work(1, title=["lamp " * 100_000])).title) <= 2_000


def test_one_work(outside, client_for):
    outside.otherwise = lambda _: (200, {}, json.dumps({"message": work(1)}).encode())
    assert find_work(client_for(), f"{outside.address}/", "10.1000/lamp.1").doi == "10.1000/lamp.1"
    assert outside.asked[0].path == "/works/10.1000%2Flamp.1"
    outside.otherwise = lambda _: (404, {}, b"Resource not found.")
    assert find_work(client_for(), outside.address, "10.1000/none") is None


@pytest.mark.parametrize("query", ["", "  ", "type:journal-article"])
def test_all_of_crossref_is_refused(query):
    with pytest.raises(Invalid, match="would be all of Crossref"):
        parse_crossref_query(query)


def test_what_is_no_filter_is_a_word():
    assert parse_crossref_query("from-index-date:2000 a,b issn:1,type:x").filters == ()
