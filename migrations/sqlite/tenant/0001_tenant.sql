-- One tenant's database, polaris_{slug}.db. Everything of the tenant is here; no table has a tenant column.
-- Instants are UTC text with milliseconds and a Z, so that they sort as time; local times are without a zone beside them.

-- Who this file is. Read at the start of every transaction. public_rev rises whenever what the public sees may have changed,
-- settings_rev whenever the settings did.
CREATE TABLE tenant (
    only           INTEGER PRIMARY KEY CHECK (only = 1),
    uuid           TEXT NOT NULL,
    slug           TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('active', 'inactive')),
    schema_version INTEGER NOT NULL,
    settings_rev   INTEGER NOT NULL,
    public_rev     INTEGER NOT NULL,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;

CREATE TABLE settings (
    only            INTEGER PRIMARY KEY CHECK (only = 1),
    name            TEXT NOT NULL,
    district        TEXT,
    time_zone       TEXT NOT NULL,
    features        TEXT NOT NULL CHECK (json_type(features) = 'object'),
    allowed_origins TEXT NOT NULL DEFAULT '[]' CHECK (json_type(allowed_origins) = 'array')
) STRICT;

-- API keys are stored as the lower-case hex SHA-256 of their text.
CREATE TABLE api_keys (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    hash       TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    hint       TEXT NOT NULL,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    expires_at TEXT CHECK (expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;

CREATE TABLE skills (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE,
    source      TEXT NOT NULL CHECK (source IN ('reference', 'own'))
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
    name         TEXT NOT NULL,
    folded_name  TEXT NOT NULL,
    level        TEXT NOT NULL CHECK (level IN ('elementary', 'middle', 'high', 'other')),
    city         TEXT,
    state        TEXT,
    postal_code  TEXT
) STRICT;
CREATE TABLE school_aliases (
    school_id    INTEGER NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    folded_alias TEXT NOT NULL,
    alias        TEXT NOT NULL,
    PRIMARY KEY (school_id, folded_alias)
) STRICT;
CREATE INDEX school_aliases_by_alias ON school_aliases (folded_alias);
CREATE INDEX schools_by_name ON schools (folded_name);

CREATE TABLE events (
    id                          INTEGER PRIMARY KEY AUTOINCREMENT,
    slug                        TEXT NOT NULL UNIQUE CHECK (slug GLOB '*[a-z]*'),
    title                       TEXT NOT NULL,
    description                 TEXT,
    event_type                  TEXT CHECK (event_type <> ''),
    format                      TEXT NOT NULL CHECK (format IN ('in_person', 'virtual')),
    status                      TEXT NOT NULL CHECK (status IN ('draft', 'confirmed', 'published', 'completed', 'cancelled')),
    time_zone                   TEXT NOT NULL,
    starts_at_local TEXT NOT NULL CHECK (starts_at_local GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]'),
    starts_at TEXT NOT NULL CHECK (starts_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    ends_at_local TEXT CHECK (ends_at_local GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]'),
    ends_at TEXT CHECK (ends_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    registration_deadline_local TEXT CHECK (registration_deadline_local GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]'),
    registration_deadline TEXT CHECK (registration_deadline GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    location                    TEXT NOT NULL,
    school_id                   INTEGER REFERENCES schools (id),
    volunteers_needed           INTEGER NOT NULL DEFAULT 0 CHECK (volunteers_needed BETWEEN 0 AND 100000),
    -- Confirmed and attended people; kept by whoever changes a roster, in the same transaction.
    volunteers_registered       INTEGER NOT NULL DEFAULT 0 CHECK (volunteers_registered >= 0),
    additional_info             TEXT,
    -- Set when the event is first confirmed or published: from then on its slug stays.
    slug_frozen                 INTEGER NOT NULL DEFAULT 0 CHECK (slug_frozen IN (0, 1)),
    version                     INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    CHECK (ends_at > starts_at),
    CHECK ((ends_at IS NULL) = (ends_at_local IS NULL)),
    CHECK (registration_deadline <= starts_at),
    CHECK ((registration_deadline IS NULL) = (registration_deadline_local IS NULL))
) STRICT;
CREATE INDEX events_by_status ON events (status, starts_at, id);
CREATE INDEX events_by_start ON events (starts_at, id);
CREATE INDEX events_by_school ON events (school_id);

CREATE TABLE event_skills (
    event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    skill_id INTEGER NOT NULL REFERENCES skills (id),
    PRIMARY KEY (event_id, skill_id)
) STRICT;
CREATE INDEX event_skills_by_skill ON event_skills (skill_id);

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
