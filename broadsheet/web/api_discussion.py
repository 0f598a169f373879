"""Operations of `/api/v1` on comments, their flags, and what readers are told of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.render import links, payloads
from broadsheet.render.api_document import Operation
from broadsheet.render.api_parameters import NUMBER_CURSOR, PAPER_ID, PUT_SINCE, ROW
from broadsheet.render.community_payloads import flagged_payload, notice_payload
from broadsheet.usecases import discuss, judge_comments, read_discussion, see_notices
from broadsheet.usecases.discuss import Written
from broadsheet.usecases.read_papers import read_paper
from broadsheet.web.access import CURATOR, READER, Handler
from broadsheet.web.api_answers import done, fields_of, give, until
from broadsheet.web.cursors import put_until, read_number, read_put_since
from broadsheet.web.discussion import house_with_discussion
from broadsheet.web.parameters import row_of
from broadsheet.web.site import site_of
from broadsheet.web.visitors import signed_in, visitor_of


def show_api_comments(request: Request) -> Response:
    """Answer with a paper's comments, oldest first."""
    house = house_with_discussion(request)
    after = read_number(request, NUMBER_CURSOR)
    paper = read_paper(house.database, request.path_params["paper_id"])
    found, following = read_discussion.read_comments_after(house.database, paper.pk, after, read_put_since(request))
    listed = [payloads.comment_payload(one) for one in found]
    # Oldest first: what is written meanwhile stands at the end, so that every answer says how far it reached.
    later = put_until(request, found[-1].written_at if found else None)
    return give(request, {"paper": paper.id, "comments": listed, "next": _text(following), "until": later})


def submit_api_comment(request: Request) -> Response:
    """Write the comment that a program sends and answer with it."""
    house, sent = house_with_discussion(request), fields_of(request, "NewComment")
    written = Written(sent["text"], sent.get("reply_to"))
    made = discuss.add_comment(
        house.database, request.path_params["paper_id"], signed_in(request), written, house.clock()
    )
    return done(payloads.comment_payload(made), 201, links.comment(made.pk))


def show_api_comment(request: Request) -> Response:
    """Answer with one comment."""
    house = house_with_discussion(request)
    found = read_discussion.read_comment(house.database, row_of(request), visitor_of(request).pk)
    return give(request, payloads.comment_payload(found.comment))


def submit_api_edit(request: Request) -> Response:
    """Write a comment anew."""
    house, pk, sent = house_with_discussion(request), _seen(request), fields_of(request, "EditedComment")
    minutes = house.settings.comment_edit_minutes
    discuss.edit_comment(house.database, pk, signed_in(request), sent["text"], minutes, house.clock())
    return _comment(request, pk)


def submit_api_deletion(request: Request) -> Response:
    """Delete a comment: one's own, or any as a curator, who says why."""
    house, pk, sent = house_with_discussion(request), _seen(request), fields_of(request, "DeletedComment")
    discuss.delete_comment(house.database, pk, signed_in(request), sent.get("reason", ""), house.clock())
    return _comment(request, pk)


def submit_api_comment_vote(request: Request) -> Response:
    """Vote on a comment."""
    house, pk, sent = house_with_discussion(request), _seen(request), fields_of(request, "CommentVote")
    judge_comments.vote_on_comment(house.database, pk, signed_in(request), sent["vote"])
    return _comment(request, pk)


def submit_api_flag(request: Request) -> Response:
    """Ask curators to look at a comment."""
    house, pk, sent = house_with_discussion(request), _seen(request), fields_of(request, "Flag")
    judge_comments.flag_comment(house.database, pk, signed_in(request), sent["reason"], house.clock())
    return _comment(request, pk)


def show_api_flags(request: Request) -> Response:
    """Answer with the comments that wait for a curator."""
    house = house_with_discussion(request)
    before, since = read_number(request, NUMBER_CURSOR), read_put_since(request)
    found = read_discussion.read_flagged(house.database, before, since)
    listed, later = [flagged_payload(one) for one in found.entries], until(request, found.newest_at)
    following = found.entries[-1].comment.pk if found.has_more else None
    return give(request, {"flagged": listed, "next": _text(following), "until": later})


def submit_api_flags(request: Request) -> Response:
    """Keep or delete a flagged comment."""
    house, sent = house_with_discussion(request), fields_of(request, "SettledFlags")
    pk, action, reason = sent["comment"], sent["action"], sent.get("reason", "")
    judge_comments.settle_comment(house.database, pk, signed_in(request), action, reason, house.clock())
    return _comment(request, pk)


