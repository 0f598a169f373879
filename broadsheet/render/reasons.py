"""Why a paper stands where it stands on the trending page and in an edition, in words."""

from __future__ import annotations

from broadsheet.domain.paper import Paper

_TOO_LITTLE_TO_TELL = 0.05


def trending_words(paper: Paper, parts: dict[str, float]) -> str:
    """Say what a trending score is made of."""
    total = sum(parts.values())
    added = parts.get("weight", 0.0)
    told = [f"interest {parts['interest']:.2f}"]
    if abs(added) >= _TOO_LITTLE_TO_TELL:
        told.append(f"{added:+.2f} because votes are {'rare' if added > 0 else 'frequent'} here or in its field")
    told.append(f"{parts['recency']:.2f} for the day on which it was last shown")
    return f"{_counts(paper)} Score {total:.2f}: {', '.join(told)}."


def edition_words(paper: Paper, parts: dict[str, float]) -> str:
    """Say what orders the papers of an edition."""
    return f"{_counts(paper)} Interest {parts['interest']:.2f} when the edition was put in order."


def _counts(paper: Paper) -> str:
    told = [
        _number(paper.own_upvotes, "vote here", "votes here"),
        _number(paper.own_comments, "comment here", "comments here"),
        _number(paper.content.upvotes, "upvote elsewhere", "upvotes elsewhere"),
        _number(paper.content.comments, "comment elsewhere", "comments elsewhere"),
    ]
    words = ", ".join(part for part in told if part)
    return f"{words[0].upper()}{words[1:]}." if words else "Nobody has voted for it yet."


def _number(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}" if count > 0 else ""
