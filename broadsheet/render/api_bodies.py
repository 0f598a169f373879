"""What programs may send to `/api/v1`, as JSON Schema, each with an example; `web/api_answers.py` holds them to it.

A body with several actions has a form for each: then `action` says which of them holds.
"""

from __future__ import annotations

from typing import Any

from broadsheet.domain.comments import LONGEST_COMMENT, LONGEST_REASON
from broadsheet.domain.groups import LONGEST_ABOUT, LONGEST_NOTE
from broadsheet.domain.library import LONGEST_FOLDER, LONGEST_TAG, MOST_FOLDERS, MOST_TAGS
from broadsheet.domain.library import LONGEST_NOTE as LONGEST_OWN_NOTE
from broadsheet.domain.saved_searches import LONGEST_NAME, LONGEST_TEXT
from broadsheet.domain.submissions import LONGEST
from broadsheet.render.api_shapes import NUMBER, TEXT, YES_NO, Schema, an_object, one_of, text_up_to, words

_REASON = words(LONGEST, "It stands in the public log.")
_WEB: Schema = {"type": "string", "maxLength": 1_000, "pattern": "^https?://[a-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?$"}
_DAY: Schema = {"type": "string", "format": "date"}


def _by_action(**forms: Schema) -> Schema:
    """Return a body that is one of several, each with the name of its action (a hyphen written as `_`)."""
    made = []
    for name, form in forms.items():
        action = {"action": one_of(name.replace("_", "-"))}
        made.append({**form, "properties": action | form["properties"], "required": ["action", *form["required"]]})
    return {"anyOf": made}


