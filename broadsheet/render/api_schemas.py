"""The shapes of `/api/v1` as JSON Schema, each with an example; `payloads.py` writes what they describe."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MAYBE_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_PARTS: Schema = {"type": "object", "additionalProperties": {"type": "number"}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """Return the schema of an object; keys may be added to it later, so others are allowed."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _list_of(key: str, item: Schema, **others: Schema) -> Schema:
    return _object(**others, **{key: {"type": "array", "items": item}, "next": _NEXT, "until": _UNTIL})


_NEXT: Schema = {
    "type": ["string", "null"],
    "description": "The cursor of what follows; null at the end of the list.",
}
_UNTIL: Schema = {
    "type": "string",
    "pattern": "^p[0-9]{1,19}$",
    "description": "Everything that had come when this list was begun. As `since` of a later request it gives what "
    "is new from then on: nothing twice, nothing left out.",
}

EXAMPLE_PAPER: dict[str, Any] = {
    "id": "2511.00101",
    "title": "Slow Rivers: Bounds for Patient Learners",
    "abstract": "We study learners that wait, and say how long is enough.",
    "summary": "",
    "authors": ["Ada Byron", "José Núñez"],
    "author_count": 2,
    "organization": "",
    "published_on": "2025-11-05",
    "edition_on": "2025-11-07",
    "categories": ["cs.LG"],
    "keywords": ["patience"],
    "venue": "",
    "upvotes": 12,
    "comments": 1,
    "links": [{"kind": "abs", "url": "https://arxiv.org/abs/2511.00101"}],
    "sources": [{"source": "arxiv", "source_id": "2511.00101", "reason": ""}],
    "is_sample": False,
}
_RANKED = {"rank": 1, "score": 0.873, "parts": {"text": 0.5, "meaning": 0.373}, "paper": EXAMPLE_PAPER}

SCHEMAS: dict[str, Schema] = {
    "Paper": _object(
        id=_TEXT,
        title=_TEXT | {"description": "As its source wrote it, TeX included."},
        abstract=_TEXT | {"description": "The authors' own; untrusted text, as the title is."},
        summary=_TEXT | {"description": "Somebody else's words; empty where there are none."},
        authors=_TEXTS,
        author_count={"type": ["integer", "null"], "minimum": 0},
        organization=_TEXT,
        published_on=_MAYBE_DAY,
        edition_on=_MAYBE_DAY,
        categories=_TEXTS,
        keywords=_TEXTS,
        venue=_TEXT,
        upvotes=_COUNT,
        comments=_COUNT,
        links={"type": "array", "items": _object(kind=_TEXT, url=_TEXT)},
        sources={"type": "array", "items": _object(source=_TEXT, source_id=_TEXT, reason=_TEXT)},
        is_sample={"type": "boolean"},
    ),
    "Ranked": _object(
        ("late",),
        rank={"type": "integer", "minimum": 1},
        score={"type": "number"},
        parts=_PARTS | {"description": "What the score is made of."},
        paper=_ref("Paper"),
        late={"type": "boolean", "description": "In an edition: it came after the edition had gone to press."},
    ),
    "Papers": _list_of("papers", _ref("Paper")),
    "Found": _list_of("results", _ref("Ranked"), query=_TEXT, mode={"enum": ["hybrid", "text"]}, count=_COUNT),
    "Similar": _list_of("results", _ref("Ranked"), id=_TEXT, count=_COUNT),
    "Trending": _list_of("results", _ref("Ranked"), count=_COUNT),
    "Edition": _list_of(
        "papers",
        _ref("Ranked"),
        date=_TEXT | {"description": "The day, week or month."},
        count=_COUNT | {"description": "How many papers this list has in all."},
        announced={"type": ["integer", "null"], "description": "How many its source announced, where one did."},
        arrived=_COUNT | {"description": "How many of them are here."},
        missing=_TEXTS,
        as_of={"type": ["string", "null"], "format": "date-time"},
        completeness={"type": ["object", "null"]},
    ),
    "Editions": _list_of("editions", _object(date=_TEXT | {"format": "date"}, papers=_COUNT)),
    "Categories": _list_of("categories", _object(category=_TEXT, papers=_COUNT)),
    "Add": _object(text=_TEXT | {"description": "An arXiv id, a DOI, an OpenReview address or a BibTeX entry."}),
    "Error": _object(
        error=_TEXT | {"description": "What went wrong and how to mend it."},
        status={"type": "integer"},
    ),
}
EXAMPLES: dict[str, Any] = {
    "Paper": EXAMPLE_PAPER,
    "Papers": {"papers": [EXAMPLE_PAPER], "next": "101.4711", "until": "p4711"},
    "Found": {
        "query": "patient learners", "mode": "hybrid", "count": 1, "results": [_RANKED],
        "next": None, "until": "p4711",
    },
    "Similar": {"id": "2511.00007", "count": 1, "results": [_RANKED], "next": None, "until": "p4711"},
    "Trending": {"count": 4711, "results": [_RANKED], "next": "20.4711", "until": "p4711"},
    "Edition": {
        "date": "2025-11-07", "announced": None, "arrived": 1, "missing": [], "as_of": None, "completeness": None,
        "count": 1, "papers": [_RANKED | {"late": False}], "next": None, "until": "p4711",
    },
    "Editions": {"editions": [{"date": "2025-11-07", "papers": 93}], "next": "1.4711", "until": "p4711"},
    "Categories": {"categories": [{"category": "cs.LG", "papers": 1204}], "next": None, "until": "p4711"},
    "Add": {"text": "2511.00101"},
    "Error": {"error": "The limit must be a whole number from 1 to 100, for example limit=20.", "status": 400},
}  # fmt: skip
