-- What whoever asked for an import calls it, to learn later whether it was done.
ALTER TABLE volunteer_imports ADD COLUMN reference TEXT;
CREATE UNIQUE INDEX volunteer_imports_by_reference ON volunteer_imports (reference);
