"""What a reader signs in with: links, sessions, API tokens, invitations. Of each secret only the hash is here."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, false, func, insert, select, update

from broadsheet.domain.readers import ApiToken, Invitation, Session
from broadsheet.store.community_tables import api_tokens, invitations, readers, sessions, sign_in_links

MOST_TOKENS = 50
COUNTED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A link that signs in: whom, from which browser ("" for any), where it leads, by which invitation it was asked."""

    email: str
    reader_pk: int | None
    browser_hash: str
    lands_on: str
    invitation_hash: str
    expires_at: datetime


def insert_link(connection: Connection, token_hash: str, link: SignInLink, now: datetime) -> None:
    """Keep a link until it is used or an hour old, for so long it is counted; older ones are forgotten."""
    connection.execute(delete(sign_in_links).where(sign_in_links.c.made_at < now - COUNTED_FOR))
    connection.execute(insert(sign_in_links).values(token_hash=token_hash, made_at=now, **asdict(link)))


def find_link(connection: Connection, token_hash: str, now: datetime) -> SignInLink | None:
    """Return a link that is still good, or None."""
    row = connection.execute(select(sign_in_links).where(sign_in_links.c.token_hash == token_hash)).first()
    if row is None or row.expires_at.replace(tzinfo=UTC) <= now:
        return None
    return SignInLink(
        row.email,
        row.reader_pk,
        row.browser_hash,
        row.lands_on,
        row.invitation_hash,
        row.expires_at.replace(tzinfo=UTC),
    )


def count_links_since(connection: Connection, email: str, since: datetime) -> int:
    """Count the links made for an address since a moment that were not used."""
    made = (sign_in_links.c.email == email) & (sign_in_links.c.made_at >= since)
    return connection.execute(select(func.count()).select_from(sign_in_links).where(made)).scalar_one()


def delete_link(connection: Connection, token_hash: str) -> bool:
    """Use a link up; False where it was used already."""
    return connection.execute(delete(sign_in_links).where(sign_in_links.c.token_hash == token_hash)).rowcount > 0


def delete_links_of(connection: Connection, reader_pk: int, email: str) -> None:
    """Forget all links that sign a reader in, or that were sent to an address."""
    of_reader = (sign_in_links.c.reader_pk == reader_pk) | ((sign_in_links.c.email == email) if email else false())
    connection.execute(delete(sign_in_links).where(of_reader))


def insert_session(
    connection: Connection, token_hash: str, reader_pk: int, seen: tuple[str, str], times: tuple[datetime, datetime]
) -> int:
    """Begin a session and return its pk; `seen` is the browser's name and address, `times` now and its end."""
    now, expires_at = times
    connection.execute(delete(sessions).where(sessions.c.expires_at < now))
    values = {"agent": seen[0][:200], "address": seen[1][:64], "begun_at": now, "seen_at": now}
    done = connection.execute(
        insert(sessions).values(token_hash=token_hash, reader_pk=reader_pk, expires_at=expires_at, **values)
    )
    return int((done.inserted_primary_key or (0,))[0])


def find_session(connection: Connection, token_hash: str, now: datetime) -> tuple[int, int, datetime] | None:
    """Return (pk, reader_pk, seen_at) of a session that has not ended, or None."""
    wanted = select(sessions.c.pk, sessions.c.reader_pk, sessions.c.seen_at, sessions.c.expires_at)
    row = connection.execute(wanted.where(sessions.c.token_hash == token_hash)).first()
    if row is None or row.expires_at.replace(tzinfo=UTC) <= now:
        return None
    return row.pk, row.reader_pk, row.seen_at.replace(tzinfo=UTC)


def touch_session(connection: Connection, pk: int, now: datetime, life: timedelta) -> None:
    """Note that a session was used, which lengthens it."""
    connection.execute(update(sessions).where(sessions.c.pk == pk).values(seen_at=now, expires_at=now + life))


def list_sessions(connection: Connection, reader_pk: int, now: datetime) -> list[Session]:
    """Return a reader's sessions, the one used last first."""
    here = (sessions.c.reader_pk == reader_pk) & (sessions.c.expires_at > now)
    rows = connection.execute(select(sessions).where(here).order_by(sessions.c.seen_at.desc()).limit(100))
    return [
        Session(row.pk, row.agent, row.address, row.begun_at.replace(tzinfo=UTC), row.seen_at.replace(tzinfo=UTC))
        for row in rows
    ]


