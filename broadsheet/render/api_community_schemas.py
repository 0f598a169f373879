"""The shapes of what readers do and keep, as `community_payloads.py` writes them."""

from __future__ import annotations

from broadsheet.render.api_shapes import (
    COUNT,
    MAYBE_MOMENT,
    MOMENT,
    NUMBER,
    TEXT,
    TEXTS,
    YES_NO,
    Schema,
    an_object,
    one_of,
    pages_of,
    ref,
)

_WHO: Schema = {"type": ["string", "null"], "description": "null where the account is gone."}
_STANDING = {
    "votes": COUNT, "score": {"type": "number"}, "notes": COUNT, "folder": TEXT, "added_at": MOMENT,
    "added_by": TEXT, "voted": YES_NO,
}  # fmt: skip
_STATE = one_of("waiting", "approved", "declined")
_ASKED = {
    "id": NUMBER, "paper": TEXT, "title": TEXT, "note": TEXT, "state": _STATE, "reason": TEXT, "made_at": MOMENT,
    "by": _WHO,
}  # fmt: skip

_UNTIL = {
    "type": ["string", "null"],
    "description": "Given back as `since`, later: exactly what is new. Null where the answer goes on from a cursor.",
}
SCHEMAS: dict[str, Schema] = {
    "Voted": an_object(id=TEXT, voted=YES_NO, upvotes=COUNT),
    "Listed": pages_of("papers", ref("Paper"), count=COUNT, until=_UNTIL),
    "Comment": an_object(
        id=NUMBER,
        reply_to={"type": ["integer", "null"]},
        by={"anyOf": [{"type": "null"}, an_object(name=TEXT, full_name=TEXT)]},
        is_author=YES_NO | {"description": "A curator confirmed that they wrote the paper."},
        text=TEXT | {"description": "As it was typed; untrusted."},
        html=TEXT | {"description": "Sanitised."},
        ups=COUNT, downs=COUNT, score={"type": "number"}, written_at=MOMENT, edited_at=MAYBE_MOMENT,
        deleted_by={"type": ["string", "null"], "description": "Who deleted it; nothing of it is left then."},
    ),
    "Comments": pages_of("comments", ref("Comment"), paper=TEXT, until=_UNTIL),
    "Flagged": an_object(
        paper=TEXT, comment=ref("Comment"), flags={"type": "array", "items": an_object(by=_WHO, reason=TEXT)}
    ),
    "Flags": pages_of("flagged", ref("Flagged"), until=_UNTIL),
    "Notices": pages_of(
        "notices",
        an_object(
            id=NUMBER, kind=TEXT, comment=NUMBER, title=TEXT, by=_WHO, text=TEXT, made_at=MOMENT, seen=YES_NO
        ),
        unread=COUNT, until=_UNTIL,
    ),
    "Unread": an_object(unread=COUNT),
    "Kept": an_object(
        paper=ref("Paper"), saved_at=MOMENT, read_at=MAYBE_MOMENT, note=TEXT, tags=TEXTS, folders=TEXTS
    ),
    "KeptOrNot": {"anyOf": [ref("Kept"), an_object(paper=TEXT, saved=YES_NO)]},
    "Library": pages_of("papers", ref("Kept"), count=COUNT, until=_UNTIL),
    "Shelves": an_object(
        count=COUNT, unread=COUNT,
        folders={"type": "array", "items": an_object(id=NUMBER, name=TEXT, papers=COUNT)},
        tags={"type": "array", "items": an_object(tag=TEXT, papers=COUNT)},
    ),
    "Dated": pages_of("papers", an_object(paper=ref("Paper"), at=MOMENT), count=COUNT, until=_UNTIL),
    "Dismissed": an_object(id=TEXT, dismissed=YES_NO),
    "History": pages_of("papers", an_object(paper=ref("Paper"), at=MOMENT), count=COUNT, until=_UNTIL, keeps=YES_NO),
    "Group": an_object(
        name=TEXT, title=TEXT, about=TEXT, access=one_of("public", "private"),
        role={"enum": ["keeper", "member", None]}, members=COUNT,
    ),
    "Groups": pages_of("groups", ref("Group"), until=_UNTIL),
    "OneGroup": an_object(
        name=TEXT, title=TEXT, about=TEXT, access=one_of("public", "private"),
        role={"enum": ["keeper", "member", None]}, members=COUNT, folders=TEXTS,
    ),
    "GroupPapers": pages_of("papers", an_object(paper=ref("Paper"), **_STANDING), until=_UNTIL),
    "GroupPaper": an_object(
        paper=ref("Paper"), **_STANDING,
        all_notes={
            "type": "array",
            "items": an_object(id=NUMBER, by=_WHO, text=TEXT, written_at=MOMENT, edited_at=MAYBE_MOMENT),
        },
    ),
    "GroupPaperOrDone": {"anyOf": [ref("GroupPaper"), ref("Done")]},
    "Members": pages_of("members", an_object(name=TEXT, full_name=TEXT, role=TEXT, joined_at=MOMENT), until=_UNTIL),
    "Folders": an_object(folders=TEXTS),
    "Done": an_object(done=YES_NO),
    "Invitation": an_object(address={"type": ["string", "null"], "description": "The link, shown this once."}),
    "Submission": an_object(**_ASKED),
    "Submissions": pages_of("submissions", ref("Submission"), count=COUNT, until=_UNTIL),
    "Claim": an_object(**_ASKED, author=TEXT),
    "Claims": pages_of("claims", ref("Claim"), count=COUNT, until=_UNTIL),
    "Search": an_object(
        id=NUMBER, name=TEXT, query=TEXT, announced=YES_NO,
        feed=TEXT | {"description": "The secret address of its feed; a form such as .atom follows it."},
        made_at=MOMENT, new={"type": ["integer", "null"]},
    ),
    "Searches": an_object(searches={"type": "array", "items": ref("Search")}, until=_UNTIL),
    "Deeds": pages_of(
        "deeds", an_object(id=NUMBER, done_at=MOMENT, by=_WHO, verb=TEXT, subject=TEXT, detail=TEXT), until=_UNTIL
    ),
    "Me": an_object(
        name={"type": ["string", "null"]}, full_name=TEXT, role={"enum": ["reader", "curator", "operator", None]},
        via=one_of("session", "token", "proxy", "local"), scopes=TEXTS,
    ),
}  # fmt: skip
