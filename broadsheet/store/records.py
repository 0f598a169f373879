"""Records in the record: every version that every source gave, and the names that lead to papers."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, insert, select

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


def insert_keys(connection: Connection, keys: Iterable[tuple[str, int]]) -> None:
    """Let keys that are not in use lead to papers."""
    insert_rows(connection, paper_keys, ("key", "paper_pk"), keys)


def insert_records(connection: Connection, versions: Iterable[tuple[Version, int]], now: datetime) -> None:
    """Keep new versions, each with the pk of its paper."""
    rows = [
        {
            "paper_pk": pk,
            "source": version.record.source,
            "source_id": version.record.source_id,
            "digest": version.digest,
            "payload": version.payload,
            "seen_at": now,
        }
        for version, pk in versions
    ]
    if rows:
        connection.execute(insert(records), rows)


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
