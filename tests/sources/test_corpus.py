"""Collections in BEIR's form, bare and with what real ones add."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from broadsheet.domain.paper import Record
from broadsheet.sources.corpus import source_of
from broadsheet.sources.files import read_file


def write(folder: Path, *documents: dict[str, object]) -> Path:
    folder.mkdir()
    path = folder / "corpus.jsonl"
    path.write_text("".join(json.dumps(document) + "\n" for document in documents))
    return path


def test_a_bare_document_is_named_within_its_collection(tmp_path):
    path = write(tmp_path / "SciFact", {"_id": "1", "title": "Bread", "text": "We bake."})
    assert list(read_file(path)) == [Record(source="corpus-scifact", source_id="1", title="Bread", abstract="We bake.")]


def test_what_collections_add(read):
    document = {
        "_id": "2401.00001",
        "title": "Bread",
        "text": "We bake. Other code: https://github.com/x/y",
        "published": "2024-01-01",
        "daily_date": "2024-01-03",
        "upvotes": 12,
        "num_comments": 3,
        "authors": ["Jo Doe"],
        "github": "https://github.com/jo/bread",
        "project_page": "https://bread.example.org",
        "organization": "The Lab",
        "categories": ["cs.CL"],
        "ai_keywords": ["bread"],
        "ai_summary": "Baked.",
        "doi": "10.1000/x",
    }
    record = read(json.dumps(document)).only
    assert (record.source_id, record.arxiv_id, record.doi) == ("2401.00001", "2401.00001", "10.1000/x")
    assert (record.published_on, record.edition_on) == (date(2024, 1, 1), date(2024, 1, 3))
    assert (record.upvotes, record.comments, record.organization) == (12, 3, "The Lab")
    assert (record.authors, record.categories, record.keywords) == (("Jo Doe",), ("cs.CL",), ("bread",))
    assert record.summary == "Baked."
    assert [(link.kind, link.url) for link in record.links[2:]] == [
        ("code", "https://github.com/jo/bread"),
        ("project", "https://bread.example.org"),
    ]


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"first_seen": "2025-03-04"}, date(2025, 3, 4)),
        ({"published": "bad", "first_seen": "2025-03-04", "year": 1999}, date(2025, 3, 4)),
        ({"year": "1999"}, date(1999, 1, 1)),
        ({"year": 1958}, date(1958, 1, 1)),
        ({"date": "2026-07-08"}, date(2026, 7, 8)),
        ({}, None),
    ],
)
def test_the_day_of_publication(read, fields, day):
    assert read(json.dumps({"_id": 7, "title": "T", "text": ""} | fields)).only.published_on == day


def test_code_named_in_a_comment_or_in_the_text(read):
    record = read(json.dumps({"_id": "a", "title": "T", "text": "x", "comment": "github.com/jo/bread"})).only
    assert [(link.kind, link.url) for link in record.links] == [("code", "https://github.com/jo/bread")]


@pytest.mark.parametrize(
    ("folder", "source"),
    [
        ("SciFact (BEIR)", "corpus-scifact-beir"),
        ("hub_daily", "corpus-hub_daily"),
        ("Ünï", "corpus-uni"),
        ("漢", "corpus-file"),
        ("", "corpus-file"),
    ],
)
def test_the_source_is_a_slug_of_the_folder(folder, source):
    assert source_of(folder) == source


@pytest.mark.parametrize("value", [5, "x", [], {}, None, True, [[5]], {"a": 1}, 1.5, -1, 10**18])
@pytest.mark.parametrize(
    "key",
    [
        *["text", "authors", "published", "daily_date", "upvotes", "num_comments", "github", "organization"],
        *["categories", "keywords", "summary", "doi", "venue", "year", "comment"],
    ],
)
def test_wrong_types_cost_a_field_at_most(read, key, value):
    assert read(json.dumps({"_id": "1", "title": "T", "text": "x"} | {key: value})).only.source_id == "1"


def test_a_huge_number_is_no_id(read):
    found = read('{"_id": 99999999999999999999999, "title": "T", "text": "x"}')
    assert found.reasons == [(1, "no _id")]
