-- What editors look through when the guide is large, and what came with the program and does not fit.

-- Why a shipped file was kept aside; empty if it was not.
ALTER TABLE shipped ADD COLUMN unfit VARCHAR(1000);

CREATE INDEX audit_of_person ON audit (person, done_at, id);

CREATE INDEX audit_of_action ON audit (action, done_at, id);

CREATE INDEX figures_by_review ON figures (review_by, source);

CREATE INDEX withdrawn_by_date ON withdrawn (withdrawn_at, kind, slug);
