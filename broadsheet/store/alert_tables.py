"""The tables of saved searches, of feeds of own lists, of webhooks, and what makes them (migration 4)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, String, Table

from broadsheet.store.tables import metadata

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), nullable=False),
    Column("name", String, nullable=False),
    Column("text", String, nullable=False),
    Column("looked_pk", Integer, nullable=False),
    Column("told_pk", Integer, nullable=False),
    Column("is_announced", Boolean, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("feed_from", DateTime, nullable=False),
)

own_feeds = Table(
    "own_feeds",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    Column("feed_from", DateTime, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("target", String, nullable=False),
    Column("events", String, nullable=False),
    Column("made_at", DateTime, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("webhook_pk", Integer, ForeignKey("webhooks.pk", ondelete="CASCADE"), nullable=False),
    Column("event_id", String, nullable=False),
    Column("event", String, nullable=False),
    Column("payload", String, nullable=False),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("status", Integer),
    Column("last_error", String, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("next_at", DateTime, nullable=False),
    Column("settled_at", DateTime),
)

ALERTS: tuple[str, ...] = (
    """CREATE TABLE saved_searches (
        pk INTEGER PRIMARY KEY,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        name VARCHAR NOT NULL,
        text VARCHAR NOT NULL,
        looked_pk INTEGER NOT NULL,
        told_pk INTEGER NOT NULL,
        is_announced BOOLEAN NOT NULL,
        made_at TIMESTAMP NOT NULL,
        feed_from TIMESTAMP NOT NULL,
        UNIQUE (reader_pk, text)
    )""",
    "CREATE INDEX saved_searches_announced ON saved_searches (told_pk) WHERE is_announced",
    """CREATE TABLE own_feeds (
        pk INTEGER PRIMARY KEY,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        kind VARCHAR NOT NULL,
        value VARCHAR NOT NULL,
        feed_from TIMESTAMP NOT NULL,
        UNIQUE (reader_pk, kind, value)
    )""",
    """CREATE TABLE webhooks (
        pk INTEGER PRIMARY KEY,
        name VARCHAR NOT NULL,
        target VARCHAR NOT NULL,
        events VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL
    )""",
    """CREATE TABLE deliveries (
        pk INTEGER PRIMARY KEY,
        webhook_pk INTEGER NOT NULL REFERENCES webhooks (pk) ON DELETE CASCADE,
        event_id VARCHAR NOT NULL,
        event VARCHAR NOT NULL,
        payload VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        tries INTEGER NOT NULL,
        status INTEGER,
        last_error VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        next_at TIMESTAMP NOT NULL,
        settled_at TIMESTAMP
    )""",
    "CREATE INDEX deliveries_by_turn ON deliveries (state, next_at)",
    "CREATE INDEX deliveries_by_webhook ON deliveries (webhook_pk, state, next_at)",
)
