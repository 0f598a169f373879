"""The built-in sample: some two hundred real papers, so that a machine without network shows a full paper.

Titles, dates, counts and links are facts; the summaries are our own sentences, not the papers' abstracts. The days on
which the papers appear are made up: the two weeks that end with the first start.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import orjson

from broadsheet.domain.paper import Link, Record, content_key

DAYS = 14
_WEEKDAY_SHARE = 3
_WEEKEND_SHARE = 1


def read_sample(today: date) -> list[Record]:
    """Return the sample, spread over the DAYS up to and with `today`, weekends thinner."""
    lines = (files("broadsheet.sources") / "sample.jsonl").read_bytes().splitlines()
    days = [today - timedelta(days=back) for back in range(DAYS)]
    turns = [day for day in days for _ in range(_WEEKEND_SHARE if day.weekday() >= 5 else _WEEKDAY_SHARE)]
    return [_record(line, turns[n % len(turns)]) for n, line in enumerate(lines)]


def _record(line: bytes, edition_on: date) -> Record:
    facts = orjson.loads(line)
    published = facts.get("published_on")
    record = Record(
        source="sample",
        source_id="",
        title=facts["title"],
        summary=facts["summary"],
        keywords=tuple(facts["keywords"]),
        author_count=facts.get("author_count"),
        organization=facts.get("organization", ""),
        published_on=date.fromisoformat(published) if published else None,
        edition_on=edition_on,
        comments=facts.get("comments", 0),
        links=tuple(Link(**link) for link in facts.get("links", [])),
    )
    return replace(record, source_id=content_key(record))
