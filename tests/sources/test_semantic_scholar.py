"""Semantic Scholar's bulk search, spoken by a real server with its faults."""

from __future__ import annotations

import json
import runpy
from datetime import date, timedelta
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.reading import SetAside
from broadsheet.sources.semantic_scholar import SemanticScholarSource, read_paper

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
TODAY = date(2026, 3, 4)


def paper(n, **changes):
    return {"paperId": f"{n:040x}", "title": f"Lantern study {n}", **changes}


def answer(data, total=None, token=None):
    body = {"total": len(data) if total is None else total, "token": token, "data": data}
    return 200, {}, json.dumps(body).encode()


@pytest.fixture
def source(outside, client_for, world):
    def make(query="lamps", since=TODAY - timedelta(days=30), key=""):
        return SemanticScholarSource(client_for(), outside.address, query, since, world.now, key=key)

    return make


def test_a_record():
    found = read_paper(
        paper(
            7,
            abstract="We light.",
            authors=[{"authorId": "1", "name": "Ada Quill"}, {}, 3],
            externalIds={"ArXiv": "2601.00007", "DOI": "10.1000/LAMP.7", "CorpusId": 3},
            publicationDate="2026-03-01",
            venue="J. Lamps",
            publicationVenue={"name": "Journal of Lamps"},
            openAccessPdf={"url": "https://x.example/7.pdf"},
        )
    )
    assert found == Record(
        source="semantic-scholar",
        source_id=f"{7:040x}",
        title="Lantern study 7",
        abstract="We light.",
        authors=("Ada Quill",),
        published_on=date(2026, 3, 1),
        links=(
            Link("abs", "https://arxiv.org/abs/2601.00007"),
            Link("pdf", "https://arxiv.org/pdf/2601.00007"),
            Link("abs", "https://doi.org/10.1000/lamp.7"),
            Link("pdf", "https://x.example/7.pdf"),
            Link("other", f"https://www.semanticscholar.org/paper/{7:040x}"),
        ),
        arxiv_id="2601.00007",
        doi="10.1000/lamp.7",
        venue="Journal of Lamps",
    )


def test_arxiv_is_no_venue_and_its_doi_is_an_arxiv_id():
    found = read_paper(paper(1, venue="arXiv.org", externalIds={"DOI": "10.48550/arXiv.2601.00009"}, year=2026))
    assert (found.venue, found.arxiv_id, found.doi, found.published_on) == ("", "2601.00009", None, date(2026, 1, 1))


def test_parts_by_token_in_three_seconds_each(outside, source):
    outside.otherwise = lambda asked: (
        answer([paper(2)], 9) if asked.query.get("token") == "b/+=" else answer([paper(1)], 9, "b/+=")
    )
    slices = list(source().fetch_since(""))
    assert [item.title for one in slices for item in one.items] == ["Lantern study 1", "Lantern study 2"]
    assert [one.is_last for one in slices] == [False, True]
    assert [one.cursor for one in slices] == ["2026-02-02", "2026-02-18"]
    assert (outside.asked[1].at - outside.asked[0].at).total_seconds() == pytest.approx(3.0)
    assert outside.asked[0].query["publicationDateOrYear"] == "2026-02-02:"


def test_the_key(outside, source):
    outside.otherwise = lambda _: answer([])
    list(source().fetch_since(""))
    list(source(key="oil-42").fetch_since("2026-03-01"))
    assert [asked.headers.get("x-api-key") for asked in outside.asked] == [None, "oil-42"]
    assert outside.asked[1].query["publicationDateOrYear"] == "2026-03-01:"


def test_a_quota_that_all_share(outside, source):
    outside.script += [(429, {}, b""), (429, {}, b""), (429, {}, b"")]
    outside.otherwise = lambda _: answer([paper(1)])
    assert len(next(iter(source().fetch_since(""))).items) == 1
    assert len(outside.asked) == 4


def test_an_empty_first_part_against_its_estimate(outside, source):
    outside.script.append(answer([], 45))
    outside.otherwise = lambda _: answer([paper(1)], 45)
    [only] = source().fetch_since("")
    assert len(only.items) == 1
    outside.otherwise = lambda _: answer([], 45)
    with pytest.raises(SourceFailed, match="ends after 0 of 45"):
        list(source().fetch_since(""))


def test_bad_papers_are_set_aside(outside, source):
    outside.otherwise = lambda _: answer(
        [paper(1, title=None), {"paperId": "x", "title": "y"}, 7, paper(2, authors="z")]
    )
    [only] = source().fetch_since("")
    assert len([item for item in only.items if isinstance(item, SetAside)]) == 3
    assert only.items[-1].authors == ()


def test_an_empty_search(source):
    with pytest.raises(Invalid, match="semantic_scholar_query is empty"):
        source(" ")
