-- What every portal of the sandbox holds. One set of tables for all dialects: a dialect that needs
-- nothing new needs no new table.
CREATE TABLE organisations (
    portal TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    next_account INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (portal, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    portal TEXT NOT NULL,
    organisation TEXT NOT NULL,
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    login_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    expires TEXT,
    active INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    upstream INTEGER NOT NULL,
    admin INTEGER NOT NULL,
    last_sign_in TEXT,
    -- Name, login id and address, folded: what a search looks in.
    search TEXT NOT NULL,
    -- Goes up with every change of the account or of its grants: its ETag.
    version INTEGER NOT NULL,
    PRIMARY KEY (portal, organisation, id),
    UNIQUE (portal, organisation, login_folded),
    FOREIGN KEY (portal, organisation) REFERENCES organisations (portal, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE areas (
    portal TEXT NOT NULL,
    organisation TEXT NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    access_key_required INTEGER NOT NULL,
    administration INTEGER NOT NULL,
    PRIMARY KEY (portal, organisation, code),
    FOREIGN KEY (portal, organisation) REFERENCES organisations (portal, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
    portal TEXT NOT NULL,
    organisation TEXT NOT NULL,
    account TEXT NOT NULL,
    area TEXT NOT NULL,
    PRIMARY KEY (portal, organisation, account, area),
    FOREIGN KEY (portal, organisation, account)
        REFERENCES accounts (portal, organisation, id) ON DELETE CASCADE,
    FOREIGN KEY (portal, organisation, area)
        REFERENCES areas (portal, organisation, code) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_area ON grants (portal, organisation, area, account);

-- The day on which an account was made here; none for one that was seeded.
CREATE TABLE creations (
    portal TEXT NOT NULL,
    organisation TEXT NOT NULL,
    account TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (portal, organisation, account),
    FOREIGN KEY (portal, organisation, account)
        REFERENCES accounts (portal, organisation, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Accounts that were deleted: their ids are never given again.
CREATE TABLE deletions (
    portal TEXT NOT NULL,
    organisation TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (portal, organisation, account)
) STRICT, WITHOUT ROWID;

-- What a directory keeps of a resource that the tables above have no column for.
CREATE TABLE documents (
    portal TEXT NOT NULL,
    organisation TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    created TEXT,
    modified TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (portal, organisation, kind, id),
    FOREIGN KEY (portal, organisation) REFERENCES organisations (portal, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE access_keys (
    portal TEXT NOT NULL,
    key TEXT NOT NULL,
    organisation TEXT NOT NULL,
    area TEXT NOT NULL,
    PRIMARY KEY (portal, key),
    FOREIGN KEY (portal, organisation, area)
        REFERENCES areas (portal, organisation, code) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    portal TEXT NOT NULL,
    token TEXT NOT NULL,
    read_only INTEGER NOT NULL,
    -- A JSON list of organisation ids; null where it opens all of the portal's.
    organisations TEXT,
    PRIMARY KEY (portal, token)
) STRICT, WITHOUT ROWID;

CREATE TABLE mails (
    seq INTEGER PRIMARY KEY,
    portal TEXT NOT NULL,
    organisation TEXT NOT NULL,
    day TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE calls (
    seq INTEGER PRIMARY KEY,
    portal TEXT NOT NULL,
    organisation TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER,
    token TEXT,
    carried_out INTEGER NOT NULL,
    fault TEXT
) STRICT;

CREATE TABLE idempotency (
    portal TEXT NOT NULL,
    token TEXT NOT NULL,
    key TEXT NOT NULL,
    day TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (portal, token, key)
) STRICT, WITHOUT ROWID;

-- What only one dialect knows of an account: a word of its own for each.
CREATE TABLE marks (
    portal TEXT NOT NULL,
    organisation TEXT NOT NULL,
    account TEXT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (portal, organisation, mark, account),
    FOREIGN KEY (portal, organisation, account)
        REFERENCES accounts (portal, organisation, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Whose account a token is, at a portal that spares the caller's own: chosen once, from the seed.
CREATE TABLE callers (
    portal TEXT NOT NULL,
    organisation TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (portal, organisation),
    FOREIGN KEY (portal, organisation, account)
        REFERENCES accounts (portal, organisation, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What was accepted and shows only after so many more reads.
CREATE TABLE late (
    portal TEXT NOT NULL,
    organisation TEXT NOT NULL,
    account TEXT NOT NULL,
    what TEXT NOT NULL,
    reads INTEGER NOT NULL,
    PRIMARY KEY (portal, organisation, account, what),
    FOREIGN KEY (portal, organisation, account)
        REFERENCES accounts (portal, organisation, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The day on which an account was last activated by hand.
CREATE TABLE activations (
    portal TEXT NOT NULL,
    organisation TEXT NOT NULL,
    account TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (portal, organisation, account),
    FOREIGN KEY (portal, organisation, account)
        REFERENCES accounts (portal, organisation, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
