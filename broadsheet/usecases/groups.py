"""Make groups, change and end them; who is in them and who is asked to join.

Whoever may not know of a group is told that there is none, whatever is asked. Side effects: the group's own rows;
its feeds at secret addresses and its editions by mail follow its name, and end where a reader leaves;
papers that only this group had go with it, unless readers gave them something elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from broadsheet.domain.credentials import hash_of, new_secret
from broadsheet.domain.errors import Conflict, Invalid, NotFound
from broadsheet.domain.groups import (
    KEEPER,
    MEMBER,
    MOST_DAYS,
    MOST_USES,
    ROLES,
    Group,
    GroupInvitation,
    GroupMember,
    GroupText,
    check_keeper,
    check_member,
    parse_name,
    parse_number,
    private_name,
)
from broadsheet.domain.listing import Entries, first_of
from broadsheet.domain.readers import Reader
from broadsheet.store import group_papers, groups, index_queue, moved_papers, own_lists, papers, visibility
from broadsheet.store.database import Database

MOST_GROUPS = 100
MOST_MEMBERS = 1_000
MOST_INVITATIONS = 50
ON_PAGE = 100
NO_GROUP = "There is no group with this name here: look for it among the groups."
NO_INVITATION = "This invitation is no longer good: ask a keeper of the group for another one."
LAST_KEEPER = "A group must be kept: make another member a keeper first, or delete the group."


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """The groups that a reader is in, and public ones from where the page begins; `next` is "" at the end.

    `newest_at` is when the newest of all was made or joined.
    """

    mine: list[Group]
    others: list[Group]
    next: str = ""
    newest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MembersPage:
    """The members from where the page begins, and for keepers the invitations; `next` is "" at the end.

    `newest_at` is when the newest of all joined.
    """

    group: Group
    members: list[GroupMember]
    invitations: list[GroupInvitation]
    next: str = ""
    newest_at: datetime | None = None


def open_group(connection: Connection, name: str, reader_pk: int | None) -> Group:
    """Return a group as this reader, or nobody, may see it; raises NotFound."""
    group = groups.find_group(connection, name, reader_pk)
    if group is None:
        raise NotFound(NO_GROUP)
    return group


def read_group(database: Database, name: str, reader_pk: int | None) -> Group:
    """Return a group as this reader, or nobody, may see it; raises NotFound."""
    with database.read() as connection:
        return open_group(connection, name, reader_pk)


def read_groups(
    database: Database, reader_pk: int | None, after: str = "", since: datetime | None = None
) -> GroupsPage:
    """Return a reader's groups and the public ones after a name; those made or joined since a moment."""
    with database.read() as connection:
        mine = groups.list_joined(connection, reader_pk, MOST_GROUPS, since)
        others = groups.list_others(connection, reader_pk, after, ON_PAGE + 1, since)
        newest_at = groups.find_newest_group(connection, reader_pk, since)
    return GroupsPage(mine, others[:ON_PAGE], others[ON_PAGE - 1].name if len(others) > ON_PAGE else "", newest_at)


def read_members(
    database: Database, name: str, reader_pk: int | None, after: str, now: datetime, *, since: datetime | None = None
) -> MembersPage:
    """Return a group's members after a short name, those who joined since a moment; raises NotFound."""
    with database.read() as connection:
        group = open_group(connection, name, reader_pk)
        found = groups.list_members(connection, group.pk, after, ON_PAGE + 1, since)
        invited = groups.list_invitations(connection, group.pk, now) if group.is_keeper else []
        newest_at = groups.find_newest_member(connection, group.pk, since)
    following = found[ON_PAGE - 1].name if len(found) > ON_PAGE else ""
    return MembersPage(group, found[:ON_PAGE], invited, following, newest_at)


def make_group(database: Database, reader: Reader, name: str, text: GroupText, now: datetime) -> Group:
    """Make a group that the reader keeps; raises Invalid for a wrong or taken name, Conflict for too many groups."""
    chosen = parse_name(name, text.title)
    with database.write() as connection:
        if groups.count_groups_of(connection, reader.pk) >= MOST_GROUPS:
            raise Conflict(f"A reader is in up to {MOST_GROUPS} groups: leave one first.")
        chosen = _free_name(connection, chosen, text)
        pk = groups.insert_group(connection, chosen, text, now)
        groups.add_member(connection, pk, reader.pk, KEEPER, now)
        return open_group(connection, chosen, reader.pk)


def change_group(database: Database, name: str, reader: Reader, text: GroupText) -> Group:
    """Change what a group says about itself. One that becomes private gets a new name: the old one was known."""
    with database.write() as connection:
        group = _kept(connection, name, reader)
        named = _free_name(connection, name, text) if group.is_public and not text.is_public else name
        groups.update_group(connection, group.pk, named, text)
        own_lists.rename_group(connection, group.pk, name, named)
        return replace(group, name=named, title=text.title, about=text.about, is_public=text.is_public)


def delete_group(database: Database, name: str, reader: Reader, confirmed: str) -> None:
    """End a group, where its keeper typed its name to say so; raises Invalid."""
    with database.write() as connection:
        group = _kept(connection, name, reader)
        if confirmed.strip() != group.name:
            raise Invalid("confirm", f"Type {group.name} to delete the group.")
        own_lists.end_group(connection, group.name)
        _take_out(connection, group.pk)


def leave_group(database: Database, name: str, reader: Reader) -> None:
    """Take a reader out of a group, with the votes given there; raises Conflict for the last keeper."""
    with database.write() as connection:
        group = open_group(connection, name, reader.pk)
        check_member(group)
        _let_go(connection, group, reader.pk, group.role)


