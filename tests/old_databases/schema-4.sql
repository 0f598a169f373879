BEGIN TRANSACTION;
CREATE TABLE alarms (
                name VARCHAR PRIMARY KEY,
                detail VARCHAR NOT NULL,
                raised_at TIMESTAMP NOT NULL,
                cleared_at TIMESTAMP
            );
CREATE TABLE announced_papers (
                announced_on DATE NOT NULL,
                category VARCHAR NOT NULL,
                source VARCHAR NOT NULL,
                arxiv_id VARCHAR NOT NULL,
                kind VARCHAR NOT NULL,
                PRIMARY KEY (announced_on, category, source, arxiv_id)
            );
CREATE TABLE announcements (
                announced_on DATE NOT NULL,
                category VARCHAR NOT NULL,
                source VARCHAR NOT NULL,
                stated INTEGER,
                seen_at TIMESTAMP NOT NULL,
                PRIMARY KEY (announced_on, category, source)
            );
CREATE TABLE api_tokens (
        pk INTEGER PRIMARY KEY,
        token_hash VARCHAR NOT NULL UNIQUE,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        name VARCHAR NOT NULL,
        scopes VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL,
        expires_at TIMESTAMP,
        used_at TIMESTAMP
    );
CREATE TABLE category_interest (
        category VARCHAR PRIMARY KEY,
        typical FLOAT NOT NULL,
        refreshed_at TIMESTAMP NOT NULL
    );
CREATE TABLE claims (
        pk INTEGER PRIMARY KEY,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        author VARCHAR NOT NULL,
        note VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        reason VARCHAR NOT NULL DEFAULT '',
        made_at TIMESTAMP NOT NULL,
        decided_at TIMESTAMP,
        decided_by INTEGER REFERENCES readers (pk) ON DELETE SET NULL,
        UNIQUE (paper_pk, reader_pk)
    );
CREATE TABLE comment_flags (
        comment_pk INTEGER NOT NULL REFERENCES comments (pk) ON DELETE CASCADE,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        reason VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL,
        settled_at TIMESTAMP,
        PRIMARY KEY (comment_pk, reader_pk)
    );
CREATE TABLE comment_versions (
        pk INTEGER PRIMARY KEY,
        comment_pk INTEGER NOT NULL REFERENCES comments (pk) ON DELETE CASCADE,
        text VARCHAR NOT NULL,
        written_at TIMESTAMP NOT NULL
    );
CREATE TABLE comment_votes (
        comment_pk INTEGER NOT NULL REFERENCES comments (pk) ON DELETE CASCADE,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        value INTEGER NOT NULL,
        PRIMARY KEY (comment_pk, reader_pk)
    ) WITHOUT ROWID;
CREATE TABLE comments (
        pk INTEGER PRIMARY KEY,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        parent_pk INTEGER REFERENCES comments (pk) ON DELETE SET NULL,
        thread_pk INTEGER,
        reader_pk INTEGER REFERENCES readers (pk) ON DELETE SET NULL,
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
    );
CREATE TABLE curations (
                pk INTEGER PRIMARY KEY,
                verb VARCHAR NOT NULL,
                one VARCHAR NOT NULL,
                other VARCHAR NOT NULL,
                made_by VARCHAR NOT NULL,
                made_at TIMESTAMP NOT NULL
            );
CREATE TABLE deeds (
        pk INTEGER PRIMARY KEY,
        done_at TIMESTAMP NOT NULL,
        reader_pk INTEGER,
        verb VARCHAR NOT NULL,
        subject VARCHAR NOT NULL,
        detail VARCHAR NOT NULL,
        is_public BOOLEAN NOT NULL
    );
CREATE TABLE delivered (
        subscriber_pk INTEGER NOT NULL REFERENCES subscribers (pk) ON DELETE CASCADE,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        PRIMARY KEY (subscriber_pk, paper_pk)
    ) WITHOUT ROWID;
CREATE TABLE deliveries (
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
    );
CREATE TABLE dismissals (
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        made_at TIMESTAMP NOT NULL,
        PRIMARY KEY (reader_pk, paper_pk)
    ) WITHOUT ROWID;
CREATE TABLE edition_papers (
                edition_on DATE NOT NULL,
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
                score FLOAT NOT NULL,
                is_late BOOLEAN NOT NULL DEFAULT 0,
                PRIMARY KEY (edition_on, paper_pk)
            );
