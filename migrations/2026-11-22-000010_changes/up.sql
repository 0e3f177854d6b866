-- What was new in a publication is counted and listed without a look at what each entry says.
CREATE INDEX guide_changes_new ON guide_changes (kind, revision, seq, slug);
