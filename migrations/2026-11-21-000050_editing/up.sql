-- Editing through forms: drafts with their versions, what is typed and not yet saved, who has something open,
-- what left the guide, addresses that moved, and who did what.
-- Revisions and changes stand for themselves from here on: they outlast an entry that is withdrawn.

CREATE TABLE changes_apart (
    seq BIGINT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    name VARCHAR(200) NOT NULL,
    revision BIGINT NOT NULL,
    significance VARCHAR(16) NOT NULL,
    summary {long_text} NOT NULL,
    difference {long_text} NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (seq, kind, slug)
) {table};

INSERT INTO changes_apart (seq, kind, slug, name, revision, significance, summary, difference, published_at)
SELECT c.seq, c.kind, c.slug, e.name, c.revision, c.significance, c.summary, c.difference, c.published_at
FROM guide_changes c INNER JOIN entries e ON e.kind = c.kind AND e.slug = c.slug;

DROP TABLE guide_changes;

ALTER TABLE changes_apart RENAME TO guide_changes;

CREATE INDEX guide_changes_of_entry ON guide_changes (kind, slug, seq);

CREATE INDEX guide_changes_of_kind ON guide_changes (kind, seq, slug);

CREATE TABLE revisions_apart (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    revision BIGINT NOT NULL,
    content {long_text} NOT NULL,
    origin VARCHAR(16) NOT NULL,
    published_by VARCHAR(36),
    published_at BIGINT NOT NULL,
    PRIMARY KEY (kind, slug, revision)
) {table};

INSERT INTO revisions_apart (kind, slug, revision, content, origin, published_at)
SELECT kind, slug, revision, content, origin, published_at FROM revisions;

DROP TABLE revisions;

ALTER TABLE revisions_apart RENAME TO revisions;

-- One for each entry that was ever edited here. Its version counts saves and never goes back.
CREATE TABLE drafts (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    version BIGINT NOT NULL,
    standing INTEGER NOT NULL,
    base_revision BIGINT NOT NULL,
    name VARCHAR(200) NOT NULL,
    content {long_text} NOT NULL,
    changed_by VARCHAR(36) NOT NULL,
    changed_at BIGINT NOT NULL,
    publish_at BIGINT,
    publish_by VARCHAR(36),
    told {long_text},
    PRIMARY KEY (kind, slug)
) {table};

CREATE INDEX drafts_standing ON drafts (standing, changed_at, kind, slug);

CREATE INDEX drafts_due ON drafts (publish_at);

CREATE TABLE draft_versions (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    version BIGINT NOT NULL,
    content {long_text} NOT NULL,
    saved_by VARCHAR(36) NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (kind, slug, version)
) {table};

CREATE INDEX draft_versions_by_date ON draft_versions (saved_at);

CREATE TABLE unsaved (
    person VARCHAR(36) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    part VARCHAR(200) NOT NULL,
    fields {long_text} NOT NULL,
    typed_at BIGINT NOT NULL,
    PRIMARY KEY (person, kind, slug, part)
) {table};

CREATE TABLE presence (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    person VARCHAR(36) NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (kind, slug, person)
) {table};

-- What has no page any more, and what readers are told instead.
CREATE TABLE withdrawn (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    name VARCHAR(200) NOT NULL,
    fate VARCHAR(16) NOT NULL,
    reason {long_text} NOT NULL,
    heirs {long_text} NOT NULL,
    withdrawn_at BIGINT NOT NULL,
    PRIMARY KEY (kind, slug)
) {table};

CREATE TABLE redirects (
    from_path VARCHAR(200) NOT NULL PRIMARY KEY,
    to_path VARCHAR(200) NOT NULL,
    made_by VARCHAR(36) NOT NULL,
    made_at BIGINT NOT NULL
) {table};

CREATE TABLE audit (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    done_at BIGINT NOT NULL,
    person VARCHAR(36),
    action VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    detail {long_text} NOT NULL
) {table};

CREATE INDEX audit_by_date ON audit (done_at, id);

CREATE INDEX audit_of_entry ON audit (kind, slug, done_at);
