"""JSON in one piece: arrays and spread-out objects, whole and broken."""

from __future__ import annotations

import json

import pytest


def item(number: int) -> dict[str, object]:
    return {
        "id": f"2401.{number:05d}",
        "title": f"Title {number}",
        "upvotes": 1,
        "authors": [{"name": "Jo Doe"}],
    }


def array(*pieces: str) -> str:
    return "[\n" + ",\n".join(pieces) + "\n]\n"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("5", "not a JSON object"),
        ("[1, [2]]", "not a JSON object"),
        ("{broken", "broken JSON: Expecting property name"),
        ('{"a":' * 100_000, "broken JSON: nested too deep"),
        ('{"a": ' + "9" * 10_000 + "}", "broken JSON: Exceeds"),
        ('{"id": "x", "upvotes": 1}', "no title"),
        ('{"title": "T", "upvotes": 1}', "no id"),
    ],
)
def test_a_broken_item_of_an_array_spoils_only_itself(read, broken, reason):
    found = read(array(json.dumps(item(1)), broken, json.dumps(item(3)), json.dumps(item(4))))
    assert found.titles == ["Title 1", "Title 3", "Title 4"]
    assert [aside.line for aside in found.asides] == [3]
    assert found.asides[0].reason.startswith(reason)


def test_reading_goes_on_at_the_next_item_of_an_indented_array(read):
    text = json.dumps([item(1), item(2), item(3)], indent=2).replace('"Title 2"', '"Title 2')
    found = read(text)
    assert found.titles == ["Title 1", "Title 3"]
    assert [aside.line for aside in found.asides] == [12]


def test_invalid_utf8_in_an_array_spoils_one_item(read):
    text = array(*(json.dumps(item(n)) for n in (1, 2, 3))).encode().replace(b"Title 2", b"Title \xff")
    found = read(text)
    assert found.titles == ["Title 1", "Title 3"]
    assert found.reasons == [(3, "invalid UTF-8")]


def test_a_truncated_array_gives_its_whole_items(read):
    text = json.dumps([item(n) for n in range(5)])
    found = read(text[:-40])
    assert found.titles == [f"Title {n}" for n in range(4)]
    assert len(found.asides) == 1


def test_a_truncated_zipped_array_says_so_once(read):
    found = read(json.dumps([item(n) for n in range(5)]), zipped=True, cut=9)
    assert len(found.records) >= 4
    assert [line for line, _ in found.reasons] == [0]


def test_many_broken_items_do_not_take_forever(read):
    found = read("[\n" + json.dumps(item(1)) + ",\n" + "{broken,\n" * 200_000)
    assert found.titles == ["Title 1"]
    assert len(found.asides) == 1_000


def test_one_object_spread_over_lines(read):
    assert read(json.dumps(item(1), indent=2)).only.title == "Title 1"
    assert read('{ "id": "x",\n "upvotes": 1,\n "k": [\n"a"\n],\n "title": "Spread" }').only.title == "Spread"
    assert read("\n".join(json.dumps(item(n), indent=2) for n in (1, 2))).titles == ["Title 1", "Title 2"]