def change_member(database: Database, name: str, reader: Reader, member: str, to: str) -> None:
    """Make a member keeper or member, or with "" remove them; for keepers. Raises NotFound, Invalid, Conflict."""
    if to and to not in ROLES:
        raise Invalid("role", "A member is a keeper or a member.")
    with database.write() as connection:
        group = _kept(connection, name, reader)
        found = groups.find_member(connection, group.pk, member)
        if found is None:
            raise NotFound("There is no member of this name in the group.")
        pk, role = found
        if not to:
            _let_go(connection, group, pk, role)
            return
        if role == KEEPER and to != KEEPER:
            _check_kept_without(connection, group)
        groups.set_role(connection, group.pk, pk, to)


def invite(database: Database, name: str, reader: Reader, wanted: tuple[str, str], now: datetime) -> str:
    """Make a link to join, and return its secret, which cannot be shown again; `wanted` is uses and days, as typed."""
    uses, days = parse_number(wanted[0], MOST_USES, "uses"), parse_number(wanted[1], MOST_DAYS, "days")
    secret = new_secret()
    with database.write() as connection:
        group = _kept(connection, name, reader)
        groups.delete_old_invitations(connection, group.pk, now)
        if len(groups.list_invitations(connection, group.pk, now)) >= MOST_INVITATIONS:
            raise Conflict("There are too many invitations: take one back first.")
        values = {"group_pk": group.pk, "made_by": reader.pk, "made_at": now}
        values |= {"expires_at": now + timedelta(days=days), "uses_left": uses}
        groups.insert_invitation(connection, hash_of(secret), values)
    return secret


def take_back(database: Database, name: str, reader: Reader, mark: str) -> None:
    """Let an invitation be no longer good."""
    with database.write() as connection:
        group = _kept(connection, name, reader)
        groups.delete_invitation(connection, group.pk, mark)


def read_invitation(database: Database, secret: str, reader: Reader, now: datetime) -> Group:
    """Return the group that an invitation leads to, as this reader sees it; raises NotFound."""
    with database.read() as connection:
        group = groups.find_invited(connection, hash_of(secret), reader.pk, now)
    if group is None:
        raise NotFound(NO_INVITATION)
    return group


def join_group(database: Database, secret: str, reader: Reader, now: datetime) -> Group:
    """Let a reader into the group of an invitation; who is in it already uses nothing up. Raises NotFound, Conflict."""
    with database.write() as connection:
        group = groups.find_invited(connection, hash_of(secret), reader.pk, now)
        if group is None:
            raise NotFound(NO_INVITATION)
        if not group.is_member:
            if group.member_count >= MOST_MEMBERS:
                raise Conflict(f"A group has up to {MOST_MEMBERS:,} members: this one is full.")
            if groups.count_groups_of(connection, reader.pk) >= MOST_GROUPS:
                raise Conflict(f"A reader is in up to {MOST_GROUPS} groups: leave one first.")
            groups.use_invitation(connection, hash_of(secret), now)
            groups.add_member(connection, group.pk, reader.pk, MEMBER, now)
        return open_group(connection, group.name, reader.pk)


def leave_all_groups(connection: Connection, reader_pk: int) -> None:
    """Before an account goes: its longest member keeps what only this reader kept; a group without one goes."""
    for pk in groups.pass_on(connection, reader_pk):
        _take_out(connection, pk)


def drop_unseen(connection: Connection, pks: Sequence[int]) -> None:
    """Take papers out that were hidden for groups and are in none now, unless readers gave them something."""
    alone = visibility.list_left_alone(connection, pks)
    gone = sorted(set(alone) - moved_papers.list_touched(connection, alone))
    papers.delete_papers(connection, gone)
    index_queue.enqueue(connection, gone)


def _take_out(connection: Connection, group_pk: int) -> None:
    had = group_papers.list_pks(connection, group_pk)
    groups.delete_group(connection, group_pk)
    drop_unseen(connection, had)


def _kept(connection: Connection, name: str, reader: Reader) -> Group:
    group = open_group(connection, name, reader.pk)
    check_keeper(group)
    return group


def _let_go(connection: Connection, group: Group, reader_pk: int, role: str) -> None:
    if role == KEEPER:
        _check_kept_without(connection, group)
    group_papers.forget_votes(connection, reader_pk, group.pk)
    groups.delete_member(connection, group.pk, reader_pk)
    own_lists.end_group(connection, group.name, reader_pk)


def _check_kept_without(connection: Connection, group: Group) -> None:
    if groups.count_members(connection, group.pk, KEEPER) < 2:
        raise Conflict(LAST_KEEPER)


def _free_name(connection: Connection, name: str, text: GroupText) -> str:
    """Return the name under which a group will stand: a private one's cannot be guessed, so no refusal tells of it."""
    chosen = name if text.is_public else private_name(name)
    if groups.is_taken(connection, chosen):
        raise Invalid("name", f"There is a group {chosen} already: choose another name.")
    return chosen


def list_readable(
    database: Database, reader_pk: int | None, after: str, limit: int, since: datetime | None = None
) -> Entries[Group]:
    """Return the groups that a reader, or nobody, may read, made or joined since a moment, by name, after one."""
    with database.read() as connection:
        found = groups.list_visible(connection, reader_pk, after, limit + 1, since)
        return first_of(found, limit, groups.find_newest_group(connection, reader_pk, since))
