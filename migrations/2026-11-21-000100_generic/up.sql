-- Skills that count like any other, but are not advised as the next best one.
ALTER TABLE skills ADD COLUMN generic INTEGER DEFAULT 0 NOT NULL;
