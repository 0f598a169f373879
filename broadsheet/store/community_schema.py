"""The statements of migration 3, "the community": readers, log, votes, discussion. `schema.py` runs them."""

from __future__ import annotations

PAPER = "paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE"
READER = "reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE"
FORMER = "INTEGER REFERENCES readers (pk) ON DELETE SET NULL"  # what a reader leaves behind stays, without a name

_READERS = (
    """CREATE TABLE readers (
        pk INTEGER PRIMARY KEY AUTOINCREMENT,
        name VARCHAR NOT NULL UNIQUE,
        full_name VARCHAR NOT NULL,
        email VARCHAR UNIQUE,
        role VARCHAR NOT NULL,
        is_local BOOLEAN NOT NULL DEFAULT 0,
        is_blocked BOOLEAN NOT NULL DEFAULT 0,
        created_at TIMESTAMP NOT NULL,
        seen_at TIMESTAMP
    )""",
    f"""CREATE TABLE identities (
        issuer VARCHAR NOT NULL,
        subject VARCHAR NOT NULL,
        {READER},
        PRIMARY KEY (issuer, subject)
    )""",
    "CREATE INDEX identities_by_reader ON identities (reader_pk)",
    """CREATE TABLE sign_in_links (
        token_hash VARCHAR PRIMARY KEY,
        email VARCHAR NOT NULL,
        reader_pk INTEGER REFERENCES readers (pk) ON DELETE CASCADE,
        browser_hash VARCHAR NOT NULL,
        lands_on VARCHAR NOT NULL,
        invitation_hash VARCHAR NOT NULL DEFAULT '',
        made_at TIMESTAMP NOT NULL,
        expires_at TIMESTAMP NOT NULL
    )""",
    f"""CREATE TABLE sessions (
        pk INTEGER PRIMARY KEY AUTOINCREMENT,
        token_hash VARCHAR NOT NULL UNIQUE,
        {READER},
        agent VARCHAR NOT NULL,
        address VARCHAR NOT NULL,
        begun_at TIMESTAMP NOT NULL,
        seen_at TIMESTAMP NOT NULL,
        expires_at TIMESTAMP NOT NULL
    )""",
    "CREATE INDEX sessions_by_reader ON sessions (reader_pk)",
    f"""CREATE TABLE api_tokens (
        pk INTEGER PRIMARY KEY,
        token_hash VARCHAR NOT NULL UNIQUE,
        {READER},
        name VARCHAR NOT NULL,
        scopes VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL,
        expires_at TIMESTAMP,
        used_at TIMESTAMP
    )""",
    "CREATE INDEX api_tokens_by_reader ON api_tokens (reader_pk)",
    f"""CREATE TABLE invitations (
        token_hash VARCHAR PRIMARY KEY,
        made_by {FORMER},
        note VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL,
        expires_at TIMESTAMP NOT NULL,
        used_at TIMESTAMP
    )""",
)

_TRENDING = (
    """CREATE TABLE category_interest (
        category VARCHAR PRIMARY KEY,
        typical FLOAT NOT NULL,
        refreshed_at TIMESTAMP NOT NULL
    )""",
)

_LISTS = (
    "CREATE INDEX papers_by_arrival ON papers (added_at, pk)",
    "CREATE INDEX papers_by_publication ON papers (published_on DESC, pk DESC)",
    # What a list tells of a paper's records stands in the index: their rows hold all that their sources said.
    "DROP INDEX records_by_paper",
    "CREATE INDEX records_by_paper ON records (paper_pk, pk, source, source_id, reason, seen_at)",
    "CREATE INDEX papers_of_the_sample ON papers (pk) WHERE is_sample = 1",
    "DROP INDEX edition_papers_by_paper",
    "CREATE INDEX edition_papers_by_paper ON edition_papers (paper_pk, edition_on)",
)

