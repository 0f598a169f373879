"""The Hub's JSON, wrapped and flat."""

from __future__ import annotations

import json
from datetime import date

import pytest

PAPER = {
    "id": "2401.00001",
    "title": "Bread",
    "summary": "We bake\nbread.",
    "publishedAt": "2024-01-01T18:59:59.000Z",
    "upvotes": 12,
    "authors": [
        {"_id": "a", "name": "Jo Doe", "hidden": False},
        {"_id": "b", "name": "Al Poe", "hidden": True},
        {"_id": "c", "name": "Di Roe"},
    ],
    "ai_summary": "Bread, baked.",
    "ai_keywords": ["bread", "ovens"],
    "githubRepo": "https://github.com/jo/bread",
    "projectPage": "https://bread.example.org/",
}
ITEM = {
    "paper": PAPER,
    "publishedAt": "2024-01-03T05:00:00.000Z",
    "title": "Bread",
    "summary": "Outer",
    "numComments": 4,
    "submittedBy": {"user": "x"},
    "organization": {"name": "lab", "fullname": "The Lab"},
}


def test_a_list_item(read):
    record = read(json.dumps([ITEM])).only
    assert (record.source, record.source_id, record.arxiv_id) == ("hub", "2401.00001", "2401.00001")
    assert (record.title, record.abstract, record.summary) == ("Bread", "We bake bread.", "Bread, baked.")
    assert record.authors == ("Jo Doe", "Di Roe")
    assert (record.published_on, record.edition_on) == (date(2024, 1, 1), date(2024, 1, 3))
    assert (record.upvotes, record.comments, record.organization) == (12, 4, "The Lab")
    assert record.keywords == ("bread", "ovens")
    assert [(link.kind, link.url) for link in record.links] == [
        ("abs", "https://arxiv.org/abs/2401.00001"),
        ("pdf", "https://arxiv.org/pdf/2401.00001"),
        ("code", "https://github.com/jo/bread"),
        ("project", "https://bread.example.org/"),
    ]


def test_a_flat_item(read):
    flat = PAPER | {"submittedOnDailyAt": "2024-01-04T00:00:00.000Z", "organization": {"name": "lab"}}
    record = read(json.dumps(flat)).only
    assert (record.published_on, record.edition_on) == (date(2024, 1, 1), date(2024, 1, 4))
    assert record.organization == "lab"
    assert read(json.dumps(PAPER)).only.edition_on is None


def test_the_day_of_submission_beats_the_outer_date(read):
    inner = PAPER | {"submittedOnDailyAt": "2024-01-05T00:00:00.000Z"}
    assert read(json.dumps(ITEM | {"paper": inner})).only.edition_on == date(2024, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(json.dumps(x) for x in (ITEM, PAPER)),
        json.dumps([ITEM, PAPER]),
        json.dumps({"dailyPapers": [ITEM, PAPER]}, indent=1),
    ],
)
def test_lines_arrays_and_answers(read, text):
    found = read(text)
    assert found.titles == ["Bread", "Bread"]
    assert found.asides == []


def test_a_title_only_outside_and_a_paper_that_is_not_on_arxiv(read):
    record = read(json.dumps({"paper": {"id": "own-7"}, "title": "Outer", "summary": "S"})).only
    assert (record.title, record.abstract, record.arxiv_id, record.source_id) == ("Outer", "S", None, "own-7")
    assert record.links == ()


@pytest.mark.parametrize("value", [5, "x", [], {}, None, True, [[5]], [{"name": 5}], 1.5, -1, 10**18])
@pytest.mark.parametrize("key", [key for key in PAPER if key not in ("id", "title", "upvotes")])
def test_wrong_types_cost_a_field_at_most(read, key, value):
    assert read(json.dumps(ITEM | {"paper": PAPER | {key: value}, key: value, "title": "Bread"})).titles == ["Bread"]


@pytest.mark.parametrize("value", ["x", [], None, True, -3, 1.5, {"a": 1}])
def test_counts_of_a_wrong_kind_are_no_counts(read, value):
    changed = ITEM | {"numComments": value, "paper": PAPER | {"upvotes": value}, "organization": value}
    record = read(json.dumps(changed)).only
    assert (record.upvotes, record.comments) == (0, 0)
