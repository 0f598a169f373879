"""An example of each shape that `/api/v1` answers with."""

from __future__ import annotations

from typing import Any

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
_AT = "2025-11-07T09:30:00+00:00"
_COMMENT = {
    "id": 1, "reply_to": None, "by": {"name": "ada", "full_name": "Ada Byron"}, "is_author": False,
    "text": "Which data is this?", "html": "<p>Which data is this?</p>", "ups": 2, "downs": 0, "score": 0.342372,
    "written_at": _AT, "edited_at": None, "deleted_by": None,
}  # fmt: skip
_GROUP = {
    "name": "tuesday-lab", "title": "The Tuesday Lab", "about": "We meet on Tuesdays.", "access": "public",
    "role": "keeper", "members": 4,
}  # fmt: skip
_STANDS = {
    "votes": 2, "score": 1.5, "notes": 1, "folder": "", "added_at": _AT, "added_by": "Ada Byron", "voted": True,
}  # fmt: skip
_NOTE = {"id": 1, "by": "Ada Byron", "text": "For next Tuesday.", "written_at": _AT, "edited_at": None}
_SUBMISSION = {
    "id": 1, "paper": "2511.00101", "title": "Slow Rivers", "note": "", "state": "waiting", "reason": "",
    "made_at": _AT, "by": "ada",
}  # fmt: skip
_SEARCH = {
    "id": 1, "name": "Patience", "query": "patient learners", "announced": False,
    "feed": "/feeds/private/1-secret", "made_at": _AT, "new": 3,
}  # fmt: skip
_UNTIL = "2025-11-07T17:30:00.000001Z"
_KEPT = {
    "paper": EXAMPLE_PAPER, "saved_at": _AT, "read_at": None, "note": "Read section 3.", "tags": ["patience"],
    "folders": ["For the seminar"],
}  # fmt: skip
_DATED = [{"paper": EXAMPLE_PAPER, "at": _AT}]
_NOTICE = {
    "id": 1, "kind": "reply", "comment": 2, "title": "Slow Rivers", "by": "ada", "text": "This one.",
    "made_at": _AT, "seen": False,
}  # fmt: skip
_FLAGGED = {"paper": "2511.00101", "comment": _COMMENT, "flags": [{"by": "ada", "reason": "An advertisement."}]}

EXAMPLES: dict[str, Any] = {
    "Paper": EXAMPLE_PAPER,
    "Papers": {"papers": [EXAMPLE_PAPER], "next": "101.4711", "until": "p4711"},
    "Found": {
        "query": "patient learners", "mode": "hybrid", "count": 1, "results": [_RANKED],
        "notice": None, "suggestion": None, "next": None, "until": "p4711",
    },
    "Similar": {"id": "2511.00007", "count": 1, "results": [_RANKED], "next": None, "until": "p4711"},
    "Trending": {"count": 4711, "results": [_RANKED], "next": "20.4711", "until": "p4711"},
    "Edition": {
        "date": "2025-11-07", "announced": None, "arrived": 1, "missing": [], "as_of": None, "completeness": None,
        "count": 1, "papers": [_RANKED | {"late": False}], "next": None, "until": "p4711",
    },
    "Editions": {"editions": [{"date": "2025-11-07", "papers": 93}], "next": "1.4711", "until": "p4711"},
    "Categories": {"categories": [{"category": "cs.LG", "papers": 1204}], "next": None, "until": "p4711"},
    "Error": {"error": "The limit must be a whole number from 1 to 100, for example limit=20.", "status": 400},
    "Voted": {"id": "2511.00101", "voted": True, "upvotes": 13},
    "Listed": {"count": 1, "papers": [EXAMPLE_PAPER], "next": None, "until": _UNTIL},
    "Comment": _COMMENT,
    "Comments": {"paper": "2511.00101", "comments": [_COMMENT], "next": None, "until": _UNTIL},
    "Flagged": _FLAGGED,
    "Flags": {"flagged": [_FLAGGED], "next": None, "until": _UNTIL},
    "Notices": {"notices": [_NOTICE], "next": None, "until": _UNTIL, "unread": 1},
    "Unread": {"unread": 0},
    "Kept": _KEPT,
    "KeptOrNot": _KEPT,
    "Library": {"count": 1, "papers": [_KEPT], "next": None, "until": _UNTIL},
    "Shelves": {
        "count": 1, "unread": 1, "folders": [{"id": 1, "name": "For the seminar", "papers": 1}],
        "tags": [{"tag": "patience", "papers": 1}],
    },
    "Dated": {"count": 1, "papers": _DATED, "next": None, "until": _UNTIL},
    "Dismissed": {"id": "2511.00101", "dismissed": True},
    "History": {"count": 1, "papers": _DATED, "next": None, "until": _UNTIL, "keeps": True},
    "Group": _GROUP,
    "Groups": {"groups": [_GROUP], "next": None, "until": _UNTIL},
    "OneGroup": {**_GROUP, "folders": ["Read by all"]},
    "GroupPapers": {"papers": [{"paper": EXAMPLE_PAPER, **_STANDS}], "next": None, "until": _UNTIL},
    "GroupPaper": {"paper": EXAMPLE_PAPER, **_STANDS, "all_notes": [_NOTE]},
    "GroupPaperOrDone": {"paper": EXAMPLE_PAPER, **_STANDS, "all_notes": [_NOTE]},
    "Members": {
        "members": [{"name": "ada", "full_name": "Ada Byron", "role": "keeper", "joined_at": _AT}], "next": None,
        "until": _UNTIL,
    },
    "Folders": {"folders": ["Read by all"]},
    "Done": {"done": True},
    "Invitation": {"address": "https://papers.example.org/groups/join/the-last-part"},
    "Submission": _SUBMISSION,
    "Submissions": {"count": 1, "submissions": [_SUBMISSION], "next": None, "until": _UNTIL},
    "Claim": {**_SUBMISSION, "author": "Ada Byron"},
    "Claims": {"count": 1, "claims": [{**_SUBMISSION, "author": "Ada Byron"}], "next": None, "until": _UNTIL},
    "Search": _SEARCH,
    "Searches": {"searches": [_SEARCH], "until": _UNTIL},
    "Deeds": {
        "deeds": [
            {"id": 1, "done_at": _AT, "by": "grace", "verb": "paper hidden", "subject": "2511.00101", "detail": ""}
        ],
        "next": None, "until": _UNTIL,
    },
    "Me": {"name": "ada", "full_name": "Ada Byron", "role": "reader", "via": "token", "scopes": ["read"]},
}  # fmt: skip