# Who did what, for readers (`is_public`) and for operators; a log is only ever added to.
_LOG = (
    """CREATE TABLE deeds (
        pk INTEGER PRIMARY KEY,
        done_at TIMESTAMP NOT NULL,
        reader_pk INTEGER,
        verb VARCHAR NOT NULL,
        subject VARCHAR NOT NULL,
        detail VARCHAR NOT NULL,
        is_public BOOLEAN NOT NULL
    )""",
    "CREATE INDEX deeds_by_public ON deeds (is_public, pk DESC)",
    """CREATE TRIGGER deeds_stay BEFORE UPDATE ON deeds
        BEGIN SELECT RAISE(ABORT, 'the log of deeds is never edited'); END""",
    """CREATE TRIGGER deeds_remain BEFORE DELETE ON deeds
        BEGIN SELECT RAISE(ABORT, 'the log of deeds is never edited'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above.
    """CREATE TRIGGER deeds_last BEFORE INSERT ON deeds WHEN EXISTS (SELECT 1 FROM deeds WHERE pk = NEW.pk)
        BEGIN SELECT RAISE(ABORT, 'the log of deeds is never edited'); END""",
)

_VOTING = (
    f"""CREATE TABLE votes (
        {PAPER},
        {READER},
        voted_at TIMESTAMP NOT NULL,
        counts BOOLEAN NOT NULL,
        PRIMARY KEY (paper_pk, reader_pk)
    ) WITHOUT ROWID""",
    "CREATE INDEX votes_by_reader ON votes (reader_pk, voted_at DESC)",
    # Why a paper is not shown to everyone: '' where it is; else 'waiting' (for a curator), 'curator', 'group'.
    "ALTER TABLE papers ADD COLUMN hidden VARCHAR NOT NULL DEFAULT ''",
    "CREATE INDEX papers_hidden ON papers (hidden) WHERE hidden <> ''",
    f"""CREATE TABLE submissions (
        pk INTEGER PRIMARY KEY,
        {PAPER},
        reader_pk {FORMER},
        note VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        reason VARCHAR NOT NULL DEFAULT '',
        made_at TIMESTAMP NOT NULL,
        decided_at TIMESTAMP,
        decided_by {FORMER}
    )""",
    "CREATE INDEX submissions_by_state ON submissions (state, pk DESC)",
    "CREATE INDEX submissions_by_paper ON submissions (paper_pk)",
    "CREATE INDEX submissions_by_reader ON submissions (reader_pk)",
    f"""CREATE TABLE leads (
        edition_on DATE PRIMARY KEY,
        {PAPER},
        made_by {FORMER},
        made_at TIMESTAMP NOT NULL
    )""",
    "CREATE INDEX leads_by_paper ON leads (paper_pk)",
    f"""CREATE TABLE claims (
        pk INTEGER PRIMARY KEY,
        {PAPER},
        {READER},
        author VARCHAR NOT NULL,
        note VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        reason VARCHAR NOT NULL DEFAULT '',
        made_at TIMESTAMP NOT NULL,
        decided_at TIMESTAMP,
        decided_by {FORMER},
        UNIQUE (paper_pk, reader_pk)
    )""",
    "CREATE INDEX claims_by_state ON claims (state, pk DESC)",
    "CREATE INDEX claims_by_reader ON claims (reader_pk)",
    f"""CREATE TABLE link_edits (
        {PAPER},
        url VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        is_removed BOOLEAN NOT NULL,
        made_by {FORMER},
        made_at TIMESTAMP NOT NULL,
        PRIMARY KEY (paper_pk, url)
    )""",
)

_DISCUSSION = (
    f"""CREATE TABLE comments (
        pk INTEGER PRIMARY KEY,
        {PAPER},
        parent_pk INTEGER REFERENCES comments (pk) ON DELETE SET NULL,
        thread_pk INTEGER,
        reader_pk {FORMER},
        text VARCHAR NOT NULL,
        html VARCHAR NOT NULL,
        is_author BOOLEAN NOT NULL DEFAULT 0,
        ups INTEGER NOT NULL DEFAULT 0,
        downs INTEGER NOT NULL DEFAULT 0,
        score FLOAT NOT NULL DEFAULT 0,
        written_at TIMESTAMP NOT NULL,
        edited_at TIMESTAMP,
        deleted_at TIMESTAMP,
        deleted_by VARCHAR NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX comments_by_paper ON comments (paper_pk, thread_pk)",
    "CREATE INDEX comments_by_parent ON comments (parent_pk)",
    "CREATE INDEX comments_by_reader ON comments (reader_pk, pk DESC)",
    """CREATE TABLE comment_versions (
        pk INTEGER PRIMARY KEY,
        comment_pk INTEGER NOT NULL REFERENCES comments (pk) ON DELETE CASCADE,
        text VARCHAR NOT NULL,
        written_at TIMESTAMP NOT NULL
    )""",
    "CREATE INDEX comment_versions_by_comment ON comment_versions (comment_pk)",
    f"""CREATE TABLE comment_votes (
        comment_pk INTEGER NOT NULL REFERENCES comments (pk) ON DELETE CASCADE,
        {READER},
        value INTEGER NOT NULL,
        PRIMARY KEY (comment_pk, reader_pk)
    ) WITHOUT ROWID""",
    "CREATE INDEX comment_votes_by_reader ON comment_votes (reader_pk)",
    f"""CREATE TABLE comment_flags (
        comment_pk INTEGER NOT NULL REFERENCES comments (pk) ON DELETE CASCADE,
        {READER},
        reason VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL,
        settled_at TIMESTAMP,
        PRIMARY KEY (comment_pk, reader_pk)
    )""",
    "CREATE INDEX comment_flags_by_reader ON comment_flags (reader_pk)",
    f"""CREATE TABLE notices (
        pk INTEGER PRIMARY KEY,
        {READER},
        comment_pk INTEGER NOT NULL REFERENCES comments (pk) ON DELETE CASCADE,
        kind VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL,
        seen_at TIMESTAMP,
        UNIQUE (reader_pk, comment_pk)
    )""",
    "CREATE INDEX notices_by_comment ON notices (comment_pk)",
    "CREATE INDEX notices_unseen ON notices (reader_pk) WHERE seen_at IS NULL",
)

STATEMENTS = (*_READERS, *_TRENDING, *_LISTS, *_LOG, *_VOTING, *_DISCUSSION)
