-- Which thing of the operator's reference data a row is a copy of; none for the tenant's own, and for copies from before there were keys,
-- which the next `reference sync` finds by name.

ALTER TABLE schools ADD COLUMN reference_key TEXT;
ALTER TABLE skills ADD COLUMN reference_key TEXT;
ALTER TABLE career_types ADD COLUMN reference_key TEXT;
CREATE UNIQUE INDEX schools_by_reference_key ON schools (reference_key);
CREATE UNIQUE INDEX skills_by_reference_key ON skills (reference_key);
CREATE UNIQUE INDEX career_types_by_reference_key ON career_types (reference_key);

CREATE TABLE career_type_aliases (
    folded_alias   TEXT PRIMARY KEY,
    alias          TEXT NOT NULL,
    career_type_id INTEGER NOT NULL REFERENCES career_types (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX career_type_aliases_by_career_type ON career_type_aliases (career_type_id);
