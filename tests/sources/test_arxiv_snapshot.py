"""arXiv's snapshot: the first version's day, parsed names, code links."""

from __future__ import annotations

import json
from datetime import date

import pytest

LINE = {
    "id": "0704.0001",
    "submitter": "Jo Doe",
    "authors": "J. Doe, A. Poe",
    "title": "On the bread\n  of ovens",
    "comments": "7 pages; code at https://gitlab.com/jo/oven",
    "journal-ref": "J. Ovens 7 (2007) 1",
    "doi": "10.1000/ABC.7",
    "report-no": None,
    "categories": "hep-ph cs.LG",
    "license": None,
    "abstract": "  We bake\nbread.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Doe", "Jo", "Jr"], ["Poe", "Al", ""], ["Lab", "", ""]],
}


def lines(*changes: dict[str, object]) -> str:
    return "".join(json.dumps(LINE | change) + "\n" for change in changes)


def test_a_line(read):
    record = read(lines({})).only
    assert (record.source, record.source_id, record.arxiv_id) == ("arxiv", "0704.0001", "0704.0001")
    assert record.title == "On the bread of ovens"
    assert record.abstract == "We bake bread."
    assert record.authors == ("Jo Doe Jr", "Al Poe", "Lab")
    assert record.published_on == date(2007, 4, 2)
    assert record.categories == ("hep-ph", "cs.LG")
    assert (record.doi, record.venue) == ("10.1000/abc.7", "J. Ovens 7 (2007) 1")
    assert [(link.kind, link.url) for link in record.links] == [
        ("abs", "https://arxiv.org/abs/0704.0001"),
        ("pdf", "https://arxiv.org/pdf/0704.0001"),
        ("code", "https://gitlab.com/jo/oven"),
    ]


@pytest.mark.parametrize(
    ("versions", "day"),
    [
        ([{"created": "Sat, 29 Feb 2020 00:00:00 GMT"}], date(2020, 2, 29)),
        ([{"created": "Fri, 29 Feb 2019 00:00:00 GMT"}], None),
        ([{"created": "2 Apr 2007 19:18:42 +0000"}], date(2007, 4, 2)),
        ([{"created": "2007-04-02T19:18:42Z"}], date(2007, 4, 2)),
        ([{"created": "soon"}], None),
        ([{"created": 5}], None),
        (["x"], None),
        ([], None),
        ("x", None),
        (None, None),
    ],
)
def test_the_day_is_the_first_versions_and_never_the_updates(read, versions, day):
    assert read(lines({"versions": versions})).only.published_on == day


@pytest.mark.parametrize(
    ("parsed", "authors"),
    [
        ([["Doe", "Jo"], ["Poe"], [], "x", 5, [None, {"a": 1}]], ("Jo Doe", "Poe")),
        ([["Doe", "Jo", "", "with a note"]], ("Jo Doe",)),
        ("x", ("J. Doe", "A. Poe")),
        ({"a": 1}, ("J. Doe", "A. Poe")),
    ],
)
def test_names(read, parsed, authors):
    assert read(lines({"authors_parsed": parsed})).only.authors == authors


@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"title": ["x"]},
        {"title": " \n "},
        {"id": None},
        {"id": "x"},
        {"id": {"a": 1}},
        {"id": ""},
    ],
)
def test_a_line_without_title_or_id_is_set_aside(read, change):
    found = read(lines({}, change, {"id": "0704.0002"}))
    assert [r.source_id for r in found.records] == ["0704.0001", "0704.0002"]
    assert [(line, reason[:3]) for line, reason in found.reasons] == [(2, "no ")]


@pytest.mark.parametrize("value", [5, "x", [], {}, None, True, [[[]]], 1.5, -1])
@pytest.mark.parametrize("key", [key for key in LINE if key not in ("id", "title")])
def test_wrong_types_cost_a_field_at_most(read, key, value):
    assert read(lines({key: value})).only.title == "On the bread of ovens"


def test_old_ids_and_versions(read):
    found = read(lines({"id": "math.GT/0309136v2"}, {"id": "hep-th/9901001"}))
    assert [r.source_id for r in found.records] == ["math/0309136", "hep-th/9901001"]


def test_endless_titles_and_abstracts_are_cut(read):
    record = read(lines({"title": "t" * 9_000, "abstract": "word " * 20_000})).only
    assert len(record.title) == 2_000
    assert 49_990 < len(record.abstract) <= 50_000