def show_api_notices(request: Request) -> Response:
    """Answer with what the reader is told."""
    database, reader = house_with_discussion(request).database, signed_in(request).pk
    before, since = read_number(request, NUMBER_CURSOR), read_put_since(request)
    found = read_discussion.read_notices(database, reader, before, since)
    listed, later = [notice_payload(one) for one in found.entries], until(request, found.newest_at)
    following = found.entries[-1].pk if found.has_more else None
    unread = read_discussion.count_unread(database, reader)
    return give(request, {"unread": unread, "notices": listed, "next": _text(following), "until": later})


def submit_api_notices(request: Request) -> Response:
    """Mark one notice as seen, or all."""
    house, reader, sent = house_with_discussion(request), signed_in(request), fields_of(request, "Seen")
    if "notice" in sent:
        see_notices.see_one(house.database, reader, sent["notice"], house.clock())
    else:
        see_notices.see_all(house.database, reader, house.clock())
    return done({"unread": read_discussion.count_unread(house.database, reader.pk)})


def _seen(request: Request) -> int:
    """Return the comment of an address; raises NotFound where the reader cannot see it."""
    pk = row_of(request)
    read_discussion.read_comment(site_of(request).house.database, pk, signed_in(request).pk)
    return pk


def _comment(request: Request, pk: int) -> Response:
    found = read_discussion.read_comment(site_of(request).house.database, pk, signed_in(request).pk)
    return done(payloads.comment_payload(found.comment))


def _text(following: int | None) -> str | None:
    return str(following) if following else None


_OF_PAPER = f"{links.API}/papers/{{paper_id:path}}/comments"
# In the examples the first comment is one's own, the others are not.
_ANOTHER, _THIRD = replace(ROW, example=2), replace(ROW, example=3)
_ONE = f"{links.API}/comments/{{pk}}"
_writes = partial(Operation, tags=("comments",), who=READER, scope="write", limit="write")
_curates = partial(Operation, tags=("comments",), who=CURATOR, scope="curate")

OPERATIONS: tuple[tuple[Operation, Handler], ...] = (
    (
        Operation(
            "GET", _OF_PAPER, "listComments", "The comments on a paper", "Oldest first, up to 200 at a time.",
            "Comments", (PAPER_ID, NUMBER_CURSOR, PUT_SINCE), (200, 304, 400, 404), tags=("comments",),
        ),
        show_api_comments,
    ),
    (
        _writes(
            "POST", _OF_PAPER, "addComment", "Comment on a paper",
            "Writes a comment, or, with `reply_to`, an answer to one.", "Comment", (PAPER_ID,), (201, 404),
            "NewComment",
        ),
        submit_api_comment,
    ),
    (
        Operation(
            "GET", _ONE, "getComment", "One comment", "A comment as it stands.", "Comment", (ROW,), (200, 304, 404),
            tags=("comments",),
        ),
        show_api_comment,
    ),
    (
        _writes(
            "POST", _ONE, "editComment", "Edit a comment",
            "Writes one's own comment anew, as long as the setting `comment_edit_minutes` lets.",
            "Comment", (ROW,), (200, 404), "EditedComment",
        ),
        submit_api_edit,
    ),
    (
        _writes(
            "POST", f"{_ONE}/delete", "deleteComment", "Delete a comment",
            "One's own; as a curator any, with the reason.", "Comment", (_THIRD,), (200, 404), "DeletedComment",
        ),
        submit_api_deletion,
    ),
    (
        _writes(
            "POST", f"{_ONE}/vote", "voteOnComment", "Vote on a comment",
            "Up, down, or `none` to take the vote back; not on one's own.", "Comment", (_ANOTHER,), (200, 404),
            "CommentVote",
        ),
        submit_api_comment_vote,
    ),
    (
        _writes(
            "POST", f"{_ONE}/flag", "flagComment", "Flag a comment",
            "Asks curators to look at it.", "Comment", (_ANOTHER,), (200, 404), "Flag",
        ),
        submit_api_flag,
    ),
    (
        _curates(
            "GET", f"{links.API}/flags", "listFlags", "Flagged comments", "Those that wait for a curator.",
            "Flags", (NUMBER_CURSOR, PUT_SINCE),
        ),
        show_api_flags,
    ),
    (
        _curates(
            "POST", f"{links.API}/flags", "settleFlags", "Settle the flags of a comment",
            "Keeps the comment, or deletes it and says why.", "Comment", (), (200, 404), "SettledFlags",
            limit="write",
        ),
        submit_api_flags,
    ),
    (
        Operation(
            "GET", f"{links.API}/notices", "listNotices", "What a reader is told",
            "Who answered and who mentioned the reader, newest first.", "Notices", (NUMBER_CURSOR, PUT_SINCE),
            tags=("comments",), who=READER,
        ),
        show_api_notices,
    ),
    (
        _writes(
            "POST", f"{links.API}/notices", "seeNotices", "Mark notices as seen", "One of them, or all.",
            "Unread", (), (200, 404), "Seen",
        ),
        submit_api_notices,
    ),
)  # fmt: skip
