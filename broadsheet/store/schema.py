"""The schema's history: numbered migrations, each one transaction together with its own record.

Order is everything: add new migrations at the end, never change one that has been released.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, inspect, select, text

from broadsheet.domain.errors import Corrupt, Misconfigured
from broadsheet.store import community_schema, library_schema
from broadsheet.store.alert_tables import ALERTS
from broadsheet.store.delivery_tables import DELIVERY
from broadsheet.store.tables import migrations


@dataclass(frozen=True, slots=True)
class Migration:
    """A step from one schema to the next."""

    number: int
    name: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        1,
        "the ground floor",
        (
            """CREATE TABLE papers (
                pk INTEGER PRIMARY KEY,
                id VARCHAR NOT NULL UNIQUE,
                title VARCHAR NOT NULL,
                abstract VARCHAR NOT NULL,
                summary VARCHAR NOT NULL,
                author_count INTEGER,
                organization VARCHAR NOT NULL,
                published_on DATE,
                keywords JSON NOT NULL,
                venue VARCHAR NOT NULL,
                upvotes_imported INTEGER NOT NULL,
                comments_imported INTEGER NOT NULL,
                upvotes_own INTEGER NOT NULL DEFAULT 0,
                comments_own INTEGER NOT NULL DEFAULT 0,
                edition_on DATE,
                hotness FLOAT NOT NULL,
                is_sample BOOLEAN NOT NULL,
                added_at TIMESTAMP NOT NULL
            )""",
            "CREATE INDEX papers_by_hotness ON papers (hotness DESC, pk DESC)",
            """CREATE TABLE paper_keys (
                key VARCHAR PRIMARY KEY,
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE
            )""",
            "CREATE INDEX paper_keys_by_paper ON paper_keys (paper_pk)",
            """CREATE TABLE paper_authors (
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                name VARCHAR NOT NULL,
                PRIMARY KEY (paper_pk, position)
            )""",
            """CREATE TABLE paper_categories (
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                category VARCHAR NOT NULL,
                PRIMARY KEY (paper_pk, position)
            )""",
            """CREATE TABLE paper_links (
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                kind VARCHAR NOT NULL,
                url VARCHAR NOT NULL,
                PRIMARY KEY (paper_pk, position)
            )""",
            """CREATE TABLE records (
                pk INTEGER PRIMARY KEY,
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
                source VARCHAR NOT NULL,
                source_id VARCHAR NOT NULL,
                digest VARCHAR NOT NULL UNIQUE,
                payload VARCHAR NOT NULL,
                seen_at TIMESTAMP NOT NULL
            )""",
            "CREATE INDEX records_by_paper ON records (paper_pk)",
            """CREATE TABLE edition_papers (
                edition_on DATE NOT NULL,
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
                score FLOAT NOT NULL,
                PRIMARY KEY (edition_on, paper_pk)
            )""",
            "CREATE INDEX edition_papers_by_score ON edition_papers (edition_on, score DESC, paper_pk)",
            "CREATE INDEX edition_papers_by_paper ON edition_papers (paper_pk)",
            "CREATE TABLE index_queue (position INTEGER PRIMARY KEY, paper_pk INTEGER NOT NULL)",
            """CREATE TABLE set_aside (
                pk INTEGER PRIMARY KEY,
                origin VARCHAR NOT NULL,
                line INTEGER NOT NULL,
                reason VARCHAR NOT NULL,
                excerpt VARCHAR NOT NULL,
                seen_at TIMESTAMP NOT NULL,
                UNIQUE (origin, line, reason)
            )""",
            "CREATE TABLE facts (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)",
            "INSERT INTO facts (name, value) VALUES ('revision', '0'), ('queued', '0')",
        ),
    ),
    Migration(
        2,
        "the wires",
        (
            "ALTER TABLE records ADD COLUMN reason VARCHAR NOT NULL DEFAULT ''",
            """CREATE TABLE source_cursors (
                source VARCHAR PRIMARY KEY,
                cursor VARCHAR NOT NULL,
                moved_at TIMESTAMP NOT NULL
            )""",
            """CREATE TABLE runs (
                pk INTEGER PRIMARY KEY,
                job VARCHAR NOT NULL,
                started_at TIMESTAMP NOT NULL,
                finished_at TIMESTAMP,
                outcome VARCHAR NOT NULL,
                detail VARCHAR NOT NULL,
                read INTEGER NOT NULL,
                added INTEGER NOT NULL,
                updated INTEGER NOT NULL,
                unchanged INTEGER NOT NULL,
                set_aside INTEGER NOT NULL
            )""",
            "CREATE INDEX runs_by_job ON runs (job, pk DESC)",
            """CREATE TABLE announcements (
                announced_on DATE NOT NULL,
                category VARCHAR NOT NULL,
                source VARCHAR NOT NULL,
                stated INTEGER,
                seen_at TIMESTAMP NOT NULL,
                PRIMARY KEY (announced_on, category, source)
            )""",
            """CREATE TABLE announced_papers (
                announced_on DATE NOT NULL,
                category VARCHAR NOT NULL,
                source VARCHAR NOT NULL,
                arxiv_id VARCHAR NOT NULL,
                kind VARCHAR NOT NULL,
                PRIMARY KEY (announced_on, category, source, arxiv_id)
            )""",
            "CREATE INDEX announced_papers_by_id ON announced_papers (arxiv_id)",
            """CREATE TABLE alarms (
                name VARCHAR PRIMARY KEY,
                detail VARCHAR NOT NULL,
                raised_at TIMESTAMP NOT NULL,
                cleared_at TIMESTAMP
            )""",
            "ALTER TABLE edition_papers ADD COLUMN is_late BOOLEAN NOT NULL DEFAULT 0",
            """CREATE TABLE editions (
                edition_on DATE PRIMARY KEY,
                pressed_at TIMESTAMP NOT NULL,
                checked_at TIMESTAMP NOT NULL,
                announced INTEGER,
                arrived INTEGER NOT NULL
            )""",
            """CREATE TABLE curations (
                pk INTEGER PRIMARY KEY,
                verb VARCHAR NOT NULL,
                one VARCHAR NOT NULL,
                other VARCHAR NOT NULL,
                made_by VARCHAR NOT NULL,
                made_at TIMESTAMP NOT NULL
            )""",
            """CREATE TABLE library (
                reader VARCHAR NOT NULL,
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
                saved_at TIMESTAMP NOT NULL,
                PRIMARY KEY (reader, paper_pk)
            )""",
            "CREATE INDEX library_by_paper ON library (paper_pk)",
            """CREATE TABLE link_blocks (
                block BIGINT NOT NULL,
                member BIGINT NOT NULL,
                PRIMARY KEY (block, member)
            ) WITHOUT ROWID""",
        ),
    ),
    Migration(3, "the community", (*community_schema.STATEMENTS, *library_schema.STATEMENTS)),
    Migration(4, "delivery", (*DELIVERY, *ALERTS)),
)
NEWEST = MIGRATIONS[-1].number


def applied_number(connection: Connection) -> int:
    """Return the number of the newest migration that this database has, 0 for an empty one."""
    if not inspect(connection).has_table(migrations.name):
        return 0
    return connection.execute(select(func.max(migrations.c.number))).scalar() or 0


def check_not_newer(connection: Connection, path: str) -> int:
    """Return the database's schema number; raises Misconfigured where a newer Broadsheet made it."""
    number = applied_number(connection)
    if number == 0 and inspect(connection).get_table_names():
        raise Corrupt(f"{path} is not a Broadsheet record: move it away, or choose another folder.")
    if number > NEWEST:
        raise Misconfigured(
            f"{path} was made by a newer Broadsheet (schema {number}, this one knows {NEWEST}): "
            "install that version, or choose another folder with --data."
        )
    return number


def apply_migration(connection: Connection, migration: Migration, now: datetime) -> None:
    """Take one step and record it; the caller's transaction holds both."""
    if migration.number == 1:
        connection.execute(
            text(
                "CREATE TABLE migrations "
                "(number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL)"
            )
        )
    for statement in migration.statements:
        connection.execute(text(statement))
    values = {"number": migration.number, "name": migration.name, "applied_at": now}
    connection.execute(insert(migrations).values(values))
