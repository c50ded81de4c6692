-- People and trust: staff who log in, sessions that can be listed, support grants that end, heads of the tenants' audit logs, the trash.

ALTER TABLE staff ADD COLUMN email TEXT;
ALTER TABLE staff ADD COLUMN folded_email TEXT;
ALTER TABLE staff ADD COLUMN username TEXT;
ALTER TABLE staff ADD COLUMN folded_username TEXT;
-- An argon2id or, brought over, a Werkzeug hash; without one nobody can log in to the account.
ALTER TABLE staff ADD COLUMN password_hash TEXT;
ALTER TABLE staff ADD COLUMN password_changed_at TEXT CHECK (password_changed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
ALTER TABLE staff ADD COLUMN last_log_in_at TEXT CHECK (last_log_in_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
ALTER TABLE staff ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE staff ADD COLUMN updated_at TEXT CHECK (updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
UPDATE staff SET updated_at = created_at;
CREATE UNIQUE INDEX staff_by_email ON staff (folded_email);
CREATE UNIQUE INDEX staff_by_username ON staff (folded_username);

-- Sessions get a number of their own, so that people can see and end them without showing a token.
CREATE TABLE numbered_sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash   TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    staff_id     INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    address      TEXT,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    last_used_at TEXT NOT NULL CHECK (last_used_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    expires_at TEXT NOT NULL CHECK (expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
INSERT INTO numbered_sessions (token_hash, staff_id, created_at, last_used_at, expires_at)
    SELECT token_hash, staff_id, created_at, last_used_at, expires_at FROM staff_sessions ORDER BY created_at;

-- A staff member's entry into a tenant. It ends with its session, by leaving, or when it expires. Both audit logs name it by its uuid.
CREATE TABLE numbered_grants (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid        TEXT NOT NULL UNIQUE,
    session_id  INTEGER NOT NULL REFERENCES numbered_sessions (id) ON DELETE CASCADE,
    tenant_uuid TEXT NOT NULL REFERENCES tenants (uuid) ON DELETE CASCADE,
    reason      TEXT,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    expires_at TEXT NOT NULL CHECK (expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    UNIQUE (session_id, tenant_uuid)
) STRICT;
INSERT INTO numbered_grants (id, uuid, session_id, tenant_uuid, reason, created_at, expires_at)
    SELECT g.id, lower(hex(randomblob(16))), n.id, g.tenant_uuid, g.reason, g.created_at, n.expires_at
    FROM support_grants g JOIN numbered_sessions n ON n.token_hash = g.token_hash;
DROP TABLE support_grants;
DROP TABLE staff_sessions;
ALTER TABLE numbered_sessions RENAME TO staff_sessions;
ALTER TABLE numbered_grants RENAME TO support_grants;
CREATE INDEX staff_sessions_by_staff ON staff_sessions (staff_id);
CREATE INDEX staff_sessions_by_use ON staff_sessions (last_used_at);
CREATE INDEX support_grants_by_tenant ON support_grants (tenant_uuid);

-- What staff are changing inside a tenant right now: noted before the tenant commits, removed when the end is in the operator's log.
-- A row that stays was left by a crash; the tenant's own log tells whether its change happened.
CREATE TABLE support_writes (
    mark        TEXT PRIMARY KEY,
    tenant_uuid TEXT NOT NULL REFERENCES tenants (uuid) ON DELETE CASCADE,
    audit_id    INTEGER NOT NULL,
    action      TEXT NOT NULL,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
CREATE INDEX support_writes_by_tenant ON support_writes (tenant_uuid);

-- Links that work once: an invitation, or a new password. Stored as the lower-case hex SHA-256 of their secret.
CREATE TABLE one_time_links (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    hash       TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    staff_id INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    purpose    TEXT NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    expires_at TEXT NOT NULL CHECK (expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    used_at TEXT CHECK (used_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
CREATE INDEX one_time_links_by_owner ON one_time_links (staff_id);

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

-- Where each tenant's audit log was last seen to end; never moved backwards within an epoch. A restore begins a new epoch.
CREATE TABLE audit_heads (
    tenant_uuid TEXT PRIMARY KEY REFERENCES tenants (uuid) ON DELETE CASCADE,
    epoch       INTEGER NOT NULL,
    entry_id    INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    noted_at TEXT NOT NULL CHECK (noted_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;

-- A deleted tenant's file lies in the trash under this name until it is purged; its slug stays taken until then.
ALTER TABLE tenants ADD COLUMN trashed_as TEXT;
ALTER TABLE tenants ADD COLUMN deleted_at TEXT CHECK (deleted_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
ALTER TABLE tenants ADD COLUMN deactivated_at TEXT CHECK (deactivated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');

-- Who did what, and when.
CREATE INDEX audit_entries_by_actor ON audit_entries (actor_kind, actor_id, id);
CREATE INDEX audit_entries_by_time ON audit_entries (occurred_at, id);
