-- Volunteers, whole: what is known of them, their skills, notes on them, search, merged records, attendance, imports.

-- == Profiles ==
ALTER TABLE volunteers ADD COLUMN notes TEXT;
-- The number alone, to compare it however it is written.
ALTER TABLE volunteers ADD COLUMN phone_digits TEXT;
-- Folded for search, as `folded_name` and `folded_email` are. Of the skills: their folded names, one after the other.
ALTER TABLE volunteers ADD COLUMN folded_organization TEXT;
ALTER TABLE volunteers ADD COLUMN folded_title TEXT;
ALTER TABLE volunteers ADD COLUMN folded_skills TEXT NOT NULL DEFAULT '';

-- Lists by name are read from it alone, and those of active people counted.
DROP INDEX volunteers_by_name;
CREATE INDEX volunteers_by_name ON volunteers (folded_name, id, active);
-- Who has none comes last.
CREATE INDEX volunteers_by_organization ON volunteers (folded_organization IS NULL, folded_organization, folded_name, id);

CREATE TABLE volunteer_skills (
    volunteer_id INTEGER NOT NULL REFERENCES volunteers (id) ON DELETE CASCADE,
    skill_id     INTEGER NOT NULL REFERENCES skills (id),
    PRIMARY KEY (volunteer_id, skill_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX volunteer_skills_by_skill ON volunteer_skills (skill_id, volunteer_id);

-- == Notes ==
CREATE TABLE volunteer_notes (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    volunteer_id INTEGER NOT NULL REFERENCES volunteers (id) ON DELETE CASCADE,
    -- The day it is about, local to the tenant.
    noted_on TEXT NOT NULL CHECK (noted_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    text         TEXT NOT NULL CHECK (text <> ''),
    outcome      TEXT CHECK (outcome IN ('interested', 'follow_up', 'accepted', 'declined')),
    -- Who wrote it, as they were called then.
    author_kind  TEXT NOT NULL CHECK (author_kind IN ('system', 'staff', 'tenant_user')),
    author_id    INTEGER,
    author_name  TEXT,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
CREATE INDEX volunteer_notes_by_volunteer ON volunteer_notes (volunteer_id, noted_on, id);

-- == Merged records ==
-- Which record a number leads to that was merged into another.
CREATE TABLE volunteer_merges (
    merged_id    INTEGER NOT NULL,
    volunteer_id INTEGER NOT NULL REFERENCES volunteers (id) ON DELETE CASCADE,
    merged_at TEXT NOT NULL CHECK (merged_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    PRIMARY KEY (merged_id)
) STRICT;
CREATE INDEX volunteer_merges_by_volunteer ON volunteer_merges (volunteer_id);

-- == Attendance ==
ALTER TABLE participations ADD COLUMN no_show_at TEXT CHECK (no_show_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');

-- == Search ==
-- Name, organization, e-mail, title and skills, folded already: what is looked for is folded alike.
CREATE VIRTUAL TABLE volunteer_search USING fts5 (
    folded_name, folded_organization, folded_email, folded_title, folded_skills,
    content = 'volunteers', content_rowid = 'id', columnsize = 0, prefix = '1 2 3',
    tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO volunteer_search (volunteer_search) VALUES ('rebuild');

CREATE TRIGGER volunteer_search_follows_insert AFTER INSERT ON volunteers
BEGIN
    INSERT INTO volunteer_search (rowid, folded_name, folded_organization, folded_email, folded_title, folded_skills)
    VALUES (new.id, new.folded_name, new.folded_organization, new.folded_email, new.folded_title, new.folded_skills);
END;
CREATE TRIGGER volunteer_search_follows_delete AFTER DELETE ON volunteers
BEGIN
    INSERT INTO volunteer_search (volunteer_search, rowid, folded_name, folded_organization, folded_email, folded_title, folded_skills)
    VALUES ('delete', old.id, old.folded_name, old.folded_organization, old.folded_email, old.folded_title, old.folded_skills);
END;
CREATE TRIGGER volunteer_search_follows_update
AFTER UPDATE OF folded_name, folded_organization, folded_email, folded_title, folded_skills ON volunteers
WHEN old.folded_name <> new.folded_name OR old.folded_organization IS NOT new.folded_organization
  OR old.folded_email IS NOT new.folded_email OR old.folded_title IS NOT new.folded_title OR old.folded_skills <> new.folded_skills
BEGIN
    INSERT INTO volunteer_search (volunteer_search, rowid, folded_name, folded_organization, folded_email, folded_title, folded_skills)
    VALUES ('delete', old.id, old.folded_name, old.folded_organization, old.folded_email, old.folded_title, old.folded_skills);
    INSERT INTO volunteer_search (rowid, folded_name, folded_organization, folded_email, folded_title, folded_skills)
    VALUES (new.id, new.folded_name, new.folded_organization, new.folded_email, new.folded_title, new.folded_skills);
END;
-- Whoever writes a volunteer's skills writes `folded_skills` with them. A skill that gets another name is found by it at once; names that
-- only stand in for one while several change begin with a control character.
CREATE TRIGGER volunteer_search_follows_skills AFTER UPDATE OF folded_name ON skills
WHEN old.folded_name <> new.folded_name AND substr(new.folded_name, 1, 1) <> char(1)
BEGIN
    UPDATE volunteers
    SET folded_skills = (SELECT group_concat(k.folded_name, ' ') FROM (
        SELECT k.folded_name FROM volunteer_skills h JOIN skills k ON k.id = h.skill_id WHERE h.volunteer_id = volunteers.id ORDER BY k.folded_name
    ) k)
    WHERE id IN (SELECT volunteer_id FROM volunteer_skills WHERE skill_id = new.id);
END;

-- == Imports ==
-- What each import did. No names and no addresses: only counts.
CREATE TABLE volunteer_imports (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    format       TEXT NOT NULL CHECK (format IN ('csv', 'xlsx')),
    total_rows   INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    reactivated  INTEGER NOT NULL,
    unchanged    INTEGER NOT NULL,
    skipped      INTEGER NOT NULL,
    rejected     INTEGER NOT NULL,
    blank        INTEGER NOT NULL,
    warnings     INTEGER NOT NULL,
    duration_ms  INTEGER NOT NULL,
    actor_kind   TEXT NOT NULL CHECK (actor_kind IN ('system', 'staff', 'tenant_user')),
    actor_id     INTEGER,
    actor_name   TEXT,
    imported_at TEXT NOT NULL CHECK (imported_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
CREATE INDEX volunteer_imports_by_time ON volunteer_imports (imported_at, id);

-- == Imports: more ==
