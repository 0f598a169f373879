"""A data folder of every released schema is migrated forward and keeps all that it held.

`schema-N.sql` is the dump of a small record as the release with schema N wrote it. Never change one that is here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.types import TypeEngine

from broadsheet.domain.paper import Link, SourceRef
from broadsheet.store import community_tables, library, library_tables, papers, readers, records  # noqa: F401 (they add their tables)
from broadsheet.store.database import open_database
from broadsheet.store.schema import MIGRATIONS, NEWEST
from broadsheet.store.tables import metadata
from broadsheet.usecases.check import check_house
from broadsheet.usecases.read_papers import read_front_page, read_paper, search_papers
from broadsheet.wiring import RECORD_NAME, House

DUMPS = sorted(Path(__file__).parent.glob("schema-*.sql"))


@pytest.fixture(params=DUMPS, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, folder: Path, open_at: Callable[[Path], House]) -> House:
    """A House over a record as an old release left it, the index not there."""
    folder.mkdir()
    connection = sqlite3.connect(folder / RECORD_NAME)
    connection.executescript(request.param.read_text("utf-8"))
    connection.close()
    return open_at(folder)


def test_there_is_one_for_each_schema() -> None:
    assert [path.stem for path in DUMPS] == [f"schema-{step.number}" for step in MIGRATIONS]


def test_it_ends_at_the_newest_schema(old: House, now: datetime) -> None:
    assert old.database.migrate(now) == []
    assert old.database.check() == "ok"
    with old.database.read() as connection:
        numbers = connection.exec_driver_sql("SELECT number FROM migrations ORDER BY number").scalars()
        assert list(numbers) == list(range(1, NEWEST + 1))


def test_papers_are_as_they_were(old: House) -> None:
    paper = read_paper(old.database, "2602.00001")
    assert paper.content.title == "Lamps of the outer harbour"
    assert paper.content.abstract == "We count the lamps; it's $\\ell_1$ “quoted”."
    assert paper.content.authors == ("Ada Quill", "José Núñez")
    assert paper.content.categories == ("cs.CL", "cs.LG")
    assert paper.content.keywords == ("lamps", "tides")
    assert paper.content.links[1] == Link("code", "https://example.org/code/1")
    assert (paper.content.published_on, paper.content.edition_on) == (date(2026, 2, 27), date(2026, 3, 2))
    assert (paper.upvotes, paper.comments) == (12, 3)
    assert {source.source for source in paper.sources} == {"daily-page", "hub"}
    tides = read_paper(old.database, "10.1000/tides")
    assert (tides.content.venue, tides.sources) == ("Proc. of Tides", (SourceRef("csl", "quill2025"),))
    with old.database.read() as connection:
        assert papers.count_papers(connection) == 3
        kept = records.list_records(connection, [paper.pk])[paper.pk]
        former = next(key for key in records.list_keys_of(connection, paper.pk) if key.startswith("id:p-"))
    assert [record.source for record in kept] == ["daily-page", "hub"]
    assert read_paper(old.database, former.removeprefix("id:")) == paper


def test_what_was_saved_on_the_machine_is_its_own_readers(old: House) -> None:
    with old.database.read() as connection:
        library_came = connection.exec_driver_sql("SELECT count(*) FROM library").scalar_one() > 0
        reader = readers.find_local(connection)
        assert (reader is not None) == library_came
        if reader is not None:
            assert library.list_saved_pks(connection, reader.pk) == [1]


def test_the_index_is_filled_from_it(old: House) -> None:
    assert all(check.ok for check in check_house(old.database, old.index))
    assert search_papers(old.database, old.index, "lamps", 5).listing.count == 1
    front = read_front_page(old.database, date(2026, 3, 4), 10)
    assert (front.has_sample, front.listing.count) == (True, 1)


def kind(column: TypeEngine[Any]) -> str:
    return {"DATETIME": "TIMESTAMP"}.get(str(column), str(column))


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_tables_are_what_the_migrations_make(tmp_path: Path, now: datetime, name: str) -> None:
    open_database(tmp_path / "new.sqlite", now).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'new.sqlite'}")
    made = inspect(engine)
    table = metadata.tables[name]
    assert sorted(made.get_table_names()) == sorted(metadata.tables)
    columns = {column["name"]: column for column in made.get_columns(name)}
    assert list(columns) == [column.name for column in table.columns]
    for column in table.columns:
        found = columns[column.name]
        assert kind(found["type"]) == kind(column.type), column
        assert bool(found["primary_key"]) == column.primary_key, column
        assert column.primary_key or found["nullable"] == column.nullable, column
        assert (found["default"] or "").strip("'") == str(getattr(column.server_default, "arg", "")), column
    referred = {(key["constrained_columns"][0], key["referred_table"]) for key in made.get_foreign_keys(name)}
    assert referred == {(key.parent.name, key.column.table.name) for key in table.foreign_keys}
    unique = {tuple(found["column_names"]) for found in made.get_unique_constraints(name)}
    assert {(column.name,) for column in table.columns if column.unique} <= unique
    engine.dispose()
