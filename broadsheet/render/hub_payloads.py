"""Papers as the Hub's clients read them (`huggingface_hub`, `hf papers`).

What its client needs: dates end in `Z`; a list item says most things twice, at its top and inside `paper`; who
submitted a paper has a `user`; `paper` is an object. A source stands where the Hub has the person who submitted a
paper: it is what brought the paper here. What we do not know (stars, thumbnails) is null.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from broadsheet.domain.paper import Paper
from broadsheet.render.cards import Spans, is_web_address
from broadsheet.render.facets import SOURCE_NAMES

Payload = dict[str, Any]


def list_item(paper: Paper, entered_on: date | None = None) -> Payload:
    """Return an item of a list; `entered_on` is the day of the edition that was asked for."""
    entered = entered_on or paper.content.edition_on
    both, inner = _both(paper), _inner(paper, entered)
    return {
        "paper": {**inner, **both},
        # A paper without a day has no edition: what is asked for here is then when it was published.
        "publishedAt": day_text(entered) or inner["publishedAt"],
        "submittedOnDailyAt": inner["submittedOnDailyAt"],
        **both,
        "thumbnail": None,
        "isAuthorParticipating": False,
    }


def search_item(paper: Paper, spans: Spans) -> Payload:
    """Return an item of a list with the words marked that `spans` finds."""
    content = paper.content
    return {
        **list_item(paper),
        "highlightedTitle": highlighted(content.title, spans),
        "highlightedSummary": highlighted(content.abstract, spans),
        "upvoted": False,
    }


def flat_item(paper: Paper) -> Payload:
    """Return a paper by itself."""
    nothing_linked: Payload = {
        f"{name}{kind}": value
        for kind in ("Models", "Datasets", "Spaces")
        for name, value in (("linked", []), ("numTotal", 0))
    }
    return {**_inner(paper, paper.content.edition_on), **_both(paper), **nothing_linked}


def highlighted(text: str, spans: Spans) -> list[dict[str, str]]:
    """Return a text in pieces, the marked ones by themselves; put together they are the text."""
    pieces, at = [], 0
    for start, end in spans(text):
        if start > at:
            pieces.append({"type": "text", "text": text[at:start]})
        pieces.append({"type": "highlight", "text": text[start:end]})
        at = end
    if at < len(text):
        pieces.append({"type": "text", "text": text[at:]})
    return pieces


def day_text(day: date | None) -> str | None:
    """Return the beginning of a day as the Hub writes a moment."""
    return f"{day.isoformat()}T00:00:00.000Z" if day else None


def _inner(paper: Paper, entered_on: date | None) -> Payload:
    """Return what stands inside `paper` alone."""
    return {
        "id": paper.id,
        "authors": [{"name": name, "hidden": False} for name in paper.content.authors],
        "publishedAt": day_text(paper.content.published_on),
        "submittedOnDailyAt": day_text(entered_on),
        "submittedOnDailyBy": submitter(paper),
        "discussionId": paper.id,
    }


def _both(paper: Paper) -> Payload:
    """Return what stands at the top as well as inside."""
    content = paper.content
    name = content.organization
    return {
        "title": content.title,
        "summary": content.abstract,
        "upvotes": paper.upvotes,
        "numComments": paper.comments,
        "submittedBy": submitter(paper),
        "organization": {"name": name, "fullname": name, "avatarUrl": ""} if name else None,
        "ai_summary": content.summary or None,
        "ai_keywords": list(content.keywords),
        "projectPage": _link(paper, "project"),
        "githubRepo": _link(paper, "code"),
        "githubStars": None,
        "source": paper.sources[0].source if paper.sources else None,
        "mediaUrls": [],
    }


def submitter(paper: Paper) -> Payload | None:
    """Return who brought a paper: the source of its first record."""
    if not paper.sources:
        return None
    name = paper.sources[0].source
    return {"user": name, "fullname": SOURCE_NAMES.get(name, name), "avatarUrl": "", "type": "user"}


def _link(paper: Paper, kind: str) -> str | None:
    links = (link.url for link in paper.content.links if link.kind == kind and is_web_address(link.url))
    return next(links, None)