SCHEMAS: dict[str, Schema] = {
    "Add": an_object(
        ("note",),
        text=TEXT | {"description": "An arXiv id, a DOI, an OpenReview address or a BibTeX entry."},
        note=TEXT | {"description": "Why it should be here, for curators."},
    ),
    "Vote": an_object(vote=YES_NO | {"description": "false takes the vote back"}),
    "NewComment": an_object(
        ("reply_to",),
        text=words(LONGEST_COMMENT, "Markdown and TeX."),
        reply_to={"type": ["integer", "null"], "minimum": 0, "maximum": 999_999_999_999_999},
    ),
    "EditedComment": an_object(text=words(LONGEST_COMMENT, "Markdown and TeX.")),
    "DeletedComment": an_object(
        ("reason",), reason=text_up_to(LONGEST_REASON, "What a curator must give who deletes another's comment.")
    ),
    "CommentVote": an_object(vote=one_of("up", "down", "none")),
    "Flag": an_object(reason=words(LONGEST_REASON)),
    "SettledFlags": _by_action(
        keep=an_object(("reason",), comment=NUMBER, reason=text_up_to(LONGEST_REASON)),
        delete=an_object(comment=NUMBER, reason=words(LONGEST_REASON)),
    ),
    "Seen": an_object(("notice",), notice=NUMBER | {"description": "Which one; all of them where it is left out."}),
    "Keep": an_object(
        ("saved", "note", "tags", "folder", "folders", "read"),
        paper=words(300, "The paper's id."),
        saved=YES_NO | {"description": "false takes it out, with all that was kept of it"},
        note=text_up_to(LONGEST_OWN_NOTE),
        tags={
            "type": "array", "maxItems": MOST_TAGS,
            "items": {"type": "string", "maxLength": LONGEST_TAG, "pattern": "^[^,]*$"},
        },
        folder=text_up_to(LONGEST_FOLDER, "Into this folder as well, which is made where there is none."),
        folders={"type": "array", "items": NUMBER, "maxItems": MOST_FOLDERS, "description": "Into exactly these."},
        read=YES_NO,
    ),
    "Dismiss": an_object(dismissed=YES_NO | {"description": "false lets it stand in lists again"}),
    "FolderDeed": _by_action(
        add=an_object(name=words(LONGEST_FOLDER)),
        rename=an_object(folder=NUMBER, name=words(LONGEST_FOLDER)),
        delete=an_object(folder=NUMBER),
    ),
    "HistoryDeed": _by_action(on=an_object(), off=an_object(), clear=an_object()),
    "NewGroup": an_object(
        ("about", "access", "name"),
        title=words(80), about=text_up_to(LONGEST_ABOUT), access=one_of("private", "public"),
        name={"type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,37}[a-z0-9])?$"},
    ),
    "GroupChange": an_object(
        title=words(80), about=text_up_to(LONGEST_ABOUT), access=one_of("private", "public"),
    ),
    "GroupEnd": an_object(confirm=words(39, "The group's name once more.")),
    "AddToGroup": an_object(("folder",), text=words(50_000, "As where a paper is added."), folder=text_up_to(60)),
    "GroupPaperDeed": _by_action(
        vote=an_object(), unvote=an_object(), remove=an_object(), file=an_object(folder=text_up_to(60)),
        note=an_object(("note",), text=words(LONGEST_NOTE), note=NUMBER | {"description": "One's own, anew."}),
        delete_note=an_object(note=NUMBER),
    ),
    "GroupFolderDeed": _by_action(make=an_object(folder=words(60)), delete=an_object(folder=words(60))),
    "MemberDeed": _by_action(
        leave=an_object(), remove=an_object(member=words(39)), keeper=an_object(member=words(39)),
        member=an_object(member=words(39)),
    ),
    "InvitationDeed": _by_action(
        make=an_object(
            uses={"type": "integer", "minimum": 1, "maximum": 100},
            days={"type": "integer", "minimum": 1, "maximum": 90},
        ),
        revoke=an_object(mark=words(200)),
    ),
    "Join": an_object(secret=words(200, "The last part of the link's address.")),
    "Decision": _by_action(
        approve=an_object(), decline=an_object(reason=words(LONGEST, "It is shown to who brought it.")),
    ),
    "Claiming": an_object(("note",), author=words(200, "As the paper names them."), note=text_up_to(LONGEST)),
    "ClaimDecision": _by_action(
        confirm=an_object(("reason",), reason=text_up_to(LONGEST)), decline=an_object(reason=_REASON),
    ),
    "Curating": _by_action(
        hide=an_object(reason=_REASON), unhide=an_object(reason=_REASON),
        feature=an_object(day=_DAY), unfeature=an_object(day=_DAY),
        join=an_object(other=words(300, "The id of the other paper.")),
        split=an_object(record=words(300, "A source and its id for the paper, as source:id.")),
    ),
    "LinkDeed": _by_action(
        add=an_object(kind=one_of("code", "project", "data", "other"), url=_WEB), remove=an_object(url=_WEB),
    ),
    "NewSearch": an_object(query=words(LONGEST_TEXT, "In the search language.")),
    "SearchDeed": _by_action(
        look=an_object(), rename=an_object(name=words(LONGEST_NAME)), renew=an_object(),
        announce=an_object(), hush=an_object(), delete=an_object(),
    ),
}  # fmt: skip
EXAMPLES: dict[str, Any] = {
    "Add": {"text": "2511.00101"},
    "Vote": {"vote": True},
    "NewComment": {"text": "Which data is this?"},
    "EditedComment": {"text": "Which data is **this**?"},
    "DeletedComment": {"reason": "It was said twice."},
    "CommentVote": {"vote": "up"},
    "Flag": {"reason": "This is an advertisement."},
    "SettledFlags": {"action": "keep", "comment": 2, "reason": "A fair question."},
    "Seen": {"notice": 1},
    "Keep": {"paper": "2511.00101", "tags": ["patience"], "note": "Read section 3.", "read": True},
    "Dismiss": {"dismissed": True},
    "FolderDeed": {"action": "add", "name": "For the seminar"},
    "HistoryDeed": {"action": "on"},
    "NewGroup": {"title": "The Tuesday Lab", "access": "private"},
    "GroupChange": {"title": "The Tuesday Lab", "about": "We meet on Tuesdays.", "access": "public"},
    "GroupEnd": {"confirm": "finished-lab"},
    "AddToGroup": {"text": "2511.00101"},
    "GroupPaperDeed": {"action": "note", "text": "For next Tuesday."},
    "GroupFolderDeed": {"action": "make", "folder": "Read by all"},
    "MemberDeed": {"action": "keeper", "member": "ada"},
    "InvitationDeed": {"action": "make", "uses": 5, "days": 7},
    "Join": {"secret": "the-last-part-of-the-link"},
    "Decision": {"action": "decline", "reason": "It is here under another name."},
    "Claiming": {"author": "Ada Byron"},
    "ClaimDecision": {"action": "confirm"},
    "Curating": {"action": "feature", "day": "2025-11-07"},
    "LinkDeed": {"action": "add", "kind": "code", "url": "https://example.org/code"},
    "NewSearch": {"query": "patient learners"},
    "SearchDeed": {"action": "rename", "name": "Patience"},
}