def delete_session(connection: Connection, reader_pk: int, pk: int) -> bool:
    """End a session of this reader; False where there is none."""
    here = (sessions.c.reader_pk == reader_pk) & (sessions.c.pk == pk)
    return connection.execute(delete(sessions).where(here)).rowcount > 0


def delete_sessions(connection: Connection, reader_pk: int, keep_pk: int | None = None) -> int:
    """End all sessions of a reader but one; return how many were ended."""
    ended = delete(sessions).where(sessions.c.reader_pk == reader_pk, sessions.c.pk != (keep_pk or 0))
    return connection.execute(ended).rowcount


def insert_token(connection: Connection, token_hash: str, reader_pk: int, token: ApiToken) -> None:
    """Keep an API token; its pk is not looked at."""
    values = {"name": token.name, "scopes": " ".join(token.scopes), "made_at": token.made_at}
    connection.execute(
        insert(api_tokens).values(token_hash=token_hash, reader_pk=reader_pk, expires_at=token.expires_at, **values)
    )


def find_token(connection: Connection, token_hash: str, now: datetime) -> tuple[int, ApiToken] | None:
    """Return (reader_pk, token) of a token that is still good, or None."""
    row = connection.execute(select(api_tokens).where(api_tokens.c.token_hash == token_hash)).first()
    if row is None or (row.expires_at and row.expires_at.replace(tzinfo=UTC) <= now):
        return None
    return row.reader_pk, _token(row)


def touch_token(connection: Connection, pk: int, now: datetime) -> None:
    """Note that a token was used."""
    connection.execute(update(api_tokens).where(api_tokens.c.pk == pk).values(used_at=now))


def list_tokens(connection: Connection, reader_pk: int) -> list[ApiToken]:
    """Return a reader's API tokens, newest first."""
    rows = select(api_tokens).where(api_tokens.c.reader_pk == reader_pk).order_by(api_tokens.c.pk.desc())
    return [_token(row) for row in connection.execute(rows.limit(MOST_TOKENS))]


def delete_token(connection: Connection, reader_pk: int, pk: int) -> bool:
    """Take a token of this reader back; False where there is none."""
    here = (api_tokens.c.reader_pk == reader_pk) & (api_tokens.c.pk == pk)
    return connection.execute(delete(api_tokens).where(here)).rowcount > 0


def insert_invitation(
    connection: Connection, token_hash: str, made_by: int | None, note: str, times: tuple[datetime, datetime]
) -> None:
    """Keep an invitation to make an account; `times` are now and its end."""
    values = {"made_by": made_by, "note": note, "made_at": times[0], "expires_at": times[1]}
    connection.execute(insert(invitations).values(token_hash=token_hash, **values))


def is_invitation_good(connection: Connection, token_hash: str, now: datetime) -> bool:
    """Say whether an invitation is there, unused and not too old."""
    table = invitations.c
    good = (table.token_hash == token_hash) & table.used_at.is_(None) & (table.expires_at > now)
    return connection.execute(select(table.token_hash).where(good)).first() is not None


def use_invitation(connection: Connection, token_hash: str, now: datetime) -> bool:
    """Use an invitation up; False where it was used, is too old or was never made."""
    table = invitations.c
    good = (table.token_hash == token_hash) & table.used_at.is_(None) & (table.expires_at > now)
    return connection.execute(update(invitations).where(good).values(used_at=now)).rowcount > 0


def list_invitations(connection: Connection, offset: int, limit: int) -> list[Invitation]:
    """Return invitations, newest first; `made_by` is a short name, "" for the machine itself."""
    wanted = select(invitations, readers.c.name).outerjoin(readers, readers.c.pk == invitations.c.made_by)
    order = invitations.c.made_at.desc(), invitations.c.token_hash
    return [
        Invitation(_utc(row.made_at), _utc(row.expires_at), _moment(row.used_at), row.note, row.name or "")
        for row in connection.execute(wanted.order_by(*order).limit(limit).offset(offset))
    ]


def _token(row: Any) -> ApiToken:
    scopes = tuple(row.scopes.split())
    return ApiToken(row.pk, row.name, scopes, _utc(row.made_at), _moment(row.expires_at), _moment(row.used_at))


def _moment(value: datetime | None) -> datetime | None:
    return _utc(value) if value else None


def _utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC)
