-- The store of warta. Times are milliseconds since the epoch, UTC, unless a column says otherwise; offsets are seconds
-- east of UTC. 64-bit hashes are kept as signed integers of the same bits.

-- Single values: store_id, authority, tag.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What is remembered of each feed between two refreshes. A feed that left feeds.toml keeps its row (wanted = 0),
-- for its reports stay published.
CREATE TABLE feeds (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT,
    url                 TEXT    NOT NULL UNIQUE,
    wanted              INTEGER NOT NULL DEFAULT 1,
    paused              INTEGER NOT NULL DEFAULT 0,
    current_url         TEXT,
    redirect_to         TEXT,
    redirect_first_seen INTEGER,
    redirect_count      INTEGER NOT NULL DEFAULT 0,
    state               TEXT    NOT NULL,
    failures            INTEGER NOT NULL DEFAULT 0,
    failing_since       INTEGER,
    last_check          INTEGER,
    last_ok             INTEGER,
    last_new            INTEGER,
    last_full           INTEGER,
    last_status         INTEGER,
    last_error          TEXT,
    next_check          INTEGER NOT NULL,
    next_check_why      TEXT    NOT NULL,
    hold_until          INTEGER,
    validators          TEXT    NOT NULL, -- JSON of model::Validators
    hints               TEXT    NOT NULL, -- JSON of model::Hints
    body_hash           BLOB,             -- xxh3-128, 16 bytes, big-endian
    identity            TEXT    NOT NULL,
    repairs             INTEGER NOT NULL DEFAULT 0,
    format              TEXT,
    title               TEXT,
    home_page_url       TEXT,
    language            TEXT,
    document_id         TEXT,
    rights              TEXT,
    hub                 TEXT,             -- where its last document says that it is pushed from
    topic               TEXT,             -- and the address under which the hub knows it
    other_hubs          TEXT    NOT NULL DEFAULT '', -- those it names beside, in the order of trying, blanks between
    first_document      INTEGER,
    taken_down          INTEGER,          -- since when all of it is
    items               INTEGER NOT NULL DEFAULT 0 -- reports stored of it
) STRICT;
CREATE INDEX feeds_due ON feeds (next_check)
    WHERE wanted = 1 AND paused = 0 AND state IN ('active', 'backing_off');
CREATE INDEX feeds_offered ON feeds (id) WHERE hub IS NOT NULL;
CREATE INDEX feeds_checked ON feeds (last_check)
    WHERE wanted = 1 AND paused = 0 AND state IN ('active', 'backing_off');

-- Sections as configured, and "all". A section that left feeds.toml keeps its row, so that its address answers 410.
CREATE TABLE sections (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    in_all     INTEGER NOT NULL,
    removed_at INTEGER,
    revision   INTEGER NOT NULL DEFAULT 1, -- moves whenever something shown may have changed
    archives   INTEGER NOT NULL DEFAULT 0, -- archive documents that it ever had: their numbers are never given twice
    feed_id    TEXT    NOT NULL,           -- path of the tag: IRI that its outputs carry, frozen
    opened     INTEGER NOT NULL            -- when it first stood in feeds.toml: what an empty one says of its age
) STRICT;

-- Ids that sections had before, so that their addresses lead to them for good. None is the id of a section of now.
CREATE TABLE former_sections (
    name    TEXT PRIMARY KEY,
    section INTEGER NOT NULL REFERENCES sections (id)
) STRICT, WITHOUT ROWID;

