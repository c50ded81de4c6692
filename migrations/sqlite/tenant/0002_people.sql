-- People and trust: a tenant's users, their sessions and links, failed log-ins, branding and portal texts.

CREATE TABLE users (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    email           TEXT NOT NULL,
    folded_email    TEXT NOT NULL UNIQUE,
    username        TEXT,
    folded_username TEXT UNIQUE,
    first_name      TEXT NOT NULL,
    last_name       TEXT NOT NULL,
    folded_name     TEXT NOT NULL,
    role            TEXT NOT NULL CHECK (role IN ('admin', 'coordinator', 'virtual_admin', 'viewer')),
    active          INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    -- An argon2id or, brought over, a Werkzeug hash; without one nobody can log in to the account.
    password_hash   TEXT,
    password_changed_at TEXT CHECK (password_changed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    last_log_in_at TEXT CHECK (last_log_in_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    version         INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    CHECK ((username IS NULL) = (folded_username IS NULL))
) STRICT;
CREATE INDEX users_by_name ON users (folded_name, id);

-- Tokens are stored as the lower-case hex SHA-256 of their text.
CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash   TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address      TEXT,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    last_used_at TEXT NOT NULL CHECK (last_used_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    expires_at TEXT NOT NULL CHECK (expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_use ON sessions (last_used_at);

-- Links that work once: an invitation, or a new password. Stored as the lower-case hex SHA-256 of their secret.
CREATE TABLE one_time_links (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    hash       TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    TEXT NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    expires_at TEXT NOT NULL CHECK (expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    used_at TEXT CHECK (used_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
CREATE INDEX one_time_links_by_owner ON one_time_links (user_id);

-- Log-ins that failed or are being tried, by account (whether or not there is such an account) and by address. Both are kept as digests:
-- who tried is nobody's to read. Each is written before the password is looked at, so that many at once get no more guesses than one
-- after the other. Rows of a series that is over mean nothing and are removed.
CREATE TABLE log_in_attempts (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    -- NULL once the account's series was ended by a log-in; for the address it still counts.
    account      TEXT CHECK (length(account) = 64),
    address      TEXT CHECK (length(address) = 64),
    failed       INTEGER NOT NULL DEFAULT 0 CHECK (failed IN (0, 1)),
    attempted_at TEXT NOT NULL CHECK (attempted_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
CREATE INDEX log_in_attempts_by_account ON log_in_attempts (account, attempted_at);
CREATE INDEX log_in_attempts_by_address ON log_in_attempts (address, attempted_at);
CREATE INDEX log_in_attempts_by_time ON log_in_attempts (attempted_at);

-- How the tenant shows itself: colour and logo; texts of its portal by name.
ALTER TABLE settings ADD COLUMN branding TEXT NOT NULL DEFAULT '{}' CHECK (json_type(branding) = 'object');
ALTER TABLE settings ADD COLUMN portal TEXT NOT NULL DEFAULT '{}' CHECK (json_type(portal) = 'object');
ALTER TABLE settings ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- Rises with every restore: an audit log's head is compared only within its epoch.
ALTER TABLE tenant ADD COLUMN audit_epoch INTEGER NOT NULL DEFAULT 1;

-- Who did what, and when.
CREATE INDEX audit_entries_by_actor ON audit_entries (actor_kind, actor_id, id);
CREATE INDEX audit_entries_by_time ON audit_entries (occurred_at, id);
