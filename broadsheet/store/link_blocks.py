"""The blocks by which linking finds papers worth comparing. Hints alone: an entry may lead to a paper that is gone.

A member is a paper's pk and two bits that say which names it has (`member_of`), so that papers which can never be one
are passed over unread.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, insert, select

from broadsheet.store.tables import link_blocks

_CHUNK = 5_000
_FLAG_BITS = 2
_MEMBERS = select(link_blocks.c.block, link_blocks.c.member).where(
    link_blocks.c.block.in_(bindparam("blocks", expanding=True))
)


def member_of(pk: int, flags: int) -> int:
    """Return the member of a paper with two bits of flags."""
    return pk << _FLAG_BITS | flags


def paper_and_flags(member: int) -> tuple[int, int]:
    """Return a member's paper and flags."""
    return member >> _FLAG_BITS, member & ((1 << _FLAG_BITS) - 1)


def find_members(connection: Connection, blocks: Collection[int]) -> dict[int, list[int]]:
    """Return the members of each of these blocks that has any."""
    found: dict[int, list[int]] = defaultdict(list)
    ordered = sorted(blocks)
    for start in range(0, len(ordered), _CHUNK):
        for block, member in connection.execute(_MEMBERS, {"blocks": ordered[start : start + _CHUNK]}).all():
            found[block].append(member)
    return found


def insert_members(connection: Connection, entries: Iterable[tuple[int, int]]) -> None:
    """Put members into blocks: (block, member); those that are there already stay."""
    rows = sorted(set(entries))
    if rows:
        statement = insert(link_blocks).prefix_with("OR IGNORE").compile(dialect=connection.dialect)
        connection.exec_driver_sql(str(statement), rows)
