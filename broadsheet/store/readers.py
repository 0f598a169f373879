"""Readers: found, made, changed, taken out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from broadsheet.domain.errors import NotFound
from broadsheet.domain.identities import Identity
from broadsheet.domain.readers import LOCAL_READER, Reader
from broadsheet.store.community_tables import identities, readers
from broadsheet.store.papers import CHUNK

_columns = readers.c


def find_reader(connection: Connection, pk: int) -> Reader | None:
    """Return the reader with this pk, or None."""
    return _find(connection, _columns.pk == pk)


def find_by_name(connection: Connection, name: str) -> Reader | None:
    """Return the reader with this short name, or None."""
    return _find(connection, _columns.name == name)


def get_by_name(connection: Connection, name: str) -> Reader:
    """Return the reader with this short name; raises NotFound."""
    reader = find_by_name(connection, name)
    if reader is None:
        raise NotFound(f"There is no reader called {name[:60]!r} here.")
    return reader


def find_by_email(connection: Connection, email: str) -> Reader | None:
    """Return the reader with this address, or None."""
    return _find(connection, _columns.email == email)


def find_by_identity(connection: Connection, issuer: str, subject: str) -> Reader | None:
    """Return the reader whom another site knows by this name, or None."""
    known = select(identities.c.reader_pk).where(identities.c.issuer == issuer, identities.c.subject == subject)
    pk = connection.execute(known).scalar()
    return None if pk is None else find_reader(connection, pk)


def find_local(connection: Connection) -> Reader | None:
    """Return the reader of this machine, if it stands in the record already."""
    return _find(connection, _columns.is_local)


def find_first_operator(connection: Connection) -> Reader | None:
    """Return the operator who came first, or None."""
    operators = select(func.min(_columns.pk)).where(_columns.role == "operator", ~_columns.is_blocked)
    return _find(connection, _columns.pk == operators.scalar_subquery())


def count_operators(connection: Connection, but_pk: int = 0) -> int:
    """Count the operators who can sign in, but for one."""
    others = (_columns.role == "operator") & ~_columns.is_blocked & (_columns.pk != but_pk)
    return connection.execute(select(func.count()).select_from(readers).where(others)).scalar_one()


def count_readers(connection: Connection) -> int:
    """Count the readers with an account; the reader of this machine is none."""
    return connection.execute(select(func.count()).select_from(readers).where(~_columns.is_local)).scalar_one()


def has_readers(connection: Connection) -> bool:
    """Say whether anybody has an account."""
    return connection.execute(select(_columns.pk).where(~_columns.is_local).limit(1)).first() is not None


def list_readers(connection: Connection, after: str = "", limit: int = 100) -> list[Reader]:
    """Return readers with an account by short name, after one."""
    rows = select(readers).where(~_columns.is_local, _columns.name > after).order_by(_columns.name).limit(limit)
    return [_reader(row) for row in connection.execute(rows)]


def list_shown_names(connection: Connection, pks: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return (short name, shown name) of each of these readers that is still there."""
    wanted, found = sorted(set(pks)), {}
    for start in range(0, len(wanted), CHUNK):
        chunk = select(_columns.pk, _columns.name, _columns.full_name).where(
            _columns.pk.in_(wanted[start : start + CHUNK])
        )
        found.update({pk: (name, full_name or name) for pk, name, full_name in connection.execute(chunk)})
    return found


def insert_reader(connection: Connection, name: str, email: str, role: str, now: datetime) -> Reader:
    """Make a reader; the short name gets a number where it is taken. "" for no address."""
    values = {"name": _free_name(connection, name), "full_name": "", "email": email or None, "role": role}
    done = connection.execute(insert(readers).values(**values, created_at=now))
    return _get(connection, int((done.inserted_primary_key or (0,))[0]))


def insert_local(connection: Connection, now: datetime) -> Reader:
    """Make the reader of this machine."""
    values = {"name": LOCAL_READER, "full_name": "", "role": "operator", "is_local": True, "created_at": now}
    done = connection.execute(insert(readers).values(**values))
    return _get(connection, int((done.inserted_primary_key or (0,))[0]))


def give_local_a_name(connection: Connection, pk: int, name: str, email: str) -> Reader:
    """Let the reader of this machine become one with an account, and keep all that it has."""
    values = {"name": _free_name(connection, name), "email": email or None, "is_local": False}
    update_reader(connection, pk, **values)
    return _get(connection, pk)


def insert_identity(connection: Connection, issuer: str, subject: str, reader_pk: int) -> None:
    """Note by which name another site knows a reader."""
    connection.execute(insert(identities).values(issuer=issuer, subject=subject, reader_pk=reader_pk))


def list_identities(connection: Connection, reader_pk: int) -> list[Identity]:
    """Return by which names other sites know a reader."""
    rows = select(identities.c.issuer, identities.c.subject).where(identities.c.reader_pk == reader_pk)
    return [Identity(*row) for row in connection.execute(rows.order_by(identities.c.issuer, identities.c.subject))]


def delete_identity(connection: Connection, issuer: str, subject: str, reader_pk: int) -> bool:
    """Forget by which name another site knows this reader; False where it did not."""
    here = (identities.c.issuer == issuer) & (identities.c.subject == subject) & (identities.c.reader_pk == reader_pk)
    return connection.execute(delete(identities).where(here)).rowcount > 0


def update_reader(connection: Connection, pk: int, **values: Any) -> None:
    """Change columns of a reader."""
    connection.execute(update(readers).where(_columns.pk == pk).values(**values))


def delete_reader(connection: Connection, pk: int) -> None:
    """Take a reader out, with all that is the reader's alone; what others answered stays, without a name."""
    connection.execute(delete(readers).where(_columns.pk == pk))


def _free_name(connection: Connection, name: str) -> str:
    taken = set(connection.execute(select(_columns.name).where(_columns.name.startswith(name))).scalars())
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name[:34]}-{number}"
    return free


def _find(connection: Connection, condition: ColumnElement[bool]) -> Reader | None:
    row = connection.execute(select(readers).where(condition)).first()
    return None if row is None else _reader(row)


def _get(connection: Connection, pk: int) -> Reader:
    return _reader(connection.execute(select(readers).where(_columns.pk == pk)).one())


def _reader(row: Any) -> Reader:
    return Reader(
        row.pk,
        row.name,
        row.full_name,
        row.email or "",
        row.role,
        row.created_at.replace(tzinfo=UTC),
        row.is_local,
        row.is_blocked,
    )
