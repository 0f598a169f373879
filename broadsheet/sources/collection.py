"""A judged collection in BEIR's form: documents, queries, and which documents answer which query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from broadsheet.domain.errors import Invalid, NotFound
from broadsheet.domain.paper import PaperContent


@dataclass(frozen=True, slots=True)
class Collection:
    """`documents`: (id, content) in file order; `queries`: id to text; `judged`: query id to document id to gain."""

    name: str
    documents: tuple[tuple[str, PaperContent], ...]
    queries: dict[str, str]
    judged: dict[str, dict[str, int]]


def read_collection(folder: Path, queries: str = "queries.jsonl", judgements: str = "qrels.tsv") -> Collection:
    """Read a folder; raises NotFound for a missing file, Invalid for a line that is not of the form."""
    judged: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(folder / judgements), 1):
        fields = line.decode("utf-8", "replace").split("\t")
        if number == 1 and len(fields) == 3 and not fields[2].strip().lstrip("-").isdigit():
            continue
        try:
            query, document, gain = fields
            judged.setdefault(query, {})[document] = int(gain)
        except ValueError as error:
            raise Invalid("qrels", f"{folder / judgements}:{number} is not query, document and number.") from error
    asked = {str(values["_id"]): str(values["text"]) for values in _objects(folder / queries, "text")}
    return Collection(
        folder.resolve().name,
        tuple((str(values["_id"]), _content(values)) for values in _objects(folder / "corpus.jsonl", "text")),
        {name: text for name, text in asked.items() if name in judged},
        judged,
    )


def _content(values: dict[str, Any]) -> PaperContent:
    authors = values.get("authors", ())
    names = (authors,) if isinstance(authors, str) and authors else tuple(authors)
    return PaperContent(str(values.get("title") or ""), str(values["text"] or ""), authors=tuple(map(str, names)))


def _objects(path: Path, needed: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), 1):
        try:
            values = orjson.loads(line)
            if "_id" not in values or needed not in values:
                raise ValueError(needed)
        except (ValueError, TypeError) as error:
            raise Invalid("corpus", f"{path}:{number} is no JSON object with _id and {needed}.") from error
        yield values


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from (line for line in file if line.strip())
    except OSError as error:
        raise NotFound(
            f"There is no file {path}: a collection is corpus.jsonl, queries.jsonl and qrels.tsv."
        ) from error
