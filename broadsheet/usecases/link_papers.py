"""Find papers that are one though no name says so, and merge them: the second stage of linking, behind the import.

Side effects of a round, in one transaction: papers merged (see `merge_papers`), the blocks of the records that were
looked at, and the fact `linked`, the pk of the last of them. A crash leaves the round undone, and it is done again; two
processes at once do it twice and keep it once.

A record whose names lead to two papers merges them whatever they look like. Else its blocks give candidates; those that
are as alike as THRESHOLD merge, the most alike first, unless names or a curator's decision speak against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from broadsheet.domain.paper import Record, identity_keys, is_private
from broadsheet.linkage.blocking import LARGEST_BLOCK, block_keys
from broadsheet.linkage.clusters import Pair, accepted, names_of, same_name
from broadsheet.linkage.comparison import compare
from broadsheet.linkage.normalise import Described
from broadsheet.linkage.weights import THRESHOLD
from broadsheet.store import curations, facts, link_blocks, papers, records
from broadsheet.store.database import Database
from broadsheet.usecases.merge_papers import described, merge_papers, name_flags

ROUND = 1_000
LINKED = "linked"
_SURE = 2.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """A record that waits, with its paper and its blocks."""

    pk: int
    paper: int
    record: Record
    words: Described
    blocks: list[int]


@dataclass(slots=True)
class _Found:
    """What a round will write."""

    pairs: list[Pair] = field(default_factory=list)
    entries: list[tuple[int, int]] = field(default_factory=list)


def count_waiting_records(database: Database) -> int:
    """Count the records that linking has not looked at."""
    with database.read() as connection:
        return records.count_after(connection, _position(connection))


def link_waiting(
    database: Database,
    on_records: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Link all records that came since the last time and return how many papers were merged into others."""
    merged = 0
    while not should_stop():
        with database.read() as connection:
            position = _position(connection)
            rows = records.list_after(connection, position, ROUND)
            if not rows:
                break
            # What a group brought for itself is compared with nothing: likeness would tell others of it.
            seen = _look_at([row for row in rows if not is_private(row[2].source)])
            found = _search(connection, seen)
        with database.write() as connection:
            if _position(connection) == position:  # else another process has done this round
                merged += _merge(connection, found.pairs)
                link_blocks.insert_members(connection, found.entries)
                facts.set_fact(connection, LINKED, str(rows[-1][0]))
        if on_records:
            on_records(len(rows))
    return merged


def _position(connection: Connection) -> int:
    """Return the last record that was looked at; none of them where the record has lost it since."""
    position = int(facts.find_fact(connection, LINKED) or 0)
    return position if position <= records.last_pk(connection) else 0


def _look_at(rows: Sequence[tuple[int, int, Record]]) -> list[_Seen]:
    words = [described(record) for _, _, record in rows]
    return [
        _Seen(pk, paper, record, one, blocks)
        for (pk, paper, record), one, blocks in zip(rows, words, block_keys(words), strict=True)
    ]


def _search(connection: Connection, seen: Sequence[_Seen]) -> _Found:
    """Return the pairs of papers that may be one, and the block entries of the records looked at."""
    found = _Found()
    found.pairs += _bridged(connection, seen)
    blocks = link_blocks.find_members(connection, {block for one in seen for block in one.blocks})
    wanted = [(one, _candidates(one, blocks, found)) for one in seen]
    known = _Words(connection, {pk for _, pks in wanted for pk in pks})
    for one, pks in wanted:
        for pk in pks:
            best = max((compare(one.words, other) for other in known.of(pk)), key=lambda like: like.score, default=None)
            if best is not None and best.score >= THRESHOLD:
                found.pairs.append(Pair(min(one.paper, pk), max(one.paper, pk), best.score, best.reason()))
    return found


def _candidates(one: _Seen, blocks: dict[int, list[int]], found: _Found) -> set[int]:
    """Return the papers that share a block with a record and could be its paper; put its own paper into its blocks."""
    flags = name_flags(one.record)
    mine = link_blocks.member_of(one.paper, flags)
    candidates = set()
    for block in one.blocks:
        members = blocks[block]
        if len(members) > LARGEST_BLOCK:
            continue
        for member in members:
            pk, theirs = link_blocks.paper_and_flags(member)
            if pk != one.paper and not flags & theirs:
                candidates.add(pk)
        if mine not in members:
            members.append(mine)
            found.entries.append((block, mine))
    return candidates


class _Words:
    """The different words that candidates' records have, read together and brought to one spelling once."""

    def __init__(self, connection: Connection, pks: set[int]) -> None:
        self._records = records.list_records(connection, sorted(pks))
        self._made: dict[int, list[Described]] = {}

    def of(self, pk: int) -> list[Described]:
        if pk not in self._made:
            versions = {(r.title, r.authors, r.published_on, r.abstract): r for r in self._records.get(pk, ())}
            self._made[pk] = [described(record) for record in versions.values()]
        return self._made[pk]


def _bridged(connection: Connection, seen: Sequence[_Seen]) -> Iterator[Pair]:
    """Yield the pairs of papers that one record's names lead to."""
    named = [(one, keys) for one in seen if len(keys := list(identity_keys(one.record))) > 2]
    leads = records.find_pks_by_keys(connection, list({key for _, keys in named for key in keys}))
    for one, keys in named:
        for key in keys:
            pk = leads.get(key, one.paper)
            if pk != one.paper:
                yield Pair(min(one.paper, pk), max(one.paper, pk), _SURE, same_name(key))


def _merge(connection: Connection, pairs: Sequence[Pair]) -> int:
    """Merge what names and curators allow; return how many papers are gone by it."""
    if not pairs:
        return 0
    pks = sorted({pk for pair in pairs for pk in (pair.one, pair.other)})
    there = {paper.pk for paper in papers.list_stored(connection, pks)}
    names = {pk: dict(names_of(keys)) for pk, keys in records.list_keys_of_all(connection, pks).items()}
    _add_parted(connection, names)
    taken = accepted((pair for pair in pairs if pair.one in there and pair.other in there), names)
    return len(merge_papers(connection, taken)) if taken else 0


def _add_parted(connection: Connection, names: dict[int, dict[str, frozenset[str]]]) -> None:
    """Give papers that a curator has parted two different names of a kind of their own."""
    parted = curations.list_parted(connection)
    leads = records.find_pks_by_keys(connection, list(_each(parted)))
    for number, pair in enumerate(sorted(parted)):
        for name in pair:
            if leads.get(name) in names:
                names[leads[name]][f"parted {number}"] = frozenset([name])


def _each(pairs: Iterable[tuple[str, str]]) -> set[str]:
    return {name for pair in pairs for name in pair}
