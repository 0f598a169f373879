"""CSL-JSON of Zotero and of Crossref."""

from __future__ import annotations

import json
from datetime import date

import pytest

ITEM = {
    "id": "http://zotero.org/users/1/items/X",
    "type": "article-journal",
    "title": "On <i>bread</i> and H<sub>2</sub>O",
    "abstract": "<jats:p>We bake\nbread.</jats:p>",
    "author": [
        {"family": "Doe", "given": "Jo"},
        {"family": "Berg", "given": "Al", "non-dropping-particle": "van den", "suffix": "Jr"},
        {"literal": "The Lab"},
    ],
    "container-title": "Journal of Bread",
    "DOI": "10.1000/ABC",
    "URL": "https://example.org/a",
    "issued": {"date-parts": [["2020", 5, 12]]},
    "keyword": "bread, ovens",
}


def test_an_item(read):
    record = read(json.dumps([ITEM])).only
    assert record.title == "On bread and H2O"
    assert record.abstract == "We bake bread."
    assert record.authors == ("Jo Doe", "Al van den Berg Jr", "The Lab")
    assert (record.venue, record.keywords) == ("Journal of Bread", ("bread", "ovens"))
    assert record.published_on == date(2020, 5, 12)
    assert (record.source, record.source_id, record.doi) == ("csl", "10.1000/abc", "10.1000/abc")
    assert [link.url for link in record.links] == ["https://example.org/a"]


def test_crossrefs_lists_and_lines(read):
    item = ITEM | {"title": ["First", "Second"], "container-title": ["J"], "abstract": 5}
    found = read(json.dumps(item) + "\n" + json.dumps(ITEM) + "\n")
    assert found.titles == ["First", "On bread and H2O"]
    assert (found.records[0].venue, found.records[0].abstract) == ("J", "")


@pytest.mark.parametrize(
    "fields",
    [
        {"archive": "arXiv", "archive_location": "2401.00001"},
        {"number": "arXiv:2401.00001"},
        {"note": "arXiv:2401.00001 [cs]"},
        {"URL": "http://arxiv.org/abs/2401.00001"},
        {"DOI": "10.48550/arXiv.2401.00001"},
    ],
)
def test_arxiv_ids(read, fields):
    assert read(json.dumps({"type": "article", "title": "T"} | fields)).only.source_id == "2401.00001"


@pytest.mark.parametrize(
    ("issued", "day"),
    [
        ({"date-parts": [[1999]]}, date(1999, 1, 1)),
        ({"date-parts": [["1999", "12"]]}, date(1999, 12, 1)),
        ({"date-parts": [[1999, 2, 30]]}, None),
        ({"date-parts": [[99999]]}, None),
        ({"date-parts": [[None]]}, None),
        ({"date-parts": []}, None),
        ({"date-parts": "x"}, None),
        ({"raw": "2020-05-12"}, date(2020, 5, 12)),
        ({"literal": "2020"}, date(2020, 1, 1)),
        ("2020-05-12", date(2020, 5, 12)),
        (5.5, None),
        (None, None),
    ],
)
def test_dates(read, issued, day):
    assert read(json.dumps({"type": "article", "title": "T", "issued": issued})).only.published_on == day


@pytest.mark.parametrize("value", [5, "x", [], {}, None, True, [[5]], [5], [{"family": 5}], 1.5, 10**18])
@pytest.mark.parametrize("key", [key for key in ITEM if key not in ("title", "type")])
def test_wrong_types_cost_a_field_at_most(read, key, value):
    assert read(json.dumps(ITEM | {key: value})).only.title == "On bread and H2O"


def test_an_item_without_title_is_set_aside(read):
    found = read(json.dumps([ITEM, {"type": "article", "DOI": "10.1/x"}], indent=1))
    assert len(found.records) == 1
    assert [reason for _, reason in found.reasons] == ["no title"]
