"""Make papers one, within the transaction of whoever decided it; many at once cost far less than one by one.

Side effects, in order: records and keys go to the paper that stays, with the reason noted on them; so does all that
readers gave them; the others are taken out, and their ids lead to it; its words are chosen anew, and it is scored
anew; all are queued for the index; it stands in the blocks of all its records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from broadsheet.domain.paper import BY_CURATOR, BY_GROUP, WAITING, Paper, Record
from broadsheet.extraction.readable import readable
from broadsheet.linkage.blocking import block_keys
from broadsheet.linkage.clusters import Pair
from broadsheet.linkage.normalise import Described
from broadsheet.store import hiding, index_queue, link_blocks, moved_papers, papers, records, submissions, subscribers
from broadsheet.store.trending import rescore_papers
from broadsheet.usecases.choosing import note_late, rewrite


def merge_papers(connection: Connection, pairs: Sequence[Pair]) -> dict[int, int]:
    """Unite pairs of papers that are there; return where each paper that is gone went.

    Of papers that become one, that stays which has votes or comments of our readers, else the one with the lowest pk.
    """
    found = {paper.pk: paper for paper in papers.list_stored(connection, sorted(_members(pairs)))}
    moves = _moves(found, pairs)
    gone = list(moves)
    moved = records.list_records(connection, gone)
    reasons = {pk: pair.reason for pair in reversed(pairs) for pk in (pair.one, pair.other)}
    records.move_all(connection, [(pk, to_pk, reasons[pk]) for pk, to_pk in moves.items()])
    records.insert_free_keys(connection, {f"id:{found[pk].id}": to_pk for pk, to_pk in moves.items()})
    moved_papers.move_papers(connection, moves)
    subscribers.move_delivered(connection, moves)
    _settle_hidden(connection, found, moves)
    papers.delete_papers(connection, gone)
    stay = sorted(set(moves.values()))
    rewrite(connection, records.list_records(connection, stay))
    rescore_papers(connection, stay)
    note_late(connection, stay)
    index_queue.enqueue(connection, [*stay, *gone])
    add_blocks(connection, [(to_pk, record) for pk, to_pk in moves.items() for record in moved[pk]])
    return moves


def _moves(found: Mapping[int, Paper], pairs: Sequence[Pair]) -> dict[int, int]:
    """Return for each paper that goes the one that stays of its cluster."""
    clusters: dict[int, set[int]] = {}
    for pair in pairs:
        united = clusters.get(pair.one, {pair.one}) | clusters.get(pair.other, {pair.other})
        clusters.update(dict.fromkeys(united, united))
    moves = {}
    for pk, cluster in sorted(clusters.items()):
        stays = min(cluster, key=lambda member: (not _is_ours(found[member]), member))
        if pk != stays:
            moves[pk] = stays
    return moves


def _settle_hidden(connection: Connection, found: Mapping[int, Paper], moves: Mapping[int, int]) -> None:
    """Hide what stays where a curator hid one of the papers, else only where all were hidden."""
    whys = {stays: {found[stays].hidden} for stays in moves.values()}
    for pk, stays in moves.items():
        whys[stays].add(found[pk].hidden)
    for stays, of_paper in whys.items():
        if len(of_paper) > 1:
            why = next(why for why in (BY_CURATOR, "", WAITING, BY_GROUP) if why in of_paper)
            hiding.set_hidden(connection, stays, why)
            if not why:
                submissions.approve_all(connection, stays, submissions.CAME_BY_ITSELF)


def _members(pairs: Iterable[Pair]) -> set[int]:
    return {pk for pair in pairs for pk in (pair.one, pair.other)}


def described(record: Record) -> Described:
    """Return a record as linking compares it."""
    year = record.published_on.year if record.published_on else None
    return Described(readable(record.title), record.authors, year, readable(record.abstract))


def name_flags(record: Record) -> int:
    """Return the two bits that blocks keep: whether a record has an arXiv id, whether a DOI."""
    return (1 if record.arxiv_id else 0) | (2 if record.doi else 0)


def add_blocks(connection: Connection, of_papers: Sequence[tuple[int, Record]]) -> None:
    """Let papers stand in the blocks of these records: (pk, record)."""
    keys = block_keys([described(record) for _, record in of_papers])
    link_blocks.insert_members(
        connection,
        (
            (block, link_blocks.member_of(pk, name_flags(record)))
            for (pk, record), blocks in zip(of_papers, keys, strict=True)
            for block in blocks
        ),
    )


def _is_ours(paper: Paper) -> bool:
    return paper.own_upvotes > 0 or paper.own_comments > 0
