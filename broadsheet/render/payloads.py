"""Papers and lists as JSON: the shapes that outsiders rely on. Keys may be added, never renamed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from broadsheet.domain.listing import Edition, Ranked
from broadsheet.domain.paper import Paper


def paper_payload(paper: Paper) -> dict[str, Any]:
    """Return a paper: what its sources wrote, unchanged (TeX included)."""
    content = paper.content
    return {
        "id": paper.id,
        "title": content.title,
        "abstract": content.abstract,
        "summary": content.summary,
        "authors": list(content.authors),
        "author_count": len(content.authors) or content.author_count,
        "organization": content.organization,
        "published_on": content.published_on.isoformat() if content.published_on else None,
        "edition_on": content.edition_on.isoformat() if content.edition_on else None,
        "categories": list(content.categories),
        "keywords": list(content.keywords),
        "venue": content.venue,
        "upvotes": paper.upvotes,
        "comments": paper.comments,
        "links": [{"kind": link.kind, "url": link.url} for link in content.links],
        "sources": [{"source": s.source, "source_id": s.source_id, "reason": s.reason} for s in paper.sources],
        "is_sample": content.is_sample,
    }


def ranked_payload(entries: Iterable[Ranked]) -> list[dict[str, Any]]:
    """Return ranked papers with scores and parts."""
    return [
        {"rank": e.rank, "score": round(e.score, 6), "parts": e.parts, "paper": paper_payload(e.paper)} for e in entries
    ]


def edition_payload(edition: Edition) -> dict[str, Any]:
    """Return an edition; `announced` is null where no source said how many papers there should be."""
    return {
        "date": edition.period.name,
        "announced": None,
        "arrived": edition.listing.count,
        "papers": ranked_payload(edition.listing.entries),
    }
