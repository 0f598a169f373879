"""One paper by its name, from real servers that know it, do not know it, or are out of order."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, NotFound, SourceFailed
from broadsheet.domain.pasted import Pasted
from broadsheet.sources.single import OutsideFinder, Places

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
Archive, feed, ERROR_ENTRY = (_OUTSIDE[name] for name in ("Archive", "feed", "ERROR_ENTRY"))
MISSING = (404, {}, b"{}")
ARXIV = Pasted("arxiv", "2603.00001")
DOI = Pasted("doi", "10.1000/lamp.1")


def crossref(**changes):
    work = {"DOI": "10.1000/lamp.1", "title": ["On lamps"], **changes}
    return 200, {}, json.dumps({"message": work}).encode()


def openalex():
    return 200, {}, json.dumps({"id": "https://openalex.org/W1", "title": "Lamps", "doi": DOI.name}).encode()


@pytest.fixture
def finder(outside, client_for):
    places = (f"{outside.address}/{name}" for name in ("arxiv", "openreview", "crossref", "openalex"))
    return OutsideFinder(client_for(), Places(*places, "oil-42"))


def test_an_arxiv_id(outside, finder):
    outside.otherwise = lambda _: (200, {}, feed([Archive.entry(1)], 1))
    record = finder.find(ARXIV)
    assert (record.source, record.arxiv_id) == ("arxiv", "2603.00001")
    [asked] = outside.asked
    assert asked.path == "/arxiv?id_list=2603.00001&max_results=1"


@pytest.mark.parametrize(
    "answer", [feed([], 0), feed([ERROR_ENTRY], 1), feed([Archive.entry(2)], 1), feed(["<entry/>"], 1)]
)
def test_an_arxiv_id_that_nobody_has(outside, finder, answer):
    outside.otherwise = lambda _: (200, {}, answer)
    with pytest.raises(NotFound, match=r"Nobody asked knows 2603\.00001"):
        finder.find(ARXIV)
    assert len(outside.asked) == 1


def test_an_arxiv_that_answers_400_with_its_error(outside, finder):
    outside.otherwise = lambda _: (400, {}, feed([ERROR_ENTRY], 1))
    with pytest.raises(NotFound):
        finder.find(ARXIV)


def test_an_arxiv_that_is_out_of_order(outside, finder):
    outside.script += [(200, {}, b"<html>"), (200, {}, feed([Archive.entry(1)], 1)[:-9])]
    outside.otherwise = lambda _: (200, {}, feed([Archive.entry(1)], 1))
    assert finder.find(ARXIV).arxiv_id == "2603.00001"
    outside.otherwise = lambda _: (200, {}, b"<html>")
    with pytest.raises(SourceFailed, match="no whole Atom feed, 3 times"):
        finder.find(ARXIV)
    outside.otherwise = lambda _: (200, {}, b'<!DOCTYPE feed [<!ENTITY a "b">]><feed/>')
    with pytest.raises(SourceFailed, match="not safe to read"):
        finder.find(ARXIV)
    outside.otherwise = lambda _: (503, {}, b"")
    with pytest.raises(SourceFailed, match="arXiv could not be reached"):
        finder.find(ARXIV)


def test_a_doi_at_crossref(outside, finder):
    outside.otherwise = lambda _: crossref()
    assert finder.find(DOI).source == "crossref"
    assert [asked.path for asked in outside.asked] == ["/crossref/works/10.1000%2Flamp.1"]


@pytest.mark.parametrize("first", [MISSING, (403, {}, b""), crossref(title=[]), crossref(type="journal")])
def test_a_doi_that_only_openalex_knows(outside, finder, first):
    outside.script.append(first)
    outside.otherwise = lambda _: openalex()
    assert finder.find(DOI).source == "openalex"
    assert outside.asked[1].path == "/openalex/works/doi:10.1000%2Flamp.1"
    assert [asked.headers.get("Authorization") for asked in outside.asked] == [None, "Bearer oil-42"]


def test_a_doi_that_nobody_knows_and_one_of_which_it_cannot_be_said(outside, finder):
    outside.otherwise = lambda _: MISSING
    with pytest.raises(NotFound, match=r"Nobody asked knows 10\.1000/lamp\.1"):
        finder.find(DOI)
    outside.script += [(403, {}, b""), MISSING]
    with pytest.raises(SourceFailed, match="Crossref could not be reached"):
        finder.find(DOI)
    outside.script += [(403, {}, b""), (403, {}, b"")]
    with pytest.raises(SourceFailed, match="Crossref could not be reached"):
        finder.find(DOI)


def test_a_forum(outside, finder):
    note = {"id": "lantern0001", "content": {"title": {"value": "Lamps"}}}
    outside.otherwise = lambda _: (200, {}, json.dumps({"notes": [note], "count": 1}).encode())
    assert finder.find(Pasted("openreview", "lantern0001")).openreview_id == "lantern0001"
    note["content"] = {}
    with pytest.raises(NotFound, match=r"is no paper \(lantern0001: no title\)"):
        finder.find(Pasted("openreview", "lantern0001"))


def test_bibtex_asks_nobody(outside, finder):
    record = finder.find(Pasted("bibtex", "@article{k, title={On {L}amps}, author={Quill, Ada}, doi={10.1000/lamp.1}}"))
    assert (record.title, record.authors, record.doi) == ("On Lamps", ("Ada Quill",), "10.1000/lamp.1")
    assert outside.asked == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("@article{k, title={x}}\n@article{l, title={y}}", "2 BibTeX entries"),
        ("@article{k, author={x}}", "no title"),
        ("@article{k, title={x", "cannot be read"),
        ("@comment{x}", "no entry"),
        ("@article(", "cannot be read"),
    ],
)
def test_bibtex_that_is_not_one_paper(finder, text, reason):
    with pytest.raises(Invalid, match=reason):
        finder.find(Pasted("bibtex", text))
