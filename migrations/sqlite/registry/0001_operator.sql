-- The operator's own database, polaris.db.
-- Instants are UTC text with milliseconds and a Z, so that they sort as time; dates are YYYY-MM-DD.

CREATE TABLE operator (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    uuid TEXT NOT NULL,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;

-- Which tenants there are, with copies of what lists show. The authoritative state and settings are in the tenant's file.
CREATE TABLE tenants (
    uuid           TEXT PRIMARY KEY,
    slug           TEXT NOT NULL UNIQUE CHECK (length(slug) BETWEEN 1 AND 50),
    name           TEXT NOT NULL,
    folded_name    TEXT NOT NULL,
    district       TEXT,
    state          TEXT NOT NULL CHECK (state IN ('creating', 'active', 'inactive', 'deleting')),
    time_zone      TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
CREATE INDEX tenants_by_state ON tenants (state, slug);

CREATE TABLE staff (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    role       TEXT NOT NULL CHECK (role IN ('admin', 'support')),
    active     INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;

-- Tokens are stored as the lower-case hex SHA-256 of their text.
CREATE TABLE staff_sessions (
    token_hash   TEXT PRIMARY KEY,
    staff_id     INTEGER NOT NULL REFERENCES staff (id),
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    last_used_at TEXT NOT NULL CHECK (last_used_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    expires_at TEXT NOT NULL CHECK (expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
CREATE INDEX staff_sessions_by_staff ON staff_sessions (staff_id);

-- A staff member's entry into a tenant. It ends with its session.
CREATE TABLE support_grants (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash  TEXT NOT NULL REFERENCES staff_sessions (token_hash) ON DELETE CASCADE,
    tenant_uuid TEXT NOT NULL REFERENCES tenants (uuid) ON DELETE CASCADE,
    reason      TEXT,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    UNIQUE (token_hash, tenant_uuid)
) STRICT;
CREATE INDEX support_grants_by_tenant ON support_grants (tenant_uuid);

-- Reference data, copied into tenants when they are created.
CREATE TABLE districts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE district_aliases (
    folded_alias TEXT PRIMARY KEY,
    alias        TEXT NOT NULL,
    district_id  INTEGER NOT NULL REFERENCES districts (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX district_aliases_by_district ON district_aliases (district_id);

CREATE TABLE skills (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE skill_aliases (
    folded_alias TEXT PRIMARY KEY,
    alias        TEXT NOT NULL,
    skill_id     INTEGER NOT NULL REFERENCES skills (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX skill_aliases_by_skill ON skill_aliases (skill_id);

CREATE TABLE career_types (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE,
    keywords    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(keywords))
) STRICT;

CREATE TABLE schools (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    district_id  INTEGER NOT NULL REFERENCES districts (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    folded_name  TEXT NOT NULL,
    level        TEXT NOT NULL CHECK (level IN ('elementary', 'middle', 'high', 'other')),
    city         TEXT,
    state        TEXT,
    postal_code  TEXT,
    UNIQUE (district_id, folded_name)
) STRICT;
CREATE TABLE school_aliases (
    school_id    INTEGER NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    folded_alias TEXT NOT NULL,
    alias        TEXT NOT NULL,
    PRIMARY KEY (school_id, folded_alias)
) STRICT;
CREATE INDEX school_aliases_by_alias ON school_aliases (folded_alias);

-- What was done, by whom. Append-only: each entry carries the hash of the one before it. The personal fields stand behind a
-- salted digest, so that erasing a person keeps the chain.
CREATE TABLE audit_entries (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    occurred_at TEXT NOT NULL CHECK (occurred_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    actor_kind      TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'tenant_user', 'api_key', 'public')),
    actor_id        INTEGER,
    actor_role      TEXT,
    actor_name      TEXT,
    address         TEXT,
    personal_salt   TEXT,
    personal_digest TEXT NOT NULL,
    action          TEXT NOT NULL,
    resource_kind   TEXT,
    resource_id     TEXT,
    request_id      TEXT,
    outcome         TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'pending')),
    details         TEXT NOT NULL CHECK (json_valid(details)),
    previous_hash   TEXT NOT NULL,
    hash            TEXT NOT NULL
) STRICT;
CREATE INDEX audit_entries_by_action ON audit_entries (action, id);
CREATE INDEX audit_entries_by_resource ON audit_entries (resource_kind, resource_id, id);

CREATE TRIGGER audit_entries_are_never_deleted BEFORE DELETE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never deleted');
END;
CREATE TRIGGER audit_entries_are_never_edited
BEFORE UPDATE OF id, occurred_at, actor_kind, actor_id, actor_role, personal_digest, action, resource_kind, resource_id,
                 request_id, outcome, details, previous_hash, hash ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never edited');
END;
