-- What lists, names and the sitemap need, in an index by itself: rows hold whole texts, and an engine that knows
-- nothing about a table takes an index that holds all before one that fits better.

CREATE INDEX entries_in_short ON entries (kind, slug, name, published_at);

CREATE INDEX guide_changes_of_kind ON guide_changes (kind, seq, slug);

-- How many roles ask for a skill, counted when a role is written, so that lists need not count.
ALTER TABLE skills ADD COLUMN asked_by INTEGER DEFAULT 0 NOT NULL;

-- The same table, with the whole key in its second index. The engines take an index away in different words.
CREATE TABLE links_anew (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    to_kind VARCHAR(32) NOT NULL,
    to_slug VARCHAR(100) NOT NULL,
    PRIMARY KEY (kind, slug, to_kind, to_slug)
) {table};

INSERT INTO links_anew (kind, slug, to_kind, to_slug) SELECT kind, slug, to_kind, to_slug FROM links;

DROP TABLE links;

ALTER TABLE links_anew RENAME TO links;

CREATE INDEX links_to ON links (to_kind, to_slug, kind, slug);
