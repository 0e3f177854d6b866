-- The guide: its revision, its entries with every published version, and what changed.

CREATE TABLE guide (
    id INTEGER NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    shipped VARCHAR(64) NOT NULL
) {table};

INSERT INTO guide (id, revision, shipped) VALUES (1, 0, '');

CREATE TABLE entries (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    name VARCHAR(200) NOT NULL,
    revision BIGINT NOT NULL,
    content {long_text} NOT NULL,
    first_published_at BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (kind, slug)
) {table};

CREATE TABLE revisions (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    revision BIGINT NOT NULL,
    content {long_text} NOT NULL,
    origin VARCHAR(16) NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (kind, slug, revision),
    FOREIGN KEY (kind, slug) REFERENCES entries (kind, slug)
) {table};

CREATE TABLE guide_changes (
    seq BIGINT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    revision BIGINT NOT NULL,
    significance VARCHAR(16) NOT NULL,
    summary {long_text} NOT NULL,
    difference {long_text} NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (seq, kind, slug),
    FOREIGN KEY (kind, slug, revision) REFERENCES revisions (kind, slug, revision)
) {table};

-- What the program shipped for each entry: last offered, last applied.
CREATE TABLE shipped (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    offered VARCHAR(64) NOT NULL,
    applied VARCHAR(64) NOT NULL,
    PRIMARY KEY (kind, slug)
) {table};

-- Rows written from the entries' content in the transaction that publishes them, for queries.

CREATE TABLE links (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    to_kind VARCHAR(32) NOT NULL,
    to_slug VARCHAR(100) NOT NULL,
    PRIMARY KEY (kind, slug, to_kind, to_slug)
) {table};

CREATE INDEX links_back ON links (to_kind, to_slug, kind);

CREATE TABLE roles (
    slug VARCHAR(100) NOT NULL PRIMARY KEY,
    family VARCHAR(100) NOT NULL,
    sentence {long_text} NOT NULL
) {table};

CREATE INDEX roles_by_family ON roles (family);

CREATE TABLE role_skills (
    role VARCHAR(100) NOT NULL,
    group_id VARCHAR(100) NOT NULL,
    skill VARCHAR(100) NOT NULL,
    group_name VARCHAR(200) NOT NULL,
    tier VARCHAR(16) NOT NULL,
    all_share VARCHAR(64),
    entry_share VARCHAR(64),
    PRIMARY KEY (role, group_id, skill)
) {table};

CREATE INDEX role_skills_by_skill ON role_skills (skill);

CREATE TABLE figures (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    figure VARCHAR(300) NOT NULL,
    source VARCHAR(100) NOT NULL,
    as_of VARCHAR(16),
    review_by VARCHAR(16) NOT NULL,
    PRIMARY KEY (kind, slug, figure)
) {table};

CREATE INDEX figures_by_source ON figures (source);
