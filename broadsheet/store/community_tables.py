"""The tables of the community as SQLAlchemy sees them; `community_schema.py` makes them, a test proves both agree."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, Float, ForeignKey, Integer, String, Table

from broadsheet.store.tables import metadata

readers = Table(
    "readers",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("full_name", String, nullable=False),
    Column("email", String, unique=True),
    Column("role", String, nullable=False),
    Column("is_local", Boolean, nullable=False, server_default="0"),
    Column("is_blocked", Boolean, nullable=False, server_default="0"),
    Column("created_at", DateTime, nullable=False),
    Column("seen_at", DateTime),
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), nullable=False),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("email", String, nullable=False),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE")),
    Column("browser_hash", String, nullable=False),
    Column("lands_on", String, nullable=False),
    Column("invitation_hash", String, nullable=False, server_default=""),
    Column("made_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("token_hash", String, nullable=False, unique=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), nullable=False),
    Column("agent", String, nullable=False),
    Column("address", String, nullable=False),
    Column("begun_at", DateTime, nullable=False),
    Column("seen_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("token_hash", String, nullable=False, unique=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), nullable=False),
    Column("name", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("expires_at", DateTime),
    Column("used_at", DateTime),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("made_by", Integer, ForeignKey("readers.pk", ondelete="SET NULL")),
    Column("note", String, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
    Column("used_at", DateTime),
)

deeds = Table(
    "deeds",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("done_at", DateTime, nullable=False),
    Column("reader_pk", Integer),
    Column("verb", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("is_public", Boolean, nullable=False),
)

votes = Table(
    "votes",
    metadata,
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), primary_key=True),
    Column("voted_at", DateTime, nullable=False),
    Column("counts", Boolean, nullable=False),
)

submissions = Table(
    "submissions",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), nullable=False),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="SET NULL")),
    Column("note", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False, server_default=""),
    Column("made_at", DateTime, nullable=False),
    Column("decided_at", DateTime),
    Column("decided_by", Integer, ForeignKey("readers.pk", ondelete="SET NULL")),
)

leads = Table(
    "leads",
    metadata,
    Column("edition_on", Date, primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), nullable=False),
    Column("made_by", Integer, ForeignKey("readers.pk", ondelete="SET NULL")),
    Column("made_at", DateTime, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), nullable=False),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), nullable=False),
    Column("author", String, nullable=False),
    Column("note", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False, server_default=""),
    Column("made_at", DateTime, nullable=False),
    Column("decided_at", DateTime),
    Column("decided_by", Integer, ForeignKey("readers.pk", ondelete="SET NULL")),
)

link_edits = Table(
    "link_edits",
    metadata,
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("url", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("is_removed", Boolean, nullable=False),
    Column("made_by", Integer, ForeignKey("readers.pk", ondelete="SET NULL")),
    Column("made_at", DateTime, nullable=False),
)

comments = Table(
    "comments",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), nullable=False),
    Column("parent_pk", Integer, ForeignKey("comments.pk", ondelete="SET NULL")),
    Column("thread_pk", Integer),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="SET NULL")),
    Column("text", String, nullable=False),
    Column("html", String, nullable=False),
    Column("is_author", Boolean, nullable=False, server_default="0"),
    Column("ups", Integer, nullable=False, server_default="0"),
    Column("downs", Integer, nullable=False, server_default="0"),
    Column("score", Float, nullable=False, server_default="0"),
    Column("written_at", DateTime, nullable=False),
    Column("edited_at", DateTime),
    Column("deleted_at", DateTime),
    Column("deleted_by", String, nullable=False, server_default=""),
)

comment_versions = Table(
    "comment_versions",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("comment_pk", Integer, ForeignKey("comments.pk", ondelete="CASCADE"), nullable=False),
    Column("text", String, nullable=False),
    Column("written_at", DateTime, nullable=False),
)

comment_votes = Table(
    "comment_votes",
    metadata,
    Column("comment_pk", Integer, ForeignKey("comments.pk", ondelete="CASCADE"), primary_key=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), primary_key=True),
    Column("value", Integer, nullable=False),
)

comment_flags = Table(
    "comment_flags",
    metadata,
    Column("comment_pk", Integer, ForeignKey("comments.pk", ondelete="CASCADE"), primary_key=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), primary_key=True),
    Column("reason", String, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("settled_at", DateTime),
)

notices = Table(
    "notices",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), nullable=False),
    Column("comment_pk", Integer, ForeignKey("comments.pk", ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("seen_at", DateTime),
)
