"""Decisions by hand: of contrary ones the last holds."""

from __future__ import annotations

from datetime import datetime

from broadsheet.store.curations import JOIN, SPLIT, insert_decision, list_parted
from broadsheet.wiring import House


def test_the_last_of_contrary_decisions_holds(house: House, now: datetime) -> None:
    pair = {("csl:a", "hub:b")}
    for verb, one, other, expected in [
        (JOIN, "hub:b", "csl:a", set()),
        (SPLIT, "hub:b", "csl:a", pair),
        (JOIN, "csl:a", "hub:c", pair),
        (JOIN, "csl:a", "hub:b", set()),
        (SPLIT, "csl:a", "hub:b", pair),
    ]:
        with house.database.write() as connection:
            insert_decision(connection, verb, one, other, "ada", now)
        with house.database.read() as connection:
            assert list_parted(connection) == expected