-- Which feeds stand in which section ("all" included).
CREATE TABLE feed_sections (
    feed    INTEGER NOT NULL REFERENCES feeds (id),
    section INTEGER NOT NULL REFERENCES sections (id),
    PRIMARY KEY (feed, section)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_sections_section ON feed_sections (section);

-- What outputs show as one: its published id is frozen when it is opened.
CREATE TABLE entries (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id TEXT    NOT NULL UNIQUE, -- an absolute IRI, or a path that reading puts behind `tag:AUTHORITY:`
    story     INTEGER NOT NULL         -- the entry that opened its story: itself, as long as it stands alone
) STRICT;
CREATE INDEX entries_story ON entries (story) WHERE story <> id;

-- Stories that two or more entries tell; the number is that of the entry that opened it.
CREATE TABLE stories (
    id        INTEGER PRIMARY KEY REFERENCES entries (id),
    slug      TEXT    NOT NULL, -- of its page, frozen
    opened_at INTEGER NOT NULL
) STRICT;

-- Story numbers that were given up when stories were joined; their pages answer 301.
CREATE TABLE story_aliases (
    old   INTEGER PRIMARY KEY,
    story INTEGER NOT NULL
) STRICT;

-- One feed's stored copy of an item, narrow: what lists, look-ups and decisions need. Its number is its arrival.
CREATE TABLE reports (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    feed           INTEGER NOT NULL REFERENCES feeds (id),
    entry          INTEGER NOT NULL REFERENCES entries (id),
    first_seen     INTEGER NOT NULL,
    identity       TEXT    NOT NULL, -- the match by which it was told to be new
    origin_id      TEXT    NOT NULL,
    url            TEXT,
    canonical_url  TEXT,
    title          TEXT    NOT NULL,
    content_hash   INTEGER NOT NULL,
    item_hash      INTEGER NOT NULL,
    published      INTEGER NOT NULL, -- frozen
    published_east INTEGER NOT NULL, -- offset
    own_date       INTEGER NOT NULL, -- 0: published is first-seen
    modified       INTEGER,
    modified_east  INTEGER NOT NULL DEFAULT 0,
    left_out       TEXT,             -- stored, shown in no output, for this reason
    ruled          INTEGER NOT NULL DEFAULT 0 -- what rules say of where it stands: a sum of store/verdicts.rs
) STRICT;
CREATE INDEX reports_entry ON reports (entry);
CREATE INDEX reports_feed ON reports (feed, first_seen);
CREATE INDEX reports_published ON reports (published) WHERE left_out IS NULL;
CREATE INDEX reports_left_out ON reports (feed, left_out) WHERE left_out IS NOT NULL;

-- The cleaned item of a report. The JSON stands first, so that lists never touch the pages of the contents.
CREATE TABLE bodies (
    report       INTEGER PRIMARY KEY REFERENCES reports (id),
    item         TEXT NOT NULL, -- JSON of model::Item without the three below
    content_html TEXT,
    summary_html TEXT,
    content_text TEXT
) STRICT;

-- The item as it came, so that a new cleaning policy can clean it anew.
CREATE TABLE raws (
    report         INTEGER PRIMARY KEY REFERENCES reports (id),
    policy_version INTEGER NOT NULL, -- of the policy that made `bodies` of it
    item           TEXT    NOT NULL  -- JSON of model::ParsedItem
) STRICT;

-- By what a report is found again, for every match: xxh3-64 of scope (a feed or everywhere) and value.
CREATE TABLE report_keys (
    match  TEXT    NOT NULL,
    hash   INTEGER NOT NULL,
    report INTEGER NOT NULL REFERENCES reports (id),
    PRIMARY KEY (match, hash, report)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_keys_report ON report_keys (report);

-- Where an entry stands in a section: behind the report that brought it there, which leads it there. Always the oldest
-- report of the entry among the section's feeds that is not left out, so the order is that of arrival, for good.
CREATE TABLE places (
    section  INTEGER NOT NULL REFERENCES sections (id),
    report   INTEGER NOT NULL, -- no foreign key: it would want an index that nothing else asks
    entry    INTEGER NOT NULL REFERENCES entries (id),
    archived INTEGER NOT NULL DEFAULT 0, -- whether archive_entries has it
    PRIMARY KEY (section, report)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX places_entry ON places (entry, section);
CREATE INDEX places_waiting ON places (section, report) WHERE archived = 0;

-- Archive documents (RFC 5005) of a section.
CREATE TABLE archives (
    section     INTEGER NOT NULL REFERENCES sections (id),
    n           INTEGER NOT NULL,
    revision    INTEGER NOT NULL, -- of the section, when this document last changed
    newest      INTEGER NOT NULL, -- when the last of what it holds arrived
    last_report INTEGER NOT NULL, -- and its place
    PRIMARY KEY (section, n)
) STRICT, WITHOUT ROWID;

-- Which document an entry stands in, for good.
CREATE TABLE archive_entries (
    section INTEGER NOT NULL REFERENCES sections (id),
    entry   INTEGER NOT NULL REFERENCES entries (id),
    n       INTEGER NOT NULL,
    PRIMARY KEY (section, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX archive_entries_document ON archive_entries (section, n);
CREATE INDEX archive_entries_entry ON archive_entries (entry);

-- What a reader would have seen before a change: bounded per report.
CREATE TABLE revisions (
    report       INTEGER NOT NULL REFERENCES reports (id),
    at           INTEGER NOT NULL, -- until when it stood so
    title        TEXT    NOT NULL,
    content_hash INTEGER NOT NULL,
    PRIMARY KEY (report, at)
) STRICT, WITHOUT ROWID;

-- What the operator's rules say of a report, beside the item as it came, so that changed rules can be applied anew.
-- A report of which they say nothing has no row.
CREATE TABLE verdicts (
    report   INTEGER PRIMARY KEY REFERENCES reports (id),
    verdict  TEXT    NOT NULL, -- JSON of model::Verdict
    left_out TEXT              -- of one that is dropped: why it would be left out without that
) STRICT;

-- In which sections rules let a report stand (1) or not (0), whatever the sections of its feed.
CREATE TABLE verdict_sections (
    report  INTEGER NOT NULL REFERENCES reports (id),
    section INTEGER NOT NULL REFERENCES sections (id),
    stands  INTEGER NOT NULL,
    PRIMARY KEY (report, section)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_sections_section ON verdict_sections (section);

-- What people decided (split, join): kept through every later poll.
CREATE TABLE decisions (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    kind   TEXT    NOT NULL,
    entry  INTEGER REFERENCES entries (id),
    other  INTEGER REFERENCES entries (id),
    undone INTEGER
) STRICT;

-- The decision trail of a report, for `why`: bounded per report.
CREATE TABLE trail (
    report INTEGER NOT NULL REFERENCES reports (id),
    n      INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    kind   TEXT    NOT NULL,
    text   TEXT    NOT NULL,
    PRIMARY KEY (report, n)
) STRICT, WITHOUT ROWID;

-- Keys of what retention removed, so that it never comes back as new.
CREATE TABLE tombstones (
    match     TEXT    NOT NULL,
    hash      INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    reason    TEXT    NOT NULL,
    public_id TEXT    NOT NULL,
    PRIMARY KEY (match, hash)
) STRICT, WITHOUT ROWID;

-- Every request of the last seven days, for `audit`.
CREATE TABLE requests (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    feed        INTEGER NOT NULL REFERENCES feeds (id),
    at          INTEGER NOT NULL,
    not_before  INTEGER, -- what the answers before had asked for
    status      INTEGER,
    conditional INTEGER NOT NULL,
    wire_bytes  INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    error       TEXT
) STRICT;
CREATE INDEX requests_feed ON requests (feed, at);
CREATE INDEX requests_at ON requests (at);

-- Politeness survives a restart.
CREATE TABLE hosts (
    host       TEXT PRIMARY KEY,
    next_at    INTEGER,
    hold_until INTEGER
) STRICT, WITHOUT ROWID;

-- WebSub subscriptions: wished for, held, or being ended (wanted = 0).
CREATE TABLE leases (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    feed          INTEGER NOT NULL REFERENCES feeds (id),
    hub           TEXT    NOT NULL,
    topic         TEXT    NOT NULL,
    token         TEXT    NOT NULL UNIQUE, -- last part of the callback's path
    callback      TEXT    NOT NULL,
    secret        TEXT,                    -- signs deliveries
    wanted        INTEGER NOT NULL,
    pending       TEXT,                    -- the mode whose verification is awaited
    until         INTEGER,                 -- the hub's promise
    next_try      INTEGER NOT NULL,
    tries         INTEGER NOT NULL,
    denied        INTEGER,
    last_error    TEXT,
    last_delivery INTEGER,
    deliveries    INTEGER NOT NULL,
    forged        INTEGER NOT NULL,
    missed        INTEGER NOT NULL         -- items that a poll found first since the last delivery
) STRICT;
CREATE UNIQUE INDEX leases_wanted ON leases (feed) WHERE wanted = 1;
CREATE INDEX leases_due ON leases (next_try);

-- What an operator wants to hear of, newest last.
CREATE TABLE events (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    at   INTEGER NOT NULL,
    feed INTEGER REFERENCES feeds (id),
    kind TEXT    NOT NULL,
    text TEXT    NOT NULL
) STRICT;

-- What waits to be sent to others.
CREATE TABLE outbox (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    target   TEXT    NOT NULL,
    body     TEXT    NOT NULL,
    next_try INTEGER NOT NULL,
    tries    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What another process wants done by the one that polls, and its answer.
CREATE TABLE asks (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    body     TEXT    NOT NULL,
    taken_by TEXT, -- the opened store that works on it; what a dead process took is taken again
    answer   TEXT
) STRICT;

-- Takedowns.

-- Reports that are taken down: they stay, so that what is polled again is known, with left_out = 'taken_down'.
CREATE TABLE takedowns (
    report   INTEGER PRIMARY KEY REFERENCES reports (id),
    at       INTEGER NOT NULL,
    root     INTEGER, -- what a person took down: this report, or one that it is like; null: all of its feed is
    left_out TEXT     -- why it would be left out without that
) STRICT;
CREATE INDEX takedowns_root ON takedowns (root) WHERE root IS NOT NULL;

-- Where they may stand when they come back, if their feeds still do.
CREATE TABLE takedown_places (
    section INTEGER NOT NULL REFERENCES sections (id),
    report  INTEGER NOT NULL REFERENCES takedowns (report),
    entry   INTEGER NOT NULL, -- of the report
    stood   INTEGER NOT NULL, -- whether the entry stood there when it was taken down, so that readers are told
    PRIMARY KEY (section, report)
) STRICT, WITHOUT ROWID;
CREATE INDEX takedown_places_report ON takedown_places (report);
CREATE INDEX takedown_places_entry ON takedown_places (entry, section);

-- WebSub hub: warta's own topics as they were published last.
CREATE TABLE topics (
    topic      TEXT PRIMARY KEY, -- absolute address
    version    BLOB NOT NULL,    -- SHA-256 of its bytes
    media_type TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- WebSub hub: who is told of a topic. A row with a `next_try` is a delivery that is due.
CREATE TABLE subscribers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    topic      TEXT    NOT NULL,
    callback   TEXT    NOT NULL,
    host       TEXT    NOT NULL, -- the callback's
    secret     TEXT,             -- signs deliveries
    until      INTEGER NOT NULL, -- the end of the lease
    delivered  BLOB,             -- the version that was delivered last
    next_try   INTEGER,          -- null where it has the newest one
    tries      INTEGER NOT NULL, -- deliveries in a row that failed
    last_error TEXT,
    UNIQUE (topic, callback)
) STRICT;
CREATE INDEX subscribers_due ON subscribers (next_try) WHERE next_try IS NOT NULL;
CREATE INDEX subscribers_host ON subscribers (host, until);
CREATE INDEX subscribers_until ON subscribers (until);

-- WebSub hub: requests whose verification is due.
CREATE TABLE intents (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    mode     TEXT    NOT NULL,
    topic    TEXT    NOT NULL,
    callback TEXT    NOT NULL,
    host     TEXT    NOT NULL,
    secret   TEXT,
    lease_s  INTEGER NOT NULL,
    version  BLOB,             -- of the topic when it was asked for: what comes later is delivered
    at       INTEGER NOT NULL,
    UNIQUE (topic, callback, mode)
) STRICT;

-- Reports that wait to be placed among the stories, in the order of their arrival.
CREATE TABLE ungrouped (
    report INTEGER PRIMARY KEY REFERENCES reports (id)
) STRICT;

-- By what the reports of the last days are compared. Small rows that are kept no longer than the window.
CREATE TABLE signatures (
    report   INTEGER PRIMARY KEY REFERENCES reports (id),
    outlet   INTEGER NOT NULL, -- hash of its name
    at       INTEGER NOT NULL, -- arrival
    title    INTEGER NOT NULL, -- hash of its words
    alone    INTEGER NOT NULL, -- a column's, which joins no story
    shingles BLOB    NOT NULL, -- sorted hashes, four bytes each, the least first
    terms    BLOB    NOT NULL  -- sorted hashes and a count, five bytes each
) STRICT;
CREATE INDEX signatures_at ON signatures (at);
