"""The tables of groups and libraries; `library_schema.py` makes them, a test proves both agree."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, Float, ForeignKey, Integer, String, Table

from broadsheet.store.tables import metadata

groups = Table(
    "groups",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("title", String, nullable=False),
    Column("about", String, nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("made_at", DateTime, nullable=False),
)

group_members = Table(
    "group_members",
    metadata,
    Column("group_pk", Integer, ForeignKey("groups.pk", ondelete="CASCADE"), primary_key=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), primary_key=True),
    Column("role", String, nullable=False),
    Column("joined_at", DateTime, nullable=False),
)

group_invitations = Table(
    "group_invitations",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("group_pk", Integer, ForeignKey("groups.pk", ondelete="CASCADE"), nullable=False),
    Column("made_by", Integer, ForeignKey("readers.pk", ondelete="SET NULL")),
    Column("made_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
    Column("uses_left", Integer, nullable=False),
)

group_folders = Table(
    "group_folders",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("group_pk", Integer, ForeignKey("groups.pk", ondelete="CASCADE"), nullable=False),
    Column("name", String, nullable=False),
)

group_papers = Table(
    "group_papers",
    metadata,
    Column("group_pk", Integer, ForeignKey("groups.pk", ondelete="CASCADE"), primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("folder_pk", Integer, ForeignKey("group_folders.pk", ondelete="SET NULL")),
    Column("added_by", Integer, ForeignKey("readers.pk", ondelete="SET NULL")),
    Column("added_at", DateTime, nullable=False),
    Column("added_on", Date, nullable=False),
    Column("votes", Integer, nullable=False, server_default="0"),
    Column("score", Float, nullable=False, server_default="0"),
)

group_votes = Table(
    "group_votes",
    metadata,
    Column("group_pk", Integer, ForeignKey("groups.pk", ondelete="CASCADE"), primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), primary_key=True),
    Column("voted_at", DateTime, nullable=False),
)

group_notes = Table(
    "group_notes",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("group_pk", Integer, ForeignKey("groups.pk", ondelete="CASCADE"), nullable=False),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), nullable=False),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="SET NULL")),
    Column("text", String, nullable=False),
    Column("written_at", DateTime, nullable=False),
    Column("edited_at", DateTime),
)

library = Table(
    "library",
    metadata,
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("saved_at", DateTime, nullable=False),
    Column("read_at", DateTime),
    Column("note", String, nullable=False, server_default=""),
    Column("noted_at", DateTime),
)

library_folders = Table(
    "library_folders",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), nullable=False),
    Column("name", String, nullable=False),
)

library_filings = Table(
    "library_filings",
    metadata,
    Column("folder_pk", Integer, ForeignKey("library_folders.pk", ondelete="CASCADE"), primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
)

library_tags = Table(
    "library_tags",
    metadata,
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("tag", String, primary_key=True),
)

dismissals = Table(
    "dismissals",
    metadata,
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("made_at", DateTime, nullable=False),
)

visits = Table(
    "visits",
    metadata,
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), primary_key=True),
    Column("paper_pk", Integer, ForeignKey("papers.pk", ondelete="CASCADE"), primary_key=True),
    Column("visited_at", DateTime, nullable=False),
)

library_choices = Table(
    "library_choices",
    metadata,
    Column("reader_pk", Integer, ForeignKey("readers.pk", ondelete="CASCADE"), primary_key=True),
    Column("keeps_history", Boolean, nullable=False, server_default="1"),
    Column("zotero_user", String, nullable=False, server_default=""),
    Column("zotero_version", Integer, nullable=False, server_default="0"),
)
