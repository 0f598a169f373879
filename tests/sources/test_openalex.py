"""OpenAlex's works, spoken by a real server with its faults."""

from __future__ import annotations

import json
import runpy
from datetime import date, timedelta
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.openalex import OpenAlexSource, find_work, read_work
from broadsheet.sources.reading import SetAside

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
TODAY = date(2026, 3, 4)


def work(n, **changes):
    return {"id": f"https://openalex.org/W{n}", "title": f"Lantern study {n}", **changes}


def answer(results, total=None, cursor=None):
    body = {"meta": {"count": len(results) if total is None else total, "next_cursor": cursor}, "results": results}
    return 200, {}, json.dumps(body).encode()


@pytest.fixture
def source(outside, client_for, world):
    def make(query="lamps", since=TODAY, key=""):
        return OpenAlexSource(client_for(), outside.address, query, since, world.now, key=key)

    return make


def test_a_record():
    found = read_work(
        work(
            7,
            doi="https://doi.org/10.1000/LAMP.7",
            title="On <i>lamps</i>",
            publication_date="2026-03-01",
            authorships=[{"author": {"display_name": "Ada Quill"}}, {"author": None}, 3],
            abstract_inverted_index={"lamps": [1, 3], "We": [0], "light": [2, 99_999_999, -1, "x", True], "bad": 7},
            primary_location={"source": {"display_name": "Journal of Lamps", "type": "journal"}},
            locations=[{"landing_page_url": "http://arxiv.org/abs/2601.00007"}],
            best_oa_location={"pdf_url": "https://x.example/7.pdf"},
            keywords=[{"display_name": "Oil"}],
            is_retracted=True,
        )
    )
    assert found == Record(
        source="openalex",
        source_id="W7",
        title="On lamps",
        abstract="We lamps light lamps",
        authors=("Ada Quill",),
        published_on=date(2026, 3, 1),
        keywords=("retracted", "Oil"),
        links=(
            Link("abs", "https://arxiv.org/abs/2601.00007"),
            Link("pdf", "https://arxiv.org/pdf/2601.00007"),
            Link("abs", "https://doi.org/10.1000/lamp.7"),
            Link("pdf", "https://x.example/7.pdf"),
        ),
        arxiv_id="2601.00007",
        doi="10.1000/lamp.7",
        venue="Journal of Lamps",
    )


def test_a_repository_is_no_venue():
    place = {"source": {"display_name": "arXiv (Cornell University)", "type": "repository"}}
    assert read_work(work(1, primary_location=place)).venue == ""


@pytest.mark.parametrize(("stated", "count"), [(None, None), (3_000, 3_000), (100, None), ("many", None)])
def test_authors_end_at_the_hundredth(stated, count):
    people = [{"author": {"display_name": f"Author {n}"}} for n in range(100)]
    found = read_work(work(1, authorships=people, authors_count=stated))
    assert (len(found.authors), found.author_count) == (100, count)


def test_an_abstract_without_end_is_cut():
    index = {f"w{n}" + "x" * 300: [n] for n in range(3_000)}
    found = read_work(work(1, abstract_inverted_index=index))
    assert 0 < len(found.abstract) <= 50_000


def test_the_key_is_sent_only_when_given_and_never_in_the_address(outside, source):
    outside.otherwise = lambda _: answer([])
    list(source().fetch_since(""))
    list(source(key="oil-42").fetch_since(""))
    assert [asked.headers.get("Authorization") for asked in outside.asked] == [None, "Bearer oil-42"]
    assert not any("oil-42" in asked.path for asked in outside.asked)


def test_what_is_asked(outside, source):
    outside.otherwise = lambda _: answer([])
    list(source("lamps  oil", since=TODAY - timedelta(days=2)).fetch_since(""))
    [asked] = outside.asked
    assert asked.query["filter"] == "from_publication_date:2026-03-02,to_publication_date:2026-03-04"
    assert (asked.query["search"], asked.query["cursor"]) == ("lamps oil", "*")


def test_pages_by_cursor(outside, source):
    parts = {"*": ([work(1), work(2)], "b"), "b": ([work(3)], "c")}
    outside.otherwise = lambda asked: answer(parts[asked.query["cursor"]][0], 3, parts[asked.query["cursor"]][1])
    slices = list(source().fetch_since(""))
    assert [item.source_id for one in slices for item in one.items] == ["W1", "W2", "W3"]
    assert [one.is_last for one in slices] == [False, True]


def test_a_week_after_the_other_and_the_newest_fortnight_again(outside, source):
    outside.otherwise = lambda _: answer([])
    slices = list(source(since=date(2026, 2, 1)).fetch_since(""))
    assert [one.cursor for one in slices] == ["2026-02-08", "2026-02-15", "2026-02-18", "2026-02-18", "2026-02-18"]
    outside.asked.clear()
    list(source(since=date(2026, 2, 1)).fetch_since(slices[-1].cursor))
    assert outside.asked[0].query["filter"].startswith("from_publication_date:2026-02-18,")


def test_an_empty_page_against_its_word(outside, source):
    outside.otherwise = lambda _: answer([], 45, None)
    with pytest.raises(SourceFailed, match="OpenAlex sent a list that ends after 0 of 45, 4 times"):
        list(source().fetch_since(""))


def test_an_openalex_that_wants_a_key(outside, source):
    outside.otherwise = lambda _: (401, {}, b'{"error": "key"}')
    with pytest.raises(SourceFailed, match=r"OpenAlex could not be reached \(.*401 Unauthorized"):
        list(source().fetch_since(""))


def test_bad_works_are_set_aside(outside, source):
    outside.otherwise = lambda _: answer([work(1, title=None), {"id": "https://x/A1", "title": "x"}, None, work(2)])
    [only] = source().fetch_since("")
    assert [item.reason for item in only.items if isinstance(item, SetAside)] == [
        "W1: no title", "no id of a work in 'A1'", "not a JSON object",
    ]  # fmt: skip
    assert isinstance(only.items[-1], Record)


def test_one_work(outside, client_for):
    outside.otherwise = lambda _: (200, {}, json.dumps(work(1)).encode())
    assert find_work(client_for(), outside.address, "10.1000/lamp.1", "oil-42").source_id == "W1"
    assert outside.asked[0].path == "/works/doi:10.1000%2Flamp.1"
    outside.otherwise = lambda _: (404, {}, b"{}")
    assert find_work(client_for(), outside.address, "10.1000/none") is None


def test_an_empty_search(source):
    with pytest.raises(Invalid, match="openalex_query is empty"):
        source(" ")
