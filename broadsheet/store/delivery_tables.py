"""The tables of what is delivered by mail, and the statements that make them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Integer, LargeBinary, String, Table

from broadsheet.store.tables import metadata

messages = Table(
    "messages",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("message_id", String, nullable=False, unique=True),
    Column("dedup_key", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("is_bulk", Boolean, nullable=False),
    Column("address", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", DateTime, nullable=False),
    Column("last_error", String, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("settled_at", DateTime),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("address", String, nullable=False, unique=True),
    Column("mailbox", String, nullable=False),
    Column("state", String, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("zone", String, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("bounces", Integer, nullable=False),
    Column("last_report", String, nullable=False),
    Column("asked_at", DateTime, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("confirmed_at", DateTime),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("subscriber_pk", Integer, ForeignKey("subscribers.pk", ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    Column("cadence", String, nullable=False),
    Column("next_at", DateTime, nullable=False),
    Column("through_on", Date),
    Column("created_at", DateTime, nullable=False),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE")),
)

delivered = Table(
    "delivered",
    metadata,
    Column("subscriber_pk", Integer, ForeignKey("subscribers.pk", ondelete="CASCADE"), primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
)

DELIVERY: tuple[str, ...] = (
    """CREATE TABLE messages (
        pk INTEGER PRIMARY KEY,
        message_id VARCHAR NOT NULL UNIQUE,
        dedup_key VARCHAR NOT NULL UNIQUE,
        kind VARCHAR NOT NULL,
        is_bulk BOOLEAN NOT NULL,
        address VARCHAR NOT NULL,
        body BLOB NOT NULL,
        state VARCHAR NOT NULL,
        tries INTEGER NOT NULL,
        next_at TIMESTAMP NOT NULL,
        last_error VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        settled_at TIMESTAMP
    )""",
    "CREATE INDEX messages_by_turn ON messages (state, is_bulk, next_at, pk)",
    "CREATE INDEX messages_by_address ON messages (address, state)",
    """CREATE TABLE subscribers (
        pk INTEGER PRIMARY KEY,
        key VARCHAR NOT NULL UNIQUE,
        address VARCHAR NOT NULL UNIQUE,
        mailbox VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        hour INTEGER NOT NULL,
        zone VARCHAR NOT NULL,
        serial INTEGER NOT NULL,
        bounces INTEGER NOT NULL,
        last_report VARCHAR NOT NULL,
        asked_at TIMESTAMP NOT NULL,
        created_at TIMESTAMP NOT NULL,
        confirmed_at TIMESTAMP
    )""",
    "CREATE INDEX subscribers_by_mailbox ON subscribers (mailbox, asked_at)",
    """CREATE TABLE subscriptions (
        pk INTEGER PRIMARY KEY,
        subscriber_pk INTEGER NOT NULL REFERENCES subscribers (pk) ON DELETE CASCADE,
        kind VARCHAR NOT NULL,
        value VARCHAR NOT NULL,
        cadence VARCHAR NOT NULL,
        next_at TIMESTAMP NOT NULL,
        through_on DATE,
        created_at TIMESTAMP NOT NULL,
        reader_pk INTEGER REFERENCES readers (pk) ON DELETE CASCADE,
        UNIQUE (subscriber_pk, kind, value)
    )""",
    "CREATE INDEX subscriptions_by_turn ON subscriptions (next_at)",
    "CREATE INDEX subscriptions_by_reader ON subscriptions (reader_pk) WHERE reader_pk IS NOT NULL",
    """CREATE TABLE delivered (
        subscriber_pk INTEGER NOT NULL REFERENCES subscribers (pk) ON DELETE CASCADE,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        PRIMARY KEY (subscriber_pk, paper_pk)
    ) WITHOUT ROWID""",
    "CREATE INDEX delivered_by_paper ON delivered (paper_pk)",
)
