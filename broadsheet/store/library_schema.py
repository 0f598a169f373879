"""The statements of migration 3 for who keeps which papers: groups and libraries. `schema.py` runs them."""

from __future__ import annotations

from broadsheet.store.community_schema import FORMER, PAPER, READER

_GROUP = "group_pk INTEGER NOT NULL REFERENCES groups (pk) ON DELETE CASCADE"

_GROUPS = (
    """CREATE TABLE groups (
        pk INTEGER PRIMARY KEY,
        name VARCHAR NOT NULL UNIQUE,
        title VARCHAR NOT NULL,
        about VARCHAR NOT NULL,
        is_public BOOLEAN NOT NULL,
        made_at TIMESTAMP NOT NULL
    )""",
    f"""CREATE TABLE group_members (
        {_GROUP},
        {READER},
        role VARCHAR NOT NULL,
        joined_at TIMESTAMP NOT NULL,
        PRIMARY KEY (group_pk, reader_pk)
    ) WITHOUT ROWID""",
    "CREATE INDEX group_members_by_reader ON group_members (reader_pk)",
    f"""CREATE TABLE group_invitations (
        token_hash VARCHAR PRIMARY KEY,
        {_GROUP},
        made_by {FORMER},
        made_at TIMESTAMP NOT NULL,
        expires_at TIMESTAMP NOT NULL,
        uses_left INTEGER NOT NULL
    )""",
    "CREATE INDEX group_invitations_by_group ON group_invitations (group_pk)",
    f"""CREATE TABLE group_folders (
        pk INTEGER PRIMARY KEY,
        {_GROUP},
        name VARCHAR NOT NULL,
        UNIQUE (group_pk, name)
    )""",
    f"""CREATE TABLE group_papers (
        {_GROUP},
        {PAPER},
        folder_pk INTEGER REFERENCES group_folders (pk) ON DELETE SET NULL,
        added_by {FORMER},
        added_at TIMESTAMP NOT NULL,
        added_on DATE NOT NULL,
        votes INTEGER NOT NULL DEFAULT 0,
        score FLOAT NOT NULL DEFAULT 0,
        PRIMARY KEY (group_pk, paper_pk)
    )""",
    "CREATE INDEX group_papers_by_paper ON group_papers (paper_pk)",
    "CREATE INDEX group_papers_by_day ON group_papers (group_pk, added_on DESC, score DESC)",
    "CREATE INDEX group_papers_by_score ON group_papers (group_pk, score DESC)",
    f"""CREATE TABLE group_votes (
        {_GROUP},
        {PAPER},
        {READER},
        voted_at TIMESTAMP NOT NULL,
        PRIMARY KEY (group_pk, paper_pk, reader_pk)
    ) WITHOUT ROWID""",
    "CREATE INDEX group_votes_by_paper ON group_votes (paper_pk)",
    "CREATE INDEX group_votes_by_reader ON group_votes (reader_pk)",
    f"""CREATE TABLE group_notes (
        pk INTEGER PRIMARY KEY,
        {_GROUP},
        {PAPER},
        reader_pk {FORMER},
        text VARCHAR NOT NULL,
        written_at TIMESTAMP NOT NULL,
        edited_at TIMESTAMP
    )""",
    "CREATE INDEX group_notes_by_paper ON group_notes (paper_pk, group_pk)",
)

_LIBRARIES = (
    """INSERT INTO readers (name, full_name, role, is_local, created_at)
        SELECT 'local', '', 'operator', 1, min(saved_at) FROM library HAVING count(*) > 0""",
    "ALTER TABLE library RENAME TO old_library",
    f"""CREATE TABLE library (
        {READER},
        {PAPER},
        saved_at TIMESTAMP NOT NULL,
        read_at TIMESTAMP,
        note VARCHAR NOT NULL DEFAULT '',
        noted_at TIMESTAMP,
        PRIMARY KEY (reader_pk, paper_pk)
    ) WITHOUT ROWID""",
    """INSERT INTO library (reader_pk, paper_pk, saved_at)
        SELECT readers.pk, paper_pk, saved_at FROM old_library, readers WHERE readers.is_local""",
    "DROP TABLE old_library",
    "CREATE INDEX library_by_paper ON library (paper_pk)",
    "CREATE INDEX library_by_moment ON library (reader_pk, saved_at DESC, paper_pk DESC)",
    f"""CREATE TABLE library_folders (
        pk INTEGER PRIMARY KEY,
        {READER},
        name VARCHAR NOT NULL,
        UNIQUE (reader_pk, name)
    )""",
    f"""CREATE TABLE library_filings (
        folder_pk INTEGER NOT NULL REFERENCES library_folders (pk) ON DELETE CASCADE,
        {PAPER},
        PRIMARY KEY (folder_pk, paper_pk)
    ) WITHOUT ROWID""",
    "CREATE INDEX library_filings_by_paper ON library_filings (paper_pk)",
    f"""CREATE TABLE library_tags (
        {READER},
        {PAPER},
        tag VARCHAR NOT NULL,
        PRIMARY KEY (reader_pk, tag, paper_pk)
    ) WITHOUT ROWID""",
    "CREATE INDEX library_tags_by_paper ON library_tags (paper_pk)",
    f"""CREATE TABLE dismissals (
        {READER},
        {PAPER},
        made_at TIMESTAMP NOT NULL,
        PRIMARY KEY (reader_pk, paper_pk)
    ) WITHOUT ROWID""",
    "CREATE INDEX dismissals_by_paper ON dismissals (paper_pk)",
    f"""CREATE TABLE visits (
        {READER},
        {PAPER},
        visited_at TIMESTAMP NOT NULL,
        PRIMARY KEY (reader_pk, paper_pk)
    ) WITHOUT ROWID""",
    "CREATE INDEX visits_by_paper ON visits (paper_pk)",
    "CREATE INDEX visits_by_moment ON visits (reader_pk, visited_at DESC)",
    """CREATE TABLE library_choices (
        reader_pk INTEGER PRIMARY KEY REFERENCES readers (pk) ON DELETE CASCADE,
        keeps_history BOOLEAN NOT NULL DEFAULT 1,
        zotero_user VARCHAR NOT NULL DEFAULT '',
        zotero_version INTEGER NOT NULL DEFAULT 0
    )""",
)

STATEMENTS = (*_GROUPS, *_LIBRARIES)
