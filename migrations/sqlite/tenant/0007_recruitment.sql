-- What the parts of a candidate's score count for, as JSON; without it, the usual weights.
ALTER TABLE settings ADD COLUMN recruitment_weights TEXT CHECK (json_type(recruitment_weights) = 'object');
