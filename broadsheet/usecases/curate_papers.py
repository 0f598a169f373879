"""Join and split papers by hand. The decision is kept, outlives later imports, and a later contrary one wins.

Side effects, in one transaction: the decision and the deed; a paper merged into another, or records moved to
a paper of their own; the words of both chosen anew; both queued for the index.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from broadsheet.domain.deeds import Deed, Hand
from broadsheet.domain.errors import Invalid
from broadsheet.domain.paper import Paper, Record, all_keys, own_key
from broadsheet.linkage.clusters import Pair
from broadsheet.store import curations, deeds, index_queue, papers, records
from broadsheet.store.database import Database
from broadsheet.usecases.choosing import note_late, rewrite, write_new
from broadsheet.usecases.merge_papers import add_blocks, merge_papers


def join_papers(database: Database, one_id: str, other_id: str, by: Hand, now: datetime) -> Paper:
    """Make one paper of two and return it; raises NotFound, and Invalid where both ids lead to one paper."""
    with database.write() as connection:
        one, other = (papers.get_paper(connection, each, with_hidden=True) for each in (one_id, other_id))
        if one.pk == other.pk:
            raise Invalid("id", f"{one_id} and {other_id} are one paper already.")
        mine, theirs = (_own_keys(records.list_records(connection, [p.pk])[p.pk]) for p in (one, other))
        decided = {(mine[0], theirs[0])}
        decided |= {pair for pair in curations.list_parted(connection) if _is_between(pair, mine, theirs)}
        for left, right in sorted(decided):
            curations.insert_decision(connection, curations.JOIN, left, right, by.name, now)
        moves = merge_papers(connection, [Pair(one.pk, other.pk, 1.0, "joined by hand")])
        joined = papers.list_papers(connection, list(moves.values()), with_hidden=True)[0]
        deeds.add_deed(connection, Deed(now, by.reader_pk, "papers joined", joined.id, f"{one.id} and {other.id}"))
        return joined


def split_records(
    database: Database, paper_id: str, record_source: str, record_source_id: str, by: Hand, now: datetime
) -> Paper:
    """Give one source's record, in all its versions, a paper of its own and return that.

    Raises NotFound for an unknown paper, Invalid where it has no such record, or no other.
    """
    with database.write() as connection:
        paper = papers.get_paper(connection, paper_id, with_hidden=True)
        stored = records.list_records(connection, [paper.pk])[paper.pk]
        name = (record_source, record_source_id)
        moved = [record for record in stored if (record.source, record.source_id) == name]
        rest = [record for record in stored if (record.source, record.source_id) != name]
        if not moved:
            known = ", ".join(_own_keys(stored))
            raise Invalid("record", f"{paper.id} has no record {':'.join(name)}: it has {known}.")
        if not rest:
            raise Invalid("record", f"{paper.id} is made of this record alone: there is nothing to split.")
        for key in _own_keys(rest):
            curations.insert_decision(connection, curations.SPLIT, own_key(moved[0]), key, by.name, now)
        pk = papers.next_pk(connection)
        rewrite(connection, {paper.pk: rest})
        write_new(connection, {pk: moved}, now, paper.hidden)
        records.move_named(connection, paper.pk, name, pk, f"split by hand from {paper.id}")
        _share_keys(connection, (paper.pk, rest), (pk, moved))
        note_late(connection, [paper.pk, pk])
        index_queue.enqueue(connection, [paper.pk, pk])
        add_blocks(connection, [(pk, record) for record in moved])
        apart = papers.list_papers(connection, [pk], with_hidden=True)[0]
        deeds.add_deed(connection, Deed(now, by.reader_pk, "paper split", paper.id, f"{':'.join(name)} is {apart.id}"))
        return apart


def _share_keys(connection: Connection, stays: tuple[int, list[Record]], goes: tuple[int, list[Record]]) -> None:
    """Let the keys that only the moved records have lead to their paper; their source's own name always does."""
    kept = {key for record in stays[1] for key in all_keys(record)}
    own = {own_key(goes[1][0])}
    wanted = {key for record in goes[1] for key in all_keys(record)} - kept | own
    leads = records.find_pks_by_keys(connection, sorted(wanted))
    moving = {key for key in wanted if leads.get(key) == stays[0]}
    records.move_keys(connection, sorted(moving), goes[0])
    records.insert_keys(connection, [(key, goes[0]) for key in sorted(own - set(leads))])


def _own_keys(of_paper: Sequence[Record]) -> list[str]:
    """Return the names of a paper's records, each once, oldest first."""
    return list(dict.fromkeys(own_key(record) for record in of_paper))


def _is_between(pair: tuple[str, str], mine: Sequence[str], theirs: Sequence[str]) -> bool:
    return (pair[0] in mine and pair[1] in theirs) or (pair[0] in theirs and pair[1] in mine)
