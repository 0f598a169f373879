"""Every version of a record is kept, word for word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

import orjson

from broadsheet.domain.paper import Link, Record, record_from
from broadsheet.store import records
from broadsheet.store.records import version_of
from broadsheet.wiring import House

FULL = Record(
    "hub", "1", "A “title”\u2028", "Text", "Summary", ("Ada", "Bo"), 2, "Lab", date(2026, 2, 1), date(2026, 2, 2),
    ("cs.CL",), ("k",), 3, 4, (Link("code", "https://example.org/c"),), "2603.00001", "10.1000/x", "abcdef123", "V",
)  # fmt: skip


def test_what_is_stored_comes_back() -> None:
    for record in (FULL, Record("csl", "x", "Bare")):
        assert record_from(orjson.loads(version_of(record).payload)) == record


def test_every_field_counts_in_the_digest() -> None:
    digest = version_of(FULL).digest
    assert version_of(replace(FULL)).digest == digest
    for field in fields(Record):
        bare = getattr(Record("", "", ""), field.name)
        assert version_of(replace(FULL, **{field.name: bare})).digest != digest, field.name


def test_all_versions_are_kept_oldest_first(
    house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]
) -> None:
    versions = [make_record(1, upvotes=n) for n in (3, 9, 1)]
    for version in versions:
        take_in(house, version)
    take_in(house, versions[0])
    with house.database.read() as connection:
        assert records.list_records(connection, [1]) == {1: versions}


def test_more_digests_and_keys_than_one_statement_takes(
    house: House, make_record: Callable[..., Record], take_in: Callable[..., Any]
) -> None:
    take_in(house, make_record(1))
    digest = version_of(make_record(1)).digest
    with house.database.read() as connection:
        many = [f"none-{n}" for n in range(12_000)]
        assert records.find_digests(connection, [*many, digest]) == {digest}
        assert records.find_pks_by_keys(connection, [*many, "arxiv:2603.00001"]) == {"arxiv:2603.00001": 1}
