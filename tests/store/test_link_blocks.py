"""Blocks hold papers with two bits of what names they have."""

from __future__ import annotations

from broadsheet.store.link_blocks import find_members, insert_members, member_of, paper_and_flags
from broadsheet.wiring import House


def test_members_there_and_back() -> None:
    for pk in (1, 7, 2**40):
        for flags in range(4):
            assert paper_and_flags(member_of(pk, flags)) == (pk, flags)


def test_members_are_found_and_stand_once(house: House) -> None:
    largest = 2**47 - 1
    for _ in range(2):
        with house.database.write() as connection:
            insert_members(connection, [(5, 1), (largest, 2), (5, 9), (5, 1)])
            insert_members(connection, [])
    with house.database.read() as connection:
        assert find_members(connection, {5, largest, 6}) == {5: [1, 9], largest: [2]}
        assert find_members(connection, set(range(100_000, 112_000))) == {}
