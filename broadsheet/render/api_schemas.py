"""The shapes of `/api/v1` as JSON Schema, each with an example; `payloads.py` writes what they describe."""

from __future__ import annotations

from typing import Any

from broadsheet.render import api_bodies, api_community_schemas, api_examples
from broadsheet.render.api_shapes import COUNT, MAYBE_DAY, NEXT, TEXT, TEXTS, Schema, an_object, ref

_PARTS: Schema = {"type": "object", "additionalProperties": {"type": "number"}}


def _list_of(key: str, item: Schema, **others: Schema) -> Schema:
    return an_object(**others, **{key: {"type": "array", "items": item}, "next": NEXT, "until": _UNTIL})


_UNTIL: Schema = {
    "type": "string",
    "pattern": "^p[0-9]{1,19}$",
    "description": "Everything that had come when this list was begun. As `since` of a later request it gives what "
    "is new from then on: nothing twice, nothing left out.",
}

SCHEMAS: dict[str, Schema] = {
    "Paper": an_object(
        id=TEXT,
        title=TEXT | {"description": "As its source wrote it, TeX included."},
        abstract=TEXT | {"description": "The authors' own; untrusted text, as the title is."},
        summary=TEXT | {"description": "Somebody else's words; empty where there are none."},
        authors=TEXTS,
        author_count={"type": ["integer", "null"], "minimum": 0},
        organization=TEXT,
        published_on=MAYBE_DAY,
        edition_on=MAYBE_DAY,
        categories=TEXTS,
        keywords=TEXTS,
        venue=TEXT,
        upvotes=COUNT,
        comments=COUNT,
        links={"type": "array", "items": an_object(kind=TEXT, url=TEXT)},
        sources={"type": "array", "items": an_object(source=TEXT, source_id=TEXT, reason=TEXT)},
        is_sample={"type": "boolean"},
    ),
    "Ranked": an_object(
        ("late",),
        rank={"type": "integer", "minimum": 1},
        score={"type": "number"},
        parts=_PARTS | {"description": "What the score is made of."},
        paper=ref("Paper"),
        late={"type": "boolean", "description": "In an edition: it came after the edition had gone to press."},
    ),
    "Papers": _list_of("papers", ref("Paper")),
    "Found": _list_of(
        "results",
        ref("Ranked"),
        query=TEXT,
        mode={"enum": ["hybrid", "text"]},
        count=COUNT,
        notice={"type": ["string", "null"], "description": "Why the query was read otherwise, or gives nothing."},
        suggestion={"type": ["string", "null"], "description": "The query as it may have been meant."},
    ),
    "Similar": _list_of("results", ref("Ranked"), id=TEXT, count=COUNT),
    "Trending": _list_of("results", ref("Ranked"), count=COUNT),
    "Edition": _list_of(
        "papers",
        ref("Ranked"),
        date=TEXT | {"description": "The day, week or month."},
        count=COUNT | {"description": "How many papers this list has in all."},
        announced={"type": ["integer", "null"], "description": "How many its source announced, where one did."},
        arrived=COUNT | {"description": "How many of them are here."},
        missing=TEXTS,
        as_of={"type": ["string", "null"], "format": "date-time"},
        completeness={"type": ["object", "null"]},
    ),
    "Editions": _list_of("editions", an_object(date=TEXT | {"format": "date"}, papers=COUNT)),
    "Categories": _list_of("categories", an_object(category=TEXT, papers=COUNT)),
    **api_community_schemas.SCHEMAS,
    **api_bodies.SCHEMAS,
    "Error": an_object(
        error=TEXT | {"description": "What went wrong and how to mend it."},
        status={"type": "integer"},
    ),
}
EXAMPLES: dict[str, Any] = {**api_examples.EXAMPLES, **api_bodies.EXAMPLES}