INSERT INTO "edition_papers" VALUES('2025-06-01',2,0.0,0);
INSERT INTO "edition_papers" VALUES('2026-03-02',1,1.16136800223497482775e+00,0);
INSERT INTO "edition_papers" VALUES('2026-03-04',3,0.0,0);
CREATE TABLE editions (
                edition_on DATE PRIMARY KEY,
                pressed_at TIMESTAMP NOT NULL,
                checked_at TIMESTAMP NOT NULL,
                announced INTEGER,
                arrived INTEGER NOT NULL
            );
CREATE TABLE facts (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
INSERT INTO "facts" VALUES('revision','5');
INSERT INTO "facts" VALUES('queued','4');
CREATE TABLE group_folders (
        pk INTEGER PRIMARY KEY,
        group_pk INTEGER NOT NULL REFERENCES groups (pk) ON DELETE CASCADE,
        name VARCHAR NOT NULL,
        UNIQUE (group_pk, name)
    );
CREATE TABLE group_invitations (
        token_hash VARCHAR PRIMARY KEY,
        group_pk INTEGER NOT NULL REFERENCES groups (pk) ON DELETE CASCADE,
        made_by INTEGER REFERENCES readers (pk) ON DELETE SET NULL,
        made_at TIMESTAMP NOT NULL,
        expires_at TIMESTAMP NOT NULL,
        uses_left INTEGER NOT NULL
    );
CREATE TABLE group_members (
        group_pk INTEGER NOT NULL REFERENCES groups (pk) ON DELETE CASCADE,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        role VARCHAR NOT NULL,
        joined_at TIMESTAMP NOT NULL,
        PRIMARY KEY (group_pk, reader_pk)
    ) WITHOUT ROWID;
CREATE TABLE group_notes (
        pk INTEGER PRIMARY KEY,
        group_pk INTEGER NOT NULL REFERENCES groups (pk) ON DELETE CASCADE,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        reader_pk INTEGER REFERENCES readers (pk) ON DELETE SET NULL,
        text VARCHAR NOT NULL,
        written_at TIMESTAMP NOT NULL,
        edited_at TIMESTAMP
    );
CREATE TABLE group_papers (
        group_pk INTEGER NOT NULL REFERENCES groups (pk) ON DELETE CASCADE,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        folder_pk INTEGER REFERENCES group_folders (pk) ON DELETE SET NULL,
        added_by INTEGER REFERENCES readers (pk) ON DELETE SET NULL,
        added_at TIMESTAMP NOT NULL,
        added_on DATE NOT NULL,
        votes INTEGER NOT NULL DEFAULT 0,
        score FLOAT NOT NULL DEFAULT 0,
        PRIMARY KEY (group_pk, paper_pk)
    );
CREATE TABLE group_votes (
        group_pk INTEGER NOT NULL REFERENCES groups (pk) ON DELETE CASCADE,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        voted_at TIMESTAMP NOT NULL,
        PRIMARY KEY (group_pk, paper_pk, reader_pk)
    ) WITHOUT ROWID;
CREATE TABLE groups (
        pk INTEGER PRIMARY KEY,
        name VARCHAR NOT NULL UNIQUE,
        title VARCHAR NOT NULL,
        about VARCHAR NOT NULL,
        is_public BOOLEAN NOT NULL,
        made_at TIMESTAMP NOT NULL
    );
CREATE TABLE identities (
        issuer VARCHAR NOT NULL,
        subject VARCHAR NOT NULL,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        PRIMARY KEY (issuer, subject)
    );
CREATE TABLE index_queue (position INTEGER PRIMARY KEY, paper_pk INTEGER NOT NULL);
INSERT INTO "index_queue" VALUES(4,3);
CREATE TABLE invitations (
        token_hash VARCHAR PRIMARY KEY,
        made_by INTEGER REFERENCES readers (pk) ON DELETE SET NULL,
        note VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL,
        expires_at TIMESTAMP NOT NULL,
        used_at TIMESTAMP
    );
CREATE TABLE leads (
        edition_on DATE PRIMARY KEY,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        made_by INTEGER REFERENCES readers (pk) ON DELETE SET NULL,
        made_at TIMESTAMP NOT NULL
    );
CREATE TABLE library (
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        saved_at TIMESTAMP NOT NULL,
        read_at TIMESTAMP,
        note VARCHAR NOT NULL DEFAULT '',
        noted_at TIMESTAMP,
        PRIMARY KEY (reader_pk, paper_pk)
    ) WITHOUT ROWID;
INSERT INTO "library" VALUES(1,1,'2026-03-04 05:06:07.000000',NULL,'',NULL);
CREATE TABLE library_choices (
        reader_pk INTEGER PRIMARY KEY REFERENCES readers (pk) ON DELETE CASCADE,
        keeps_history BOOLEAN NOT NULL DEFAULT 1,
        zotero_user VARCHAR NOT NULL DEFAULT '',
        zotero_version INTEGER NOT NULL DEFAULT 0
    );
CREATE TABLE library_filings (
        folder_pk INTEGER NOT NULL REFERENCES library_folders (pk) ON DELETE CASCADE,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        PRIMARY KEY (folder_pk, paper_pk)
    ) WITHOUT ROWID;
CREATE TABLE library_folders (
        pk INTEGER PRIMARY KEY,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        name VARCHAR NOT NULL,
        UNIQUE (reader_pk, name)
    );
CREATE TABLE library_tags (
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        tag VARCHAR NOT NULL,
        PRIMARY KEY (reader_pk, tag, paper_pk)
    ) WITHOUT ROWID;
CREATE TABLE link_blocks (
                block BIGINT NOT NULL,
                member BIGINT NOT NULL,
                PRIMARY KEY (block, member)
            ) WITHOUT ROWID;
CREATE TABLE link_edits (
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        url VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        is_removed BOOLEAN NOT NULL,
        made_by INTEGER REFERENCES readers (pk) ON DELETE SET NULL,
        made_at TIMESTAMP NOT NULL,
        PRIMARY KEY (paper_pk, url)
    );
CREATE TABLE messages (
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
    );
CREATE TABLE migrations (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL);
INSERT INTO "migrations" VALUES(1,'the ground floor','2026-03-04 17:00:00.000000');
INSERT INTO "migrations" VALUES(2,'the wires','2026-03-04 12:00:00.000000');
INSERT INTO "migrations" VALUES(3,'the community','2026-03-05 00:00:00.000000');
INSERT INTO "migrations" VALUES(4,'delivery','2026-03-05 00:00:00.000000');
CREATE TABLE notices (
        pk INTEGER PRIMARY KEY,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        comment_pk INTEGER NOT NULL REFERENCES comments (pk) ON DELETE CASCADE,
        kind VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL,
        seen_at TIMESTAMP,
        UNIQUE (reader_pk, comment_pk)
    );
CREATE TABLE own_feeds (
        pk INTEGER PRIMARY KEY,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        kind VARCHAR NOT NULL,
        value VARCHAR NOT NULL,
        feed_from TIMESTAMP NOT NULL,
        UNIQUE (reader_pk, kind, value)
    );
CREATE TABLE paper_authors (
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                name VARCHAR NOT NULL,
                PRIMARY KEY (paper_pk, position)
            );
INSERT INTO "paper_authors" VALUES(2,1,'Bo Ferry');
INSERT INTO "paper_authors" VALUES(1,1,'Ada Quill');
INSERT INTO "paper_authors" VALUES(1,2,'José Núñez');
CREATE TABLE paper_categories (
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                category VARCHAR NOT NULL,
                PRIMARY KEY (paper_pk, position)
            );
INSERT INTO "paper_categories" VALUES(1,1,'cs.CL');
INSERT INTO "paper_categories" VALUES(1,2,'cs.LG');
CREATE TABLE paper_keys (
                key VARCHAR PRIMARY KEY,
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE
            );
INSERT INTO "paper_keys" VALUES('daily-page:0a1b2c3d4e5f60718293',1);
INSERT INTO "paper_keys" VALUES('content:e107834007fadbd50a41',1);
INSERT INTO "paper_keys" VALUES('arxiv:2602.00001',1);
INSERT INTO "paper_keys" VALUES('hub:2602.00001',1);
INSERT INTO "paper_keys" VALUES('doi:10.1000/tides',2);
INSERT INTO "paper_keys" VALUES('csl:quill2025',2);
INSERT INTO "paper_keys" VALUES('content:740c599c00e2f13707cc',2);
INSERT INTO "paper_keys" VALUES('id:p-e107834007fa',1);
INSERT INTO "paper_keys" VALUES('sample:feedc0de',3);
INSERT INTO "paper_keys" VALUES('content:a4e4b6b35c107ddeafd8',3);
CREATE TABLE paper_links (
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                kind VARCHAR NOT NULL,
                url VARCHAR NOT NULL,
                PRIMARY KEY (paper_pk, position)
            );
INSERT INTO "paper_links" VALUES(1,1,'abs','https://example.org/abs/1');
INSERT INTO "paper_links" VALUES(1,2,'code','https://example.org/code/1');
CREATE TABLE papers (
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
            , hidden VARCHAR NOT NULL DEFAULT '');
INSERT INTO "papers" VALUES(1,'2602.00001','Lamps of the outer harbour','We count the lamps; it''s $\ell_1$ “quoted”.','In short: lamps.',2,'Harbour Lab','2026-02-27','["lamps", "tides"]','',12,3,0,0,'2026-03-02',3.22875653716520673698e+02,0,'2026-03-04 17:00:00.000000','');
INSERT INTO "papers" VALUES(2,'10.1000/tides','A table of tides','','',NULL,'','2025-06-01','[]','Proc. of Tides',0,0,0,0,NULL,2.8257142857142855518e+02,0,'2026-03-04 17:00:00.000000','');
INSERT INTO "papers" VALUES(3,'p-a4e4b6b35c10','A whale, for show','','Of the sample.',NULL,'',NULL,'[]','',0,0,0,0,'2026-03-04',322.0,1,'2026-03-04 17:00:00.000000','');
CREATE TABLE readers (
        pk INTEGER PRIMARY KEY AUTOINCREMENT,
        name VARCHAR NOT NULL UNIQUE,
        full_name VARCHAR NOT NULL,
        email VARCHAR UNIQUE,
        role VARCHAR NOT NULL,
        is_local BOOLEAN NOT NULL DEFAULT 0,
        is_blocked BOOLEAN NOT NULL DEFAULT 0,
        created_at TIMESTAMP NOT NULL,
        seen_at TIMESTAMP
    );
INSERT INTO "readers" VALUES(1,'local','',NULL,'operator',1,0,'2026-03-04 05:06:07.000000',NULL);
CREATE TABLE records (
                pk INTEGER PRIMARY KEY,
                paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
                source VARCHAR NOT NULL,
                source_id VARCHAR NOT NULL,
                digest VARCHAR NOT NULL UNIQUE,
                payload VARCHAR NOT NULL,
                seen_at TIMESTAMP NOT NULL
            , reason VARCHAR NOT NULL DEFAULT '');
INSERT INTO "records" VALUES(1,1,'daily-page','0a1b2c3d4e5f60718293','ce47eecaa807da7d8d3be184773780cd','{"source":"daily-page","source_id":"0a1b2c3d4e5f60718293","title":"Lamps of the outer harbour","abstract":"We count the lamps; it''s $\\ell_1$ “quoted”.","summary":"","authors":[],"author_count":2,"organization":"","published_on":"2026-02-27","edition_on":"2026-03-02","categories":[],"keywords":[],"upvotes":0,"comments":3,"links":[],"arxiv_id":null,"doi":null,"openreview_id":null,"venue":""}','2026-03-04 17:00:00.000000','');
INSERT INTO "records" VALUES(2,1,'hub','2602.00001','8dbcd3b9656fa1076634a2c477c2e505','{"source":"hub","source_id":"2602.00001","title":"Lamps of the outer harbour","abstract":"We count the lamps; it''s $\\ell_1$ “quoted”.","summary":"In short: lamps.","authors":["Ada Quill","José Núñez"],"author_count":null,"organization":"Harbour Lab","published_on":"2026-02-27","edition_on":"2026-03-02","categories":["cs.CL","cs.LG"],"keywords":["lamps","tides"],"upvotes":12,"comments":3,"links":[{"kind":"abs","url":"https://example.org/abs/1"},{"kind":"code","url":"https://example.org/code/1"}],"arxiv_id":"2602.00001","doi":null,"openreview_id":null,"venue":""}','2026-03-04 17:00:00.000000','');
INSERT INTO "records" VALUES(3,2,'csl','quill2025','9d8fbf9c7d1cb7dec83fc7c928d61cfe','{"source":"csl","source_id":"quill2025","title":"A table of tides","abstract":"","summary":"","authors":["Bo Ferry"],"author_count":null,"organization":"","published_on":"2025-06-01","edition_on":null,"categories":[],"keywords":[],"upvotes":0,"comments":0,"links":[],"arxiv_id":null,"doi":"10.1000/tides","openreview_id":null,"venue":"Proc. of Tides"}','2026-03-04 17:00:00.000000','');
INSERT INTO "records" VALUES(4,3,'sample','feedc0de','d4a1e7a3b55a309a7eb0b39f19d7215a','{"source":"sample","source_id":"feedc0de","title":"A whale, for show","abstract":"","summary":"Of the sample.","authors":[],"author_count":null,"organization":"","published_on":null,"edition_on":"2026-03-04","categories":[],"keywords":[],"upvotes":0,"comments":0,"links":[],"arxiv_id":null,"doi":null,"openreview_id":null,"venue":""}','2026-03-04 17:00:00.000000','');
CREATE TABLE runs (
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
            );
CREATE TABLE saved_searches (
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
    );
CREATE TABLE sessions (
        pk INTEGER PRIMARY KEY AUTOINCREMENT,
        token_hash VARCHAR NOT NULL UNIQUE,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        agent VARCHAR NOT NULL,
        address VARCHAR NOT NULL,
        begun_at TIMESTAMP NOT NULL,
        seen_at TIMESTAMP NOT NULL,
        expires_at TIMESTAMP NOT NULL
    );
CREATE TABLE set_aside (
                pk INTEGER PRIMARY KEY,
                origin VARCHAR NOT NULL,
                line INTEGER NOT NULL,
                reason VARCHAR NOT NULL,
                excerpt VARCHAR NOT NULL,
                seen_at TIMESTAMP NOT NULL,
                UNIQUE (origin, line, reason)
            );
INSERT INTO "set_aside" VALUES(1,'old.bib',7,'no title','@article{x,','2026-03-04 17:00:00.000000');
CREATE TABLE sign_in_links (
        token_hash VARCHAR PRIMARY KEY,
        email VARCHAR NOT NULL,
        reader_pk INTEGER REFERENCES readers (pk) ON DELETE CASCADE,
        browser_hash VARCHAR NOT NULL,
        lands_on VARCHAR NOT NULL,
        invitation_hash VARCHAR NOT NULL DEFAULT '',
        made_at TIMESTAMP NOT NULL,
        expires_at TIMESTAMP NOT NULL
    );
CREATE TABLE source_cursors (
                source VARCHAR PRIMARY KEY,
                cursor VARCHAR NOT NULL,
                moved_at TIMESTAMP NOT NULL
            );
CREATE TABLE submissions (
        pk INTEGER PRIMARY KEY,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        reader_pk INTEGER REFERENCES readers (pk) ON DELETE SET NULL,
        note VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        reason VARCHAR NOT NULL DEFAULT '',
        made_at TIMESTAMP NOT NULL,
        decided_at TIMESTAMP,
        decided_by INTEGER REFERENCES readers (pk) ON DELETE SET NULL
    );
CREATE TABLE subscribers (
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
    );
CREATE TABLE subscriptions (
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
    );
CREATE TABLE visits (
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        visited_at TIMESTAMP NOT NULL,
        PRIMARY KEY (reader_pk, paper_pk)
    ) WITHOUT ROWID;
CREATE TABLE votes (
        paper_pk INTEGER NOT NULL REFERENCES papers (pk) ON DELETE CASCADE,
        reader_pk INTEGER NOT NULL REFERENCES readers (pk) ON DELETE CASCADE,
        voted_at TIMESTAMP NOT NULL,
        counts BOOLEAN NOT NULL,
        PRIMARY KEY (paper_pk, reader_pk)
    ) WITHOUT ROWID;
CREATE TABLE webhooks (
        pk INTEGER PRIMARY KEY,
        name VARCHAR NOT NULL,
        target VARCHAR NOT NULL,
        events VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL
    );
CREATE INDEX papers_by_hotness ON papers (hotness DESC, pk DESC);
CREATE INDEX paper_keys_by_paper ON paper_keys (paper_pk);
CREATE INDEX edition_papers_by_score ON edition_papers (edition_on, score DESC, paper_pk);
CREATE INDEX runs_by_job ON runs (job, pk DESC);
CREATE INDEX announced_papers_by_id ON announced_papers (arxiv_id);
CREATE INDEX identities_by_reader ON identities (reader_pk);
CREATE INDEX sessions_by_reader ON sessions (reader_pk);
CREATE INDEX api_tokens_by_reader ON api_tokens (reader_pk);
CREATE INDEX papers_by_arrival ON papers (added_at, pk);
CREATE INDEX papers_by_publication ON papers (published_on DESC, pk DESC);
CREATE INDEX records_by_paper ON records (paper_pk, pk, source, source_id, reason, seen_at);
CREATE INDEX papers_of_the_sample ON papers (pk) WHERE is_sample = 1;
CREATE INDEX edition_papers_by_paper ON edition_papers (paper_pk, edition_on);
CREATE INDEX deeds_by_public ON deeds (is_public, pk DESC);
CREATE TRIGGER deeds_stay BEFORE UPDATE ON deeds
        BEGIN SELECT RAISE(ABORT, 'the log of deeds is never edited'); END;
CREATE TRIGGER deeds_remain BEFORE DELETE ON deeds
        BEGIN SELECT RAISE(ABORT, 'the log of deeds is never edited'); END;
CREATE TRIGGER deeds_last BEFORE INSERT ON deeds WHEN EXISTS (SELECT 1 FROM deeds WHERE pk = NEW.pk)
        BEGIN SELECT RAISE(ABORT, 'the log of deeds is never edited'); END;
CREATE INDEX votes_by_reader ON votes (reader_pk, voted_at DESC);
CREATE INDEX papers_hidden ON papers (hidden) WHERE hidden <> '';
CREATE INDEX submissions_by_state ON submissions (state, pk DESC);
CREATE INDEX submissions_by_paper ON submissions (paper_pk);
CREATE INDEX submissions_by_reader ON submissions (reader_pk);
CREATE INDEX leads_by_paper ON leads (paper_pk);
CREATE INDEX claims_by_state ON claims (state, pk DESC);
CREATE INDEX claims_by_reader ON claims (reader_pk);
CREATE INDEX comments_by_paper ON comments (paper_pk, thread_pk);
CREATE INDEX comments_by_parent ON comments (parent_pk);
CREATE INDEX comments_by_reader ON comments (reader_pk, pk DESC);
CREATE INDEX comment_versions_by_comment ON comment_versions (comment_pk);
CREATE INDEX comment_votes_by_reader ON comment_votes (reader_pk);
CREATE INDEX comment_flags_by_reader ON comment_flags (reader_pk);
CREATE INDEX notices_by_comment ON notices (comment_pk);
CREATE INDEX notices_unseen ON notices (reader_pk) WHERE seen_at IS NULL;
CREATE INDEX group_members_by_reader ON group_members (reader_pk);
CREATE INDEX group_invitations_by_group ON group_invitations (group_pk);
CREATE INDEX group_papers_by_paper ON group_papers (paper_pk);
CREATE INDEX group_papers_by_day ON group_papers (group_pk, added_on DESC, score DESC);
CREATE INDEX group_papers_by_score ON group_papers (group_pk, score DESC);
CREATE INDEX group_votes_by_paper ON group_votes (paper_pk);
CREATE INDEX group_votes_by_reader ON group_votes (reader_pk);
CREATE INDEX group_notes_by_paper ON group_notes (paper_pk, group_pk);
CREATE INDEX library_by_paper ON library (paper_pk);
CREATE INDEX library_by_moment ON library (reader_pk, saved_at DESC, paper_pk DESC);
CREATE INDEX library_filings_by_paper ON library_filings (paper_pk);
CREATE INDEX library_tags_by_paper ON library_tags (paper_pk);
CREATE INDEX dismissals_by_paper ON dismissals (paper_pk);
CREATE INDEX visits_by_paper ON visits (paper_pk);
CREATE INDEX visits_by_moment ON visits (reader_pk, visited_at DESC);
CREATE INDEX messages_by_turn ON messages (state, is_bulk, next_at, pk);
CREATE INDEX messages_by_address ON messages (address, state);
CREATE INDEX subscribers_by_mailbox ON subscribers (mailbox, asked_at);
CREATE INDEX subscriptions_by_turn ON subscriptions (next_at);
CREATE INDEX subscriptions_by_reader ON subscriptions (reader_pk) WHERE reader_pk IS NOT NULL;
CREATE INDEX delivered_by_paper ON delivered (paper_pk);
CREATE INDEX saved_searches_announced ON saved_searches (told_pk) WHERE is_announced;
CREATE INDEX deliveries_by_turn ON deliveries (state, next_at);
CREATE INDEX deliveries_by_webhook ON deliveries (webhook_pk, state, next_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('readers',1);
COMMIT;
