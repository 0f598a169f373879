"""Records in the record: every version that every source gave, and the names that lead to papers."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, bindparam, func, select, update

from broadsheet.domain.paper import Record, record_from
from broadsheet.store.bulk import insert_rows
from broadsheet.store.tables import paper_keys, records

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Version:
    """A record as it is stored: its JSON and the digest by which the same words are known again."""

    record: Record
    payload: str
    digest: str


def version_of(record: Record) -> Version:
    """Write a record as JSON and name it by its digest."""
    payload = orjson.dumps(record)
    return Version(record, payload.decode(), hashlib.sha256(payload).hexdigest()[:32])


def find_digests(connection: Connection, digests: Sequence[str]) -> set[str]:
    """Return those digests that are already here."""
    found: set[str] = set()
    for start in range(0, len(digests), _CHUNK):
        chunk = select(records.c.digest).where(records.c.digest.in_(digests[start : start + _CHUNK]))
        found.update(connection.execute(chunk).scalars())
    return found


def find_pks_by_keys(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """Return the paper's pk for each key that leads to one."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = select(paper_keys.c.key, paper_keys.c.paper_pk).where(
            paper_keys.c.key.in_(keys[start : start + _CHUNK])
        )
        found.update((key, pk) for key, pk in connection.execute(chunk))
    return found


def list_keys_of(connection: Connection, pk: int) -> list[str]:
    """Return all keys of one paper."""
    return list(connection.execute(select(paper_keys.c.key).where(paper_keys.c.paper_pk == pk)).scalars())


def list_keys_of_all(connection: Connection, pks: Sequence[int]) -> dict[int, list[str]]:
    """Return all keys of each paper."""
    found: dict[int, list[str]] = {pk: [] for pk in pks}
    for start in range(0, len(pks), _CHUNK):
        of_papers = paper_keys.c.paper_pk.in_(pks[start : start + _CHUNK])
        for key, pk in connection.execute(select(paper_keys.c.key, paper_keys.c.paper_pk).where(of_papers)):
            found[pk].append(key)
    return found


def move_keys(connection: Connection, keys: Iterable[str], pk: int) -> None:
    """Let keys that are in use lead to another paper."""
    for key in keys:
        connection.execute(update(paper_keys).where(paper_keys.c.key == key).values(paper_pk=pk))


def move_all(connection: Connection, moves: Sequence[tuple[int, int, str]]) -> None:
    """Give papers' records and keys to others: (pk, to pk, reason).

    The reason goes to each paper's oldest record, for which it was made, and to those that have none.
    """
    if not moves:
        return
    rows = [{"this_pk": pk, "to_pk": to_pk, "why": reason} for pk, to_pk, reason in moves]
    of_paper = records.c.paper_pk == bindparam("this_pk")
    same = records.alias()
    oldest = select(func.min(same.c.pk)).where(same.c.paper_pk == bindparam("this_pk")).scalar_subquery()
    first = of_paper & ((records.c.reason == "") | (records.c.pk == oldest))
    connection.execute(update(records).where(first).values(reason=bindparam("why")), rows)
    to_pk = bindparam("to_pk", type_=records.c.paper_pk.type)
    connection.execute(update(records).where(of_paper).values(paper_pk=to_pk), rows)
    connection.execute(
        update(paper_keys).where(paper_keys.c.paper_pk == bindparam("this_pk")).values(paper_pk=to_pk), rows
    )


def move_named(connection: Connection, pk: int, name: tuple[str, str], to_pk: int, reason: str) -> None:
    """Give a paper's records of one (source, source id) to another; the reason goes to the oldest of them."""
    named = (records.c.paper_pk == pk) & (records.c.source == name[0]) & (records.c.source_id == name[1])
    oldest = connection.execute(select(func.min(records.c.pk)).where(named)).scalar_one()
    connection.execute(update(records).where(named).values(paper_pk=to_pk))
    connection.execute(update(records).where(records.c.pk == oldest).values(reason=reason))


def insert_keys(connection: Connection, keys: Iterable[tuple[str, int]]) -> None:
    """Let keys that are not in use lead to papers."""
    insert_rows(connection, paper_keys, ("key", "paper_pk"), keys)


def insert_free_keys(connection: Connection, keys: Mapping[str, int]) -> None:
    """Let those of these keys that are not in use lead to papers."""
    taken = find_pks_by_keys(connection, list(keys))
    insert_keys(connection, ((key, pk) for key, pk in keys.items() if key not in taken))


def insert_records(connection: Connection, versions: Iterable[tuple[Version, int, str]], now: datetime) -> None:
    """Keep new versions, each with the pk of its paper and the reason why it is there."""
    columns = ("paper_pk", "source", "source_id", "digest", "payload", "seen_at", "reason")
    rows = (
        (pk, one.record.source, one.record.source_id, one.digest, one.payload, now, reason)
        for one, pk, reason in versions
    )
    insert_rows(connection, records, columns, rows)


def list_records(connection: Connection, pks: Sequence[int]) -> dict[int, list[Record]]:
    """Return the records of each paper, oldest first."""
    found: dict[int, list[Record]] = defaultdict(list)
    for start in range(0, len(pks), _CHUNK):
        chunk = (
            select(records.c.paper_pk, records.c.payload)
            .where(records.c.paper_pk.in_(pks[start : start + _CHUNK]))
            .order_by(records.c.pk)
        )
        for pk, payload in connection.execute(chunk):
            found[pk].append(record_from(orjson.loads(payload)))
    return found


def last_pk(connection: Connection) -> int:
    """Return the newest record's pk, 0 where there is none."""
    return connection.execute(select(func.max(records.c.pk))).scalar() or 0


def count_after(connection: Connection, pk: int) -> int:
    """Count the records with a pk above this one."""
    return connection.execute(select(func.count()).select_from(records).where(records.c.pk > pk)).scalar_one()


def list_after(connection: Connection, pk: int, limit: int) -> list[tuple[int, int, Record]]:
    """Return up to `limit` (pk, the paper's pk, record) above a record's pk, ascending."""
    rows = select(records.c.pk, records.c.paper_pk, records.c.payload).where(records.c.pk > pk)
    found = connection.execute(rows.order_by(records.c.pk).limit(limit))
    return [(at, paper_pk, record_from(orjson.loads(payload))) for at, paper_pk, payload in found]
