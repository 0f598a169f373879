"""Papers and lists as JSON: the shapes that outsiders rely on. Keys may be added, never renamed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from broadsheet.domain.comments import Comment
from broadsheet.domain.completeness import Completeness, summary_line
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


def edition_payload(edition: Edition, zone: tzinfo) -> dict[str, Any]:
    """Return an edition; `announced` is null where no source said how many papers there should be.

    `arrived` counts what was announced and is here, or all papers where nothing was announced.
    """
    found = edition.completeness
    entries = zip(ranked_payload(edition.listing.entries), edition.listing.entries, strict=True)
    return {
        "date": edition.period.name,
        "announced": found.announced if found else None,
        "arrived": found.arrived if found else edition.arrived,
        "missing": list(found.missing) if found else [],
        "as_of": found.as_of.isoformat() if found else None,
        "completeness": _completeness_payload(found, zone) if found else None,
        "papers": [{**payload, "late": entry.is_late} for payload, entry in entries],
    }


def _completeness_payload(found: Completeness, zone: tzinfo) -> dict[str, Any]:
    return {
        "complete": found.is_complete,
        "folded": found.folded,
        "late": found.late,
        "unnamed": found.unnamed,
        "line": summary_line(found, zone),
    }


def comment_payload(comment: Comment) -> dict[str, Any]:
    """Return a comment: `text` as it was typed, `html` sanitised; `by` is null where the account is gone."""
    return {
        "id": comment.pk,
        "reply_to": comment.parent_pk,
        "by": {"name": comment.name, "full_name": comment.shown_name} if comment.name else None,
        "is_author": comment.is_author,
        "text": comment.text,
        "html": comment.html,
        "ups": comment.ups,
        "downs": comment.downs,
        "score": round(comment.score, 6),
        "written_at": comment.written_at.isoformat(),
        "edited_at": comment.edited_at.isoformat() if comment.edited_at else None,
        "deleted_by": comment.deleted_by or None,
    }
