"""Announce news to the webhooks that want them.

Called within the transaction of whoever made the news, so that both are kept or neither. Side effect: a delivery waits
for each webhook that wants this kind; the worker sends it. A payload holds what everybody may see and nothing else; our
own addresses stand in it under `address`, without the site, and are completed when it is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from broadsheet.domain.paper import Paper
from broadsheet.domain.webhooks import WAITING, Delivery
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.store import webhooks

MOST_PAPERS = 15
LONGEST_TEXT = 500


def announce(connection: Connection, event: str, payload: Mapping[str, Any], now: datetime) -> int:
    """Let every webhook that wants this event (of domain.webhooks.EVENTS) be told; return how many those are."""
    hooks = [hook.pk for hook in webhooks.list_webhooks(connection) if event in hook.events]
    if hooks:
        webhooks.insert_deliveries(connection, hooks, make_delivery(event, payload, now))
    return len(hooks)


def is_wanted(connection: Connection, event: str) -> bool:
    """Say whether any webhook wants an event, for callers whose payload is costly."""
    return any(event in hook.events for hook in webhooks.list_webhooks(connection))


def make_delivery(event: str, payload: Mapping[str, Any], now: datetime) -> Delivery:
    """Return news ready to be sent from now on; the same news of the same moment have the same `event_id`."""
    written = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS).decode()
    event_id = hashlib.sha256(f"{event}\0{now.isoformat()}\0{written}".encode()).hexdigest()[:32]
    return Delivery(0, 0, event_id, event, written, WAITING, 0, None, "", now, now)


def about_paper(paper: Paper) -> dict[str, Any]:
    """Return a paper as it stands in payloads."""
    return {"id": paper.id, "title": _one_line(readable(paper.content.title)), "address": links.paper(paper.id)}


def about_edition(day: str, address: str, count: int, first: Sequence[Paper]) -> dict[str, Any]:
    """Return the payload of an edition: its day (`2025-11-07`), its page, how many papers, the first of them."""
    return {
        "date": day,
        "address": address,
        "count": count,
        "papers": [about_paper(one) for one in first[:MOST_PAPERS]],
    }


def about_search(name: str, text: str, found: Sequence[Paper]) -> dict[str, Any]:
    """Return the payload of new papers for a saved search."""
    return {
        "name": name, "query": text, "address": links.search(text), "count": len(found),
        "papers": [about_paper(one) for one in found[:MOST_PAPERS]],
    }  # fmt: skip


def about_comment(paper: Paper, who: str, text: str, address: str = "") -> dict[str, Any]:
    """Return the payload of a comment that everybody may see; `address` is its place on a page of ours."""
    place = address or links.paper(paper.id)
    return {"paper": about_paper(paper), "reader": _one_line(who), "text": _cut(text), "address": place}


def about_submission(paper: Paper, who: str, note: str = "") -> dict[str, Any]:
    """Return the payload of a paper that a reader submitted."""
    return {"paper": about_paper(paper), "reader": _one_line(who), "note": _cut(note), "address": links.paper(paper.id)}


def about_test() -> dict[str, Any]:
    """Return the payload of a trial."""
    return {"text": "This is a trial: the webhook works.", "address": links.FRONT}


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TEXT]


def _cut(text: str) -> str:
    text = text.strip()
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
