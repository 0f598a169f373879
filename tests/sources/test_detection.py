"""The format is known by content, whatever the file is called."""

from __future__ import annotations

import json

import pytest

from broadsheet.sources.files import FORMATS
from broadsheet.sources.reading import ReadOptions

DOCUMENT = {"_id": "7", "title": "T", "text": "x"}
SNAPSHOT = {"id": "2401.00001", "title": "T", "authors_parsed": [["Doe", "Jo", ""]]}
LIST_ITEM = {"paper": {"id": "2401.00001", "title": "T"}, "publishedAt": "2024-01-05T00:00:00.000Z"}
FLAT_ITEM = {"id": "2401.00001", "title": "T", "upvotes": 3}
CSL_ITEM = {"type": "article", "title": "T"}
BIBTEX = "@article{k, title = {T}}\n"
RIS = "TY  - JOUR\nTI  - T\nER  - \n"
PAGE = (
    "Daily Papers\n\nbyAK and the research community\n\nNov 7\n\nT\n\nSome abstract.\n\n  • 2 authors\n·\nMay 1, 2023\n"
)
HTML = '<!doctype html><article><h3><a href="/papers/2401.00001">T</a></h3></article>'


@pytest.mark.parametrize(
    ("content", "source"),
    [
        (json.dumps(DOCUMENT), "corpus-"),
        (json.dumps([DOCUMENT, DOCUMENT]), "corpus-"),
        (json.dumps(SNAPSHOT), "arxiv"),
        (json.dumps({"id": "2401.00001", "title": "T", "versions": [], "categories": "cs.CL"}), "arxiv"),
        (json.dumps(LIST_ITEM), "hub"),
        (json.dumps(FLAT_ITEM, indent=2), "hub"),
        (json.dumps([FLAT_ITEM], indent=1), "hub"),
        (json.dumps({"papers": [FLAT_ITEM, FLAT_ITEM]}), "hub"),
        (json.dumps(CSL_ITEM), "csl"),
        (json.dumps([CSL_ITEM]), "csl"),
        (json.dumps({"unknown": 1}) + "\n" + json.dumps(DOCUMENT), "corpus-"),
        ("garbage\n" + json.dumps(DOCUMENT), "corpus-"),
        (BIBTEX, "bibtex"),
        ("% A comment\n\n" + BIBTEX, "bibtex"),
        ("Words before the first entry\n" + BIBTEX, "bibtex"),
        ("\n\n" + RIS, "ris"),
        (PAGE, "daily-page"),
        (PAGE.replace("\n", "\r\n"), "daily-page"),
        (HTML, "daily-page"),
        ("\n  " + HTML.upper().replace("/PAPERS/", "/papers/"), "daily-page"),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_known_by_content(read, content, source, zipped):
    found = read(content, zipped=zipped)
    assert found.records, found.asides
    assert {record.title for record in found.records} == {"T"}
    assert all(record.source.startswith(source) for record in found.records)


@pytest.mark.parametrize(
    "content",
    [
        "Dear diary,\n\ntoday I read nothing.\n",
        '{"name": "package", "version": "1.0"}',
        '[{"name": "x"}]',
        "[1, 2, 3]",
        "<rss><channel/></rss>",
        "a,b,c\n1,2,3\n",
        "{broken",
    ],
)
def test_an_unknown_text_is_set_aside_once_with_the_formats(read, content):
    found = read(content)
    assert found.records == []
    assert len(found.asides) == 1
    assert all(name in found.asides[0].reason for name in FORMATS)
    assert found.asides[0].excerpt.startswith(content.split("\n")[0][:20])


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("content", ["words\n", "{broken", BIBTEX, RIS, PAGE, HTML, json.dumps(DOCUMENT), "[[[", "5"])
def test_a_wrong_format_never_raises(read, name, content):
    read(content, ReadOptions(format=name))


def test_the_format_that_was_given_wins(read):
    both = {"type": "article", "title": "T", "_id": "7", "text": "x"}
    assert read(json.dumps(both)).only.source.startswith("corpus-")
    assert read(json.dumps(both), ReadOptions(format="csl")).only.source == "csl"
    assert read("T\n\nWords.\n\nMay 1, 2023", ReadOptions(format="daily-page")).only.title == "T"
