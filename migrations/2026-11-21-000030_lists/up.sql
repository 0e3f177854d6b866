-- What lists show and are ordered by, so that a page costs what it shows and not what the guide holds.
-- The rows that are derived from entries are written anew when the program starts.

ALTER TABLE guide ADD COLUMN derived INTEGER NOT NULL DEFAULT 0;

CREATE INDEX entries_by_name ON entries (kind, name, slug);

CREATE INDEX entries_by_date ON entries (kind, published_at, name, slug);

CREATE INDEX guide_changes_of_entry ON guide_changes (kind, slug, seq);

DROP TABLE roles;

CREATE TABLE roles (
    slug VARCHAR(100) NOT NULL PRIMARY KEY,
    family VARCHAR(100) NOT NULL,
    name VARCHAR(200) NOT NULL
) {table};

CREATE INDEX roles_of_family ON roles (family, name, slug);

CREATE TABLE skills (
    slug VARCHAR(100) NOT NULL PRIMARY KEY,
    kind VARCHAR(16) NOT NULL,
    sort_key VARCHAR(200) NOT NULL
) {table};

CREATE INDEX skills_of_kind ON skills (kind, sort_key, slug);

DROP TABLE role_skills;

-- The less its place, the more a role asks for a skill. It counts for the role in the first of its groups only.
CREATE TABLE role_skills (
    role VARCHAR(100) NOT NULL,
    group_id VARCHAR(100) NOT NULL,
    skill VARCHAR(100) NOT NULL,
    group_name VARCHAR(200) NOT NULL,
    tier VARCHAR(16) NOT NULL,
    all_share VARCHAR(64),
    entry_share VARCHAR(64),
    place INTEGER NOT NULL,
    counts INTEGER NOT NULL,
    PRIMARY KEY (role, group_id, skill)
) {table};

CREATE INDEX role_skills_of_skill ON role_skills (skill, place, role, group_id, counts);

DROP TABLE figures;

-- The figures of an entry that have source, date and review in common, counted.
CREATE TABLE figures (
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    part INTEGER NOT NULL,
    source VARCHAR(100) NOT NULL,
    as_of VARCHAR(16),
    review_by VARCHAR(16) NOT NULL,
    counted INTEGER NOT NULL,
    PRIMARY KEY (kind, slug, part)
) {table};

CREATE INDEX figures_of_source ON figures (source, counted);
