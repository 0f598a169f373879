"""The one SQLite file: opened here, read through `read()`, changed through `write()`, and nowhere else.

WAL, foreign keys, a busy timeout and one writer at a time (`BEGIN IMMEDIATE`). Readers cannot write: their
connections are query-only. Each write that changes something moves the `revision`, by which caches know that
they are stale, whichever process wrote.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event, text, update
from sqlalchemy.exc import DatabaseError, OperationalError

from broadsheet.domain.errors import BroadsheetError, Conflict, Corrupt, Misconfigured
from broadsheet.store import schema
from broadsheet.store.tables import facts

BUSY_TIMEOUT_SECONDS = 30
WAL_TRIES = 100
SECONDS_BETWEEN_TRIES = 0.02


class Database:
    """An open record; give it back with `close()`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = _engine(path, query_only=True)
        self._writer = _engine(path, query_only=False)
        self._watch: sqlite3.Connection | None = None
        self._watching = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the record and cannot change it."""
        with _translated(self.path), self._readers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, is_shown: bool = True) -> Iterator[Connection]:
        """Give the writer's connection; commit at the end of the block, roll back when it raises.

        Waits for other writers, processes included; raises Conflict when they take too long. What no page shows that
        is kept (`is_shown` False: the post) leaves the revision alone, so that ten thousand letters spoil no cache.
        """
        with _translated(self.path), self._writer.begin() as connection:
            before = _total_changes(connection)
            yield connection
            if is_shown and _total_changes(connection) != before:
                connection.execute(
                    update(facts)
                    .where(facts.c.name == "revision")
                    .values(value=text("CAST(CAST(value AS INTEGER) + 1 AS VARCHAR)"))
                )

    def revision(self) -> int:
        """Return the number that every change to the record moves.

        Every answer asks, so it has a connection of its own: a twentieth of the time that it takes to borrow one.
        """
        with self._watching:
            try:
                self._watch = self._watch or _open_watch(self.path)
                return int(self._watch.execute(_REVISION).fetchone()[0])
            except sqlite3.Error:
                self._watch = None  # the next one who asks opens another
        with self.read() as connection:  # what is wrong is told as everywhere
            return int(connection.execute(text(_REVISION)).scalar_one())

    def migrate(self, now: datetime) -> list[str]:
        """Bring the schema up to date and return the names of the steps taken; raises Misconfigured if newer."""
        taken = []
        with self.read() as connection:
            number = schema.check_not_newer(connection, str(self.path))
        for migration in schema.MIGRATIONS[number:]:
            with _translated(self.path), self._writer.begin() as connection:
                if schema.applied_number(connection) < migration.number:
                    schema.apply_migration(connection, migration, now)
                    taken.append(migration.name)
        return taken

    def check(self) -> str:
        """Return "ok", or what SQLite's own quick check finds wrong."""
        with self.read() as connection:
            return str(connection.execute(text("PRAGMA quick_check(1)")).scalar_one())

    def close(self) -> None:
        """Give the file back."""
        self._readers.dispose()
        self._writer.dispose()
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None


_REVISION = "SELECT value FROM facts WHERE name = 'revision'"


def open_database(path: Path, now: datetime) -> Database:
    """Open the record at `path`, made and migrated where needed."""
    database = Database(path)
    try:
        database.migrate(now)
    except BroadsheetError:
        database.close()
        raise
    return database


def _total_changes(connection: Connection) -> int:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection).total_changes


def _engine(path: Path, *, query_only: bool) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        pool_size=1 if not query_only else 40,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_SECONDS,
    )

    @event.listens_for(engine, "connect")
    def _prepare(driver: sqlite3.Connection, _record: Any) -> None:
        driver.isolation_level = None
        _use_wal(driver)
        driver.execute("PRAGMA foreign_keys = ON")
        driver.execute("PRAGMA synchronous = NORMAL")
        driver.execute(f"PRAGMA cache_size = {-16_000 if not query_only else -4_000}")
        # Pages that an import writes again and again go into the file once in 32 MB, not once in 4.
        driver.execute("PRAGMA wal_autocheckpoint = 8000")
        driver.execute(f"PRAGMA query_only = {'ON' if query_only else 'OFF'}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if query_only:  # a reader's never waits nor fails, and a page begins several: the short way
            cast(sqlite3.Connection, connection.connection.dbapi_connection).execute("BEGIN")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _use_wal(driver: sqlite3.Connection) -> None:
    """Switch the file to WAL; while another process does so, SQLite says at once that it is locked, and never waits."""
    for _ in range(WAL_TRIES):
        try:
            driver.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(SECONDS_BETWEEN_TRIES)
        else:
            return
    driver.execute("PRAGMA journal_mode = WAL")


def _open_watch(path: Path) -> sqlite3.Connection:
    """Return a connection outside of the pools, each of whose statements sees the newest commit."""
    watch = sqlite3.connect(path, BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False)
    watch.execute("PRAGMA query_only = ON")
    return watch


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn the driver's errors into ours, once."""
    try:
        yield
    except OperationalError as error:
        words = str(error.orig)
        if "locked" in words or "busy" in words:
            raise Conflict("Another program is writing to the record: try again in a moment.") from error
        if "full" in words:
            raise Misconfigured(f"The disk that holds {path} is full: make room, nothing was changed.") from error
        if "readonly" in words or "unable to open" in words or "permission" in words.lower():
            raise Misconfigured(f"{path} cannot be written: check the folder's owner and rights.") from error
        raise
    except DatabaseError as error:
        if isinstance(error.orig, sqlite3.DatabaseError) and "malformed" in str(error.orig):
            raise Corrupt(f"{path} is damaged: restore a backup, or move it away to start anew.") from error
        if "not a database" in str(error.orig):
            raise Corrupt(f"{path} is not a Broadsheet record: move it away, or choose another folder.") from error
        raise
