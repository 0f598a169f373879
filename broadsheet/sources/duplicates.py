"""A collection of labelled pairs: two sources' records (`records_a.jsonl`, `records_b.jsonl`) and `matches.tsv`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import orjson

from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.paper import Record
from broadsheet.sources.corpus import read_document

RECORDS_A, RECORDS_B, MATCHES = "records_a.jsonl", "records_b.jsonl", "matches.tsv"
_MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Duplicates:
    """`matches` are the true pairs: an id of the left records, an id of the right ones."""

    name: str
    left: tuple[Record, ...]
    right: tuple[Record, ...]
    matches: frozenset[tuple[str, str]]


def is_duplicates(folder: Path) -> bool:
    """Say whether a folder has the three files of this form."""
    return all((folder / name).is_file() for name in (RECORDS_A, RECORDS_B, MATCHES))


def read_duplicates(folder: Path) -> Duplicates:
    """Read a folder; raises NotFound for a missing file, Invalid for a line that is not of the form."""
    left, right = _records(folder / RECORDS_A, "corpus-a"), _records(folder / RECORDS_B, "corpus-b")
    known = ({record.source_id for record in left}, {record.source_id for record in right})
    pairs = set()
    for number, line in enumerate(_lines(folder / MATCHES), 1):
        pair = tuple(line.decode("utf-8", "replace").split("\t"))
        if number == 1 and pair == ("a", "b"):
            continue
        if len(pair) != 2 or pair[0] not in known[0] or pair[1] not in known[1]:
            raise Invalid("matches", f"{folder / MATCHES}:{number} is not an id of a record in A and of one in B.")
        pairs.add((pair[0], pair[1]))
    if not pairs:
        raise Invalid("matches", f"{folder / MATCHES} holds no pair: write one a line, two ids with a tab between.")
    return Duplicates(folder.resolve().name, left, right, frozenset(pairs))


def _records(path: Path, source: str) -> tuple[Record, ...]:
    found = []
    for number, line in enumerate(_lines(path), 1):
        try:
            fields = orjson.loads(line)
            if not isinstance(fields, dict):
                raise Invalid("records", "no object")
            found.append(read_document(fields, source))
        except (ValueError, Invalid) as error:
            raise Invalid("records", f"{path}:{number} is no JSON object with _id and title.") from error
    return tuple(found)


def _lines(path: Path) -> list[bytes]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Invalid("records", f"{path} is larger than {_MOST_BYTES // 2**20} MiB: give a part of it.")
        return [line for line in path.read_bytes().splitlines() if line.strip()]
    except OSError as error:
        raise NotFound(f"{path} cannot be read: labelled pairs are {RECORDS_A}, {RECORDS_B}, {MATCHES}.") from error
