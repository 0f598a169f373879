"""Groups, their members and the invitations to join them.

Whoever may not know of a group does not get it from here: `find_group` answers as if it were not there, by the very
same statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)

from broadsheet.domain.groups import KEEPER, Group, GroupInvitation, GroupMember, GroupText
from broadsheet.store.community_tables import readers
from broadsheet.store.library_tables import group_invitations, group_members, groups
from broadsheet.store.since import find_newest, is_since, put_at

MARK_LENGTH = 16
NO_ONE = -1  # the pk of no reader: nobody is a member of anything


def find_group(connection: Connection, name: str, reader_pk: int | None) -> Group | None:
    """Return the group of this name if it is public or this reader is in it, else None."""
    row = connection.execute(_visible(reader_pk).where(groups.c.name == name)).first()
    return _group(row) if row else None


def list_joined(
    connection: Connection, reader_pk: int | None, limit: int, since: datetime | None = None
) -> list[Group]:
    """Return the groups that a reader is in, made or joined since a moment, by name."""
    return _listed(connection, _visible(reader_pk).where(group_members.c.role.is_not(None), _is_new(since)), limit)


def list_others(
    connection: Connection, reader_pk: int | None, after: str, limit: int, since: datetime | None = None
) -> list[Group]:
    """Return the public groups that a reader is not in, made since a moment, by name, after one."""
    others = _visible(reader_pk).where(group_members.c.role.is_(None), groups.c.name > after, _is_new(since))
    return _listed(connection, others, limit)


def list_visible(
    connection: Connection, reader_pk: int | None, after: str, limit: int, since: datetime | None = None
) -> list[Group]:
    """Return the groups that a reader may read, made or joined since a moment, by name, after one."""
    return _listed(connection, _visible(reader_pk).where(groups.c.name > after, _is_new(since)), limit)


def find_newest_group(connection: Connection, reader_pk: int | None, since: datetime | None = None) -> datetime | None:
    """Return when the newest group that a reader may read was made or joined, since a moment; None for none."""
    return find_newest(connection, _newest(_visible(reader_pk).where(_is_new(since))))


def count_groups_of(connection: Connection, reader_pk: int) -> int:
    """Count the groups that a reader is in."""
    mine = select(func.count()).select_from(group_members).where(group_members.c.reader_pk == reader_pk)
    return connection.execute(mine).scalar_one()


def is_taken(connection: Connection, name: str) -> bool:
    """Say whether any group has a name; not for the ears of who may not know of it."""
    return connection.execute(select(groups.c.pk).where(groups.c.name == name)).first() is not None


def insert_group(connection: Connection, name: str, text: GroupText, now: datetime) -> int:
    """Make a group without members and return its pk."""
    made_at = put_at(connection, _newest(_every()), now)
    values = {"name": name, "title": text.title, "about": text.about, "is_public": text.is_public, "made_at": made_at}
    return int((connection.execute(insert(groups).values(**values)).inserted_primary_key or (0,))[0])


def update_group(connection: Connection, pk: int, name: str, text: GroupText) -> None:
    """Change what a group says about itself."""
    values = {"name": name, "title": text.title, "about": text.about, "is_public": text.is_public}
    connection.execute(update(groups).where(groups.c.pk == pk).values(**values))


def delete_group(connection: Connection, pk: int) -> None:
    """Take a group out with all that is its own."""
    connection.execute(delete(groups).where(groups.c.pk == pk))


def list_members(
    connection: Connection, group_pk: int, after: str = "", limit: int = 100, since: datetime | None = None
) -> list[GroupMember]:
    """Return the members who joined since a moment, by short name, after one."""
    rows = (
        select(group_members, readers.c.name, readers.c.full_name)
        .join(readers, readers.c.pk == group_members.c.reader_pk)
        .where(group_members.c.group_pk == group_pk, readers.c.name > after, is_since(group_members.c.joined_at, since))
        .order_by(readers.c.name)
        .limit(limit)
    )
    return [
        GroupMember(r.reader_pk, r.name, r.full_name or r.name, r.role, r.joined_at.replace(tzinfo=UTC))
        for r in connection.execute(rows)
    ]


def find_newest_member(connection: Connection, group_pk: int, since: datetime | None = None) -> datetime | None:
    """Return when the newest member joined a group, since a moment; None for none."""
    joined_at = group_members.c.joined_at
    newest = select(func.max(joined_at)).where(group_members.c.group_pk == group_pk, is_since(joined_at, since))
    return find_newest(connection, newest)


def find_member(connection: Connection, group_pk: int, name: str) -> tuple[int, str] | None:
    """Return (reader_pk, role) of the member with this short name, or None."""
    row = connection.execute(
        select(group_members.c.reader_pk, group_members.c.role)
        .join(readers, readers.c.pk == group_members.c.reader_pk)
        .where(group_members.c.group_pk == group_pk, readers.c.name == name)
    ).first()
    return (row.reader_pk, row.role) if row else None


def count_members(connection: Connection, group_pk: int, role: str = "") -> int:
    """Count the members, or those with one role."""
    rows = select(func.count()).select_from(group_members).where(group_members.c.group_pk == group_pk)
    return connection.execute(rows.where(group_members.c.role == role) if role else rows).scalar_one()


def add_member(connection: Connection, group_pk: int, reader_pk: int, role: str, now: datetime) -> None:
    """Let a reader be in a group; who is in it already stays as before."""
    joined_at = put_at(connection, _newest(_every()), now)
    values = {"group_pk": group_pk, "reader_pk": reader_pk, "role": role, "joined_at": joined_at}
    connection.execute(insert(group_members).prefix_with("OR IGNORE").values(**values))


def set_role(connection: Connection, group_pk: int, reader_pk: int, role: str) -> None:
    """Change what a member is in a group."""
    connection.execute(update(group_members).where(_place(group_pk, reader_pk)).values(role=role))


def delete_member(connection: Connection, group_pk: int, reader_pk: int) -> None:
    """Take a reader out of a group."""
    connection.execute(delete(group_members).where(_place(group_pk, reader_pk)))


def pass_on(connection: Connection, reader_pk: int) -> list[int]:
    """Before a reader's account goes, let the longest member keep what only this reader keeps.

    Return the groups in which nobody would be left: they are for the caller to take out.
    """
    empty = []
    kept = (group_members.c.reader_pk == reader_pk) & (group_members.c.role == KEEPER)
    for pk in list(connection.execute(select(group_members.c.group_pk).where(kept)).scalars()):
        others = select(group_members).where(group_members.c.group_pk == pk, group_members.c.reader_pk != reader_pk)
        next_ones = connection.execute(others.order_by(group_members.c.joined_at, group_members.c.reader_pk)).all()
        if not next_ones:
            empty.append(pk)
        elif all(one.role != KEEPER for one in next_ones):
            set_role(connection, pk, next_ones[0].reader_pk, KEEPER)
    return empty


def insert_invitation(connection: Connection, token_hash: str, values: Mapping[str, Any]) -> None:
    """Keep an invitation: group_pk, made_by, made_at, expires_at, uses_left."""
    connection.execute(insert(group_invitations).values(token_hash=token_hash, **values))


def find_invited(connection: Connection, token_hash: str, reader_pk: int, now: datetime) -> Group | None:
    """Return the group to which an invitation that is still good leads, as this reader sees it; None for no such."""
    row = connection.execute(
        _with_role(reader_pk)
        .join(group_invitations, group_invitations.c.group_pk == groups.c.pk)
        .where(group_invitations.c.token_hash == token_hash, *_good(now))
    ).first()
    return _group(row) if row else None


def use_invitation(connection: Connection, token_hash: str, now: datetime) -> bool:
    """Use an invitation once; False where it is used up, too old, taken back or was never made."""
    good = and_(group_invitations.c.token_hash == token_hash, *_good(now))
    left = group_invitations.c.uses_left - 1
    return connection.execute(update(group_invitations).where(good).values(uses_left=left)).rowcount > 0


def list_invitations(connection: Connection, group_pk: int, now: datetime) -> list[GroupInvitation]:
    """Return the invitations that are still good, newest first."""
    rows = (
        select(group_invitations, readers.c.name, readers.c.full_name)
        .outerjoin(readers, readers.c.pk == group_invitations.c.made_by)
        .where(group_invitations.c.group_pk == group_pk, *_good(now))
        .order_by(group_invitations.c.made_at.desc())
    )
    return [
        GroupInvitation(
            row.token_hash[:MARK_LENGTH], row.full_name or row.name or "", row.made_at.replace(tzinfo=UTC),
            row.expires_at.replace(tzinfo=UTC), row.uses_left,
        )
        for row in connection.execute(rows)
    ]  # fmt: skip


def delete_invitation(connection: Connection, group_pk: int, mark: str) -> None:
    """Take an invitation back."""
    named = func.substr(group_invitations.c.token_hash, 1, MARK_LENGTH) == mark
    connection.execute(delete(group_invitations).where(group_invitations.c.group_pk == group_pk, named))


def delete_old_invitations(connection: Connection, group_pk: int, now: datetime) -> None:
    """Forget the invitations that are no longer good."""
    old = or_(group_invitations.c.expires_at <= now, group_invitations.c.uses_left <= 0)
    connection.execute(delete(group_invitations).where(group_invitations.c.group_pk == group_pk, old))


def _with_role(reader_pk: int | None) -> Select[Any]:
    counted = group_members.alias()
    size = select(func.count()).select_from(counted).where(counted.c.group_pk == groups.c.pk).correlate(groups)
    mine = and_(
        group_members.c.group_pk == groups.c.pk,
        group_members.c.reader_pk == (NO_ONE if reader_pk is None else reader_pk),
    )
    return select(groups, group_members.c.role, size.scalar_subquery().label("member_count")).select_from(
        groups.outerjoin(group_members, mine)
    )


def _visible(reader_pk: int | None) -> Select[Any]:
    return _with_role(reader_pk).where(or_(groups.c.is_public, group_members.c.role.is_not(None)))


def _every() -> Select[Any]:
    return select(groups.c.pk).select_from(groups.outerjoin(group_members))


def _newest(rows: Select[Any]) -> Select[Any]:
    """Return the statement for when the last of some groups was made or joined, whichever it was."""
    made, joined = groups.c.made_at.label("at"), group_members.c.joined_at
    moments = union_all(rows.with_only_columns(made), rows.with_only_columns(joined)).subquery()
    return select(func.max(moments.c.at))


def _listed(connection: Connection, rows: Select[Any], limit: int) -> list[Group]:
    return [_group(row) for row in connection.execute(rows.order_by(groups.c.name).limit(limit))]


def _is_new(since: datetime | None) -> ColumnElement[bool]:
    return or_(is_since(groups.c.made_at, since), is_since(group_members.c.joined_at, since))


def _good(now: datetime) -> tuple[Any, Any]:
    return group_invitations.c.expires_at > now, group_invitations.c.uses_left > 0


def _place(group_pk: int, reader_pk: int) -> Any:
    return (group_members.c.group_pk == group_pk) & (group_members.c.reader_pk == reader_pk)


def _group(row: Row[Any]) -> Group:
    made_at = row.made_at.replace(tzinfo=UTC)
    return Group(row.pk, row.name, row.title, row.about, row.is_public, made_at, row.role or "", row.member_count)
