"""The one file: read through readers, changed through the one writer, its damage told in one sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from broadsheet.domain.errors import Corrupt, Misconfigured
from broadsheet.store.database import Database, open_database
from broadsheet.store.schema import MIGRATIONS, NEWEST
from broadsheet.store.tables import facts, paper_keys
from broadsheet.wiring import House

PUT_FACT = text("INSERT INTO facts (name, value) VALUES ('lamp', 'lit')")
LAMP = select(facts.c.value).where(facts.c.name == "lamp")


def _put_and_fail(connection: Connection) -> None:
    connection.execute(PUT_FACT)
    raise KeyError


def test_a_reader_cannot_write(house: House) -> None:
    with pytest.raises((DatabaseError, Misconfigured)), house.database.read() as connection:
        connection.execute(PUT_FACT)
    with house.database.read() as connection:
        assert connection.execute(LAMP).scalar() is None


def test_what_is_written_is_read(house: House) -> None:
    with house.database.write() as connection:
        connection.execute(PUT_FACT)
    with house.database.read() as connection:
        assert connection.execute(LAMP).scalar() == "lit"


def test_a_write_that_raises_leaves_nothing(house: House) -> None:
    before = house.database.revision()
    with pytest.raises(KeyError), house.database.write() as connection:
        _put_and_fail(connection)
    with house.database.read() as connection:
        assert connection.execute(LAMP).scalar() is None
    assert house.database.revision() == before


def test_a_reader_sees_one_state_while_others_write(house: House) -> None:
    with house.database.read() as reader:
        assert reader.execute(LAMP).scalar() is None
        with house.database.write() as connection:
            connection.execute(PUT_FACT)
        assert reader.execute(LAMP).scalar() is None


def test_revision_moves_with_each_change_and_only_then(house: House) -> None:
    before = house.database.revision()
    with house.database.write() as connection:
        connection.execute(LAMP)
    assert house.database.revision() == before
    with house.database.write() as connection:
        connection.execute(PUT_FACT)
    assert house.database.revision() == before + 1


def test_revision_moves_for_whoever_has_the_record_open(house: House) -> None:
    other = Database(house.database.path)
    before = other.revision()
    with house.database.write() as connection:
        connection.execute(PUT_FACT)
    assert other.revision() == before + 1
    other.close()
    assert other.revision() == before + 1  # opened again by who asks
    other.close()


def test_foreign_keys_hold(house: House) -> None:
    with pytest.raises(IntegrityError), house.database.write() as connection:
        connection.execute(paper_keys.insert().values(key="x:1", paper_pk=404))


def test_it_is_write_ahead_logged(house: House) -> None:
    with house.database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_new_one_takes_every_step_once(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "new.sqlite"
    open_database(path, now).close()
    again = open_database(path, now)
    assert again.migrate(now) == []
    assert again.check() == "ok"
    again.close()
    with sqlite3.connect(path) as connection:
        steps = connection.execute("SELECT number, name FROM migrations ORDER BY number").fetchall()
    connection.close()
    assert steps == [(step.number, step.name) for step in MIGRATIONS]
    assert [step.number for step in MIGRATIONS] == list(range(1, NEWEST + 1))


def test_a_file_that_is_no_database_is_told_and_left(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "letter.sqlite"
    path.write_bytes(b"Dear harbour master, " * 400)
    with pytest.raises(Corrupt, match=r"letter\.sqlite"):
        open_database(path, now)
    assert path.read_bytes() == b"Dear harbour master, " * 400


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7])
def test_a_truncated_database_is_told(
    open_at: Callable[[Path], House], folder: Path, tmp_path: Path, now: datetime, share: float
) -> None:
    house = open_at(folder)
    house.close()
    whole = (folder / "broadsheet.sqlite").read_bytes()
    path = tmp_path / "cut.sqlite"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(Corrupt):
        open_database(path, now).check()


def test_a_newer_one_is_refused_unchanged(open_at: Callable[[Path], House], folder: Path, now: datetime) -> None:
    open_at(folder).close()
    path = folder / "broadsheet.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO migrations VALUES (999, 'from the future', '2030-01-01')")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Misconfigured, match="newer"):
        open_database(path, now)
    assert path.read_bytes() == before


def test_a_quiet_write_leaves_the_revision_alone(house: House) -> None:
    before = house.database.revision()
    with house.database.write(is_shown=False) as connection:
        connection.execute(text("UPDATE facts SET value = 'x' WHERE name = 'none'"))
        connection.execute(text("INSERT INTO facts (name, value) VALUES ('quiet', 'yes')"))
    assert house.database.revision() == before
    with house.database.write() as connection:
        connection.execute(text("INSERT INTO facts (name, value) VALUES ('loud', 'yes')"))
    assert house.database.revision() == before + 1
