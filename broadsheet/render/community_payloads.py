"""What readers do and keep as JSON: groups, submissions, claims, notices, searches, the log. Keys may be added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from broadsheet.domain.comments import Flagged, Notice
from broadsheet.domain.deeds import Deed
from broadsheet.domain.groups import Group, GroupMember, GroupNote, GroupPaper, Standing
from broadsheet.domain.library import Kept, Shelves
from broadsheet.domain.readers import Visitor
from broadsheet.domain.saved_searches import SavedSearch
from broadsheet.domain.submissions import Claim, Submission
from broadsheet.render.payloads import comment_payload, paper_payload

Payload = dict[str, Any]


def visitor_payload(visitor: Visitor) -> Payload:
    """Return who asks, and what this way of asking is good for; all that the role allows where it is no token."""
    reader = visitor.reader
    return {
        "name": reader.name if reader else None,
        "full_name": reader.full_name if reader else "",
        "role": reader.role if reader else None,
        "via": visitor.via,
        "scopes": sorted(visitor.scopes),
    }


def dated_payload(kept: Kept) -> Payload:
    """Return a paper and when it was dismissed or opened."""
    return {"paper": paper_payload(kept.paper), "at": kept.at.isoformat()}


def shelves_payload(shelves: Shelves) -> Payload:
    """Return a library from outside."""
    return {
        "count": shelves.count,
        "unread": shelves.unread,
        "folders": [{"id": one.pk, "name": one.name, "papers": one.count} for one in shelves.folders],
        "tags": [{"tag": tag, "papers": count} for tag, count in shelves.tags],
    }


def group_payload(group: Group) -> Payload:
    """Return a group; `role` is null for who is not in it."""
    return {
        "name": group.name,
        "title": group.title,
        "about": group.about,
        "access": "public" if group.is_public else "private",
        "role": group.role or None,
        "members": group.member_count,
    }


def standing_payload(standing: Standing) -> Payload:
    """Return how a paper stands in a group."""
    return {
        "votes": standing.votes,
        "score": round(standing.score, 6),
        "notes": standing.note_count,
        "folder": standing.folder,
        "added_at": standing.added_at.isoformat(),
        "added_by": standing.added_by,
        "voted": standing.is_voted,
    }


def group_paper_payload(found: GroupPaper) -> Payload:
    """Return a paper of a group with what its members noted."""
    notes = [_note(one) for one in found.notes]
    return {"paper": paper_payload(found.paper), **standing_payload(found.standing), "all_notes": notes}


def member_payload(member: GroupMember) -> Payload:
    """Return a member of a group."""
    joined = member.joined_at.isoformat()
    return {"name": member.name, "full_name": member.shown_name, "role": member.role, "joined_at": joined}


def submission_payload(one: Submission) -> Payload:
    """Return what a reader brought and what became of it."""
    return _asked(one) | {"by": one.name or None}


def claim_payload(one: Claim) -> Payload:
    """Return a claim to a paper."""
    return _asked(one) | {"by": one.name or None, "author": one.author}


def notice_payload(one: Notice) -> Payload:
    """Return what a reader is told; `text` is the comment as it was typed."""
    return {
        "id": one.pk,
        "kind": one.kind,
        "comment": one.comment_pk,
        "title": one.paper_title,
        "by": one.by or None,
        "text": one.text,
        "made_at": one.made_at.isoformat(),
        "seen": one.is_seen,
    }


def flagged_payload(one: Flagged) -> Payload:
    """Return a comment that waits for a curator."""
    flags = [{"by": name or None, "reason": reason} for name, reason in one.flags]
    return {"paper": one.paper_id, "comment": comment_payload(one.comment), "flags": flags}


def search_payload(search: SavedSearch, feed: str, new: int | None = None) -> Payload:
    """Return a saved search; `new` counts what came since its reader looked, null where that was not counted."""
    return {
        "id": search.pk,
        "name": search.name,
        "query": search.text,
        "announced": search.is_announced,
        "feed": feed,
        "made_at": search.made_at.isoformat(),
        "new": new,
    }


def deed_payload(deed: Deed) -> Payload:
    """Return a line of the log; `by` is null for the program itself and for accounts that are gone."""
    return {
        "id": deed.pk,
        "done_at": deed.done_at.isoformat(),
        "by": deed.name or None,
        "verb": deed.verb,
        "subject": deed.subject,
        "detail": deed.detail,
    }


def _note(note: GroupNote) -> Payload:
    return {
        "id": note.pk,
        "by": note.by or None,
        "text": note.text,
        "written_at": note.written_at.isoformat(),
        "edited_at": _or_null(note.edited_at),
    }


def _asked(one: Submission | Claim) -> Payload:
    return {
        "id": one.pk,
        "paper": one.paper_id,
        "title": one.title,
        "note": one.note,
        "state": one.state,
        "reason": one.reason,
        "made_at": one.made_at.isoformat(),
    }


def _or_null(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
