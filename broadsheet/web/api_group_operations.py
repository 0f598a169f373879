"""The declarations of what `api_groups.py` answers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from broadsheet.render import links
from broadsheet.render.api_document import Operation
from broadsheet.render.api_parameters import GROUP, GROUP_FOLDER, MOMENT_CURSOR, NAME_CURSOR, PAPER_ID, PUT_SINCE, WORDS
from broadsheet.web import api_groups
from broadsheet.web.access import READER, Handler

_ALL = f"{links.API}/groups"
_ONE = f"{_ALL}/{{name}}"
_PAPERS = f"{_ONE}/papers"
_PAPER = f"{_PAPERS}/{{paper_id:path}}"
_ENDED = replace(GROUP, example="finished-lab")
_reads = partial(Operation, tags=("groups",))
_writes = partial(Operation, tags=("groups",), who=READER, scope="write", limit="write")

OPERATIONS: tuple[tuple[Operation, Handler], ...] = (
    (
        _reads(
            "GET", _ALL, "listGroups", "Groups", "The public ones and the reader's own, by name, 50 at a time.",
            "Groups", (NAME_CURSOR, PUT_SINCE),
        ),
        api_groups.show_groups_json,
    ),
    (
        _writes(
            "POST", _ALL, "makeGroup", "Make a group", "Its maker keeps it. A private one gets a name that nobody "
            "guesses.", "Group", (), (201, 409), "NewGroup",
        ),
        api_groups.submit_group_json,
    ),
    (
        _writes(
            "POST", f"{links.API}/invitations", "joinGroup", "Join a group", "By the secret of an invitation.", "Group",
            (), (200, 404, 409), "Join",
        ),
        api_groups.submit_joining_json,
    ),
    (
        _reads(
            "GET", _ONE, "getGroup", "One group", "What it says about itself, and its folders.", "OneGroup", (GROUP,),
            (200, 304, 404),
        ),
        api_groups.show_group_json,
    ),
    (
        _writes(
            "POST", _ONE, "changeGroup", "Change a group",
            "For its keepers. One that becomes private gets a new name.", "Group", (GROUP,), (200, 404, 409),
            "GroupChange",
        ),
        api_groups.submit_group_change_json,
    ),
    (
        _writes(
            "POST", f"{_ONE}/delete", "endGroup", "End a group", "For its keepers; there is no way back.", "Done",
            (_ENDED,), (200, 404), "GroupEnd",
        ),
        api_groups.submit_group_end_json,
    ),
    (
        _reads(
            "GET", _PAPERS, "listGroupPapers", "The papers of a group",
            "The one added last first, 50 at a time, with how each stands in the group.", "GroupPapers",
            (GROUP, MOMENT_CURSOR, PUT_SINCE, WORDS, GROUP_FOLDER), (200, 304, 400, 404), limit="search",
        ),
        api_groups.show_group_papers_json,
    ),
    (
        _writes(
            "POST", _PAPERS, "addToGroup", "Put a paper into a group",
            "For its members; a paper that is not here is asked for outside, where the setting `adding` lets.", "Paper",
            (GROUP,), (201, 404, 409, 502), "AddToGroup",
        ),
        api_groups.submit_group_paper_json,
    ),
    (
        _reads(
            "GET", _PAPER, "getGroupPaper", "A paper in a group", "How it stands there, and the notes on it.",
            "GroupPaper", (GROUP, PAPER_ID), (200, 304, 404),
        ),
        api_groups.show_paper_of_group_json,
    ),
    (
        _writes(
            "POST", _PAPER, "changeGroupPaper", "Vote, note, file or take out in a group",
            "For its members. Notes are changed by who wrote them; a paper is taken out by keepers or who added it: "
            "then the answer says only that it is `done`.",
            "GroupPaperOrDone", (GROUP, PAPER_ID), (200, 404, 409), "GroupPaperDeed",
        ),
        api_groups.submit_paper_of_group_json,
    ),
    (
        _writes(
            "POST", f"{_ONE}/folders", "changeGroupFolders", "Make or delete a folder of a group",
            "For its members; the papers of a folder that is deleted stay in the group.", "Folders", (GROUP,),
            (200, 404, 409), "GroupFolderDeed",
        ),
        api_groups.submit_group_folders_json,
    ),
    (
        _reads(
            "GET", f"{_ONE}/members", "listMembers", "Who is in a group", "By name, 100 at a time.", "Members",
            (GROUP, NAME_CURSOR, PUT_SINCE), (200, 304, 400, 404),
        ),
        api_groups.show_group_members_json,
    ),
    (
        _writes(
            "POST", f"{_ONE}/members", "changeMembers", "Leave a group, or change its members",
            "Everybody may leave but the last keeper; the rest is for keepers.", "Done", (GROUP,), (200, 404, 409),
            "MemberDeed",
        ),
        api_groups.submit_group_members_json,
    ),
    (
        _writes(
            "POST", f"{_ONE}/invitations", "invite", "Invite into a group",
            "For its keepers: makes a link, or takes one back.", "Invitation", (GROUP,), (200, 404, 409),
            "InvitationDeed",
        ),
        api_groups.submit_group_invitations_json,
    ),
)  # fmt: skip
