"""News as webhooks are told them: JSON for programs, a title and a plain text for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

import orjson

from broadsheet.domain.listing import counted_papers
from broadsheet.domain.webhooks import COMMENT, EDITION, SEARCH, SUBMISSION, Delivery, Parcel, Webhook, signature
from broadsheet.render.pages import long_date

PAPERS_IN_TEXT = 5


@dataclass(frozen=True, slots=True)
class Stationery:
    """In whose name news are sent: the site's title, its address (no slash at the end), its secret."""

    title: str
    root: str
    secret: str


def make_parcel(paper: Stationery, hook: Webhook, one: Delivery, timestamp: int) -> Parcel:
    """Return a delivery as it is handed on, signed for this moment (Unix seconds)."""
    data = _completed(orjson.loads(one.payload), paper.root)
    whole = {
        "id": one.event_id, "event": one.event, "at": one.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        "site": {"title": paper.title, "url": paper.root}, "data": data,
    }  # fmt: skip
    body = orjson.dumps(whole)
    headers = {
        "Content-Type": "application/json",
        "Broadsheet-Event": one.event,
        "Broadsheet-Delivery": one.event_id,
        "Broadsheet-Timestamp": str(timestamp),
        "Broadsheet-Signature": signature(hook.signing_key(paper.secret), timestamp, body),
    }
    title, text = told(one.event, data)
    return Parcel(body, headers, f"{paper.title}: {title}", text)


def told(event: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """Return news in words: a title and a text with links."""
    if event == EDITION:
        day = long_date(date.fromisoformat(data["date"]))
        return f"the papers of {day}", _with_papers(data, counted_papers(data["count"]))
    if event == SEARCH:
        return f"new for “{data['name']}”", _with_papers(data, counted_papers(data["count"]))
    if event == COMMENT:
        return f"{data['reader']} on “{data['paper']['title']}”", f"{data['text']}\n{data['url']}"
    if event == SUBMISSION:
        note = f"{data['note']}\n" if data["note"] else ""
        return f"{data['reader']} submitted “{data['paper']['title']}”", f"{note}{data['url']}"
    return "a trial", f"{data['text']}\n{data['url']}"


def _with_papers(data: Mapping[str, Any], first: str) -> str:
    shown = [f"• {paper['title']}\n  {paper['url']}" for paper in data["papers"][:PAPERS_IN_TEXT]]
    return "\n".join([f"{first}: {data['url']}", *shown])


def _completed(value: Any, root: str) -> Any:
    """Return a payload with a full `url` in place of each `address` of ours."""
    if isinstance(value, dict):
        plain = {name: _completed(inner, root) for name, inner in value.items() if name != "address"}
        return plain | ({"url": root + value["address"]} if "address" in value else {})
    return [_completed(inner, root) for inner in value] if isinstance(value, list) else value
