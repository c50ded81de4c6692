-- Reference data that reach tenants that exist already: each thing has a key that no other has, in this registry or another, so that a
-- tenant's copy is known again after it was renamed, and never taken for something else after a registry was restored.

ALTER TABLE schools ADD COLUMN reference_key TEXT;
ALTER TABLE skills ADD COLUMN reference_key TEXT;
ALTER TABLE career_types ADD COLUMN reference_key TEXT;
UPDATE schools SET reference_key = lower(hex(randomblob(8)));
UPDATE skills SET reference_key = lower(hex(randomblob(8)));
UPDATE career_types SET reference_key = lower(hex(randomblob(8)));
CREATE UNIQUE INDEX schools_by_reference_key ON schools (reference_key);
CREATE UNIQUE INDEX skills_by_reference_key ON skills (reference_key);
CREATE UNIQUE INDEX career_types_by_reference_key ON career_types (reference_key);

CREATE TABLE career_type_aliases (
    folded_alias   TEXT PRIMARY KEY,
    alias          TEXT NOT NULL,
    career_type_id INTEGER NOT NULL REFERENCES career_types (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX career_type_aliases_by_career_type ON career_type_aliases (career_type_id);
