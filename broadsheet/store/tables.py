"""The tables of the record as SQLAlchemy sees them; `schema.py` makes them, a test proves that both agree."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
)

metadata = MetaData()

papers = Table(
    "papers",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("title", String, nullable=False),
    Column("abstract", String, nullable=False),
    Column("summary", String, nullable=False),
    Column("author_count", Integer),
    Column("organization", String, nullable=False),
    Column("published_on", Date),
    Column("keywords", JSON, nullable=False),
    Column("venue", String, nullable=False),
    Column("upvotes_imported", Integer, nullable=False),
    Column("comments_imported", Integer, nullable=False),
    Column("upvotes_own", Integer, nullable=False, server_default="0"),
    Column("comments_own", Integer, nullable=False, server_default="0"),
    Column("edition_on", Date),
    Column("hotness", Float, nullable=False),
    Column("is_sample", Boolean, nullable=False),
    Column("added_at", DateTime, nullable=False),
    Column("hidden", String, nullable=False, server_default=""),
)

paper_keys = Table(
    "paper_keys",
    metadata,
    Column("key", String, primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), nullable=False),
)

paper_authors = Table(
    "paper_authors",
    metadata,
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String, nullable=False),
)

paper_categories = Table(
    "paper_categories",
    metadata,
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("category", String, nullable=False),
)

paper_links = Table(
    "paper_links",
    metadata,
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("url", String, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), nullable=False),
    Column("source", String, nullable=False),
    Column("source_id", String, nullable=False),
    Column("digest", String, nullable=False, unique=True),
    Column("payload", String, nullable=False),
    Column("seen_at", DateTime, nullable=False),
    Column("reason", String, nullable=False, server_default=""),
)

edition_papers = Table(
    "edition_papers",
    metadata,
    Column("edition_on", Date, primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("score", Float, nullable=False),
    Column("is_late", Boolean, nullable=False, server_default="0"),
)

editions = Table(
    "editions",
    metadata,
    Column("edition_on", Date, primary_key=True),
    Column("pressed_at", DateTime, nullable=False),
    Column("checked_at", DateTime, nullable=False),
    Column("announced", Integer),
    Column("arrived", Integer, nullable=False),
)

index_queue = Table(
    "index_queue",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("paper_pk", Integer, nullable=False),
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("origin", String, nullable=False),
    Column("line", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("excerpt", String, nullable=False),
    Column("seen_at", DateTime, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

source_cursors = Table(
    "source_cursors",
    metadata,
    Column("source", String, primary_key=True),
    Column("cursor", String, nullable=False),
    Column("moved_at", DateTime, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("job", String, nullable=False),
    Column("started_at", DateTime, nullable=False),
    Column("finished_at", DateTime),
    Column("outcome", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("read", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("set_aside", Integer, nullable=False),
)

announcements = Table(
    "announcements",
    metadata,
    Column("announced_on", Date, primary_key=True),
    Column("category", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("stated", Integer),
    Column("seen_at", DateTime, nullable=False),
)

announced_papers = Table(
    "announced_papers",
    metadata,
    Column("announced_on", Date, primary_key=True),
    Column("category", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("arxiv_id", String, primary_key=True),
    Column("kind", String, nullable=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("name", String, primary_key=True),
    Column("detail", String, nullable=False),
    Column("raised_at", DateTime, nullable=False),
    Column("cleared_at", DateTime),
)

curations = Table(
    "curations",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("verb", String, nullable=False),
    Column("one", String, nullable=False),
    Column("other", String, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", DateTime, nullable=False),
)

link_blocks = Table(
    "link_blocks",
    metadata,
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("member", BigInteger, primary_key=True, autoincrement=False),
)

category_interest = Table(
    "category_interest",
    metadata,
    Column("category", String, primary_key=True),
    Column("typical", Float, nullable=False),
    Column("refreshed_at", DateTime, nullable=False),
)

migrations = Table(
    "migrations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("applied_at", DateTime, nullable=False),
)
