-- What a person knows, marked once; plans, which read it; what they last saw of a page; links into a plan.

CREATE TABLE ledger (
    person VARCHAR(36) NOT NULL,
    skill VARCHAR(100) NOT NULL,
    mark VARCHAR(16) NOT NULL,
    note {long_text} NOT NULL,
    -- JSON: a list of words and addresses.
    evidence {long_text} NOT NULL,
    version BIGINT NOT NULL,
    marked_at BIGINT NOT NULL,
    PRIMARY KEY (person, skill)
) {table};

CREATE INDEX ledger_of_skill ON ledger (skill);

CREATE TABLE plans (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    person VARCHAR(36) NOT NULL,
    name VARCHAR(200) NOT NULL,
    -- The role that it leads to, and the one that it starts from.
    role VARCHAR(100) NOT NULL,
    origin VARCHAR(100),
    hours INTEGER NOT NULL,
    target_on VARCHAR(10),
    note {long_text} NOT NULL,
    version BIGINT NOT NULL,
    -- The revision of the role up to which the person has read what changed.
    seen_revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    archived_at BIGINT
) {table};

CREATE INDEX plans_of_person ON plans (person, archived_at);

CREATE INDEX plans_of_role ON plans (role);

CREATE INDEX plans_of_origin ON plans (origin);

CREATE TABLE plan_items (
    plan VARCHAR(36) NOT NULL,
    id VARCHAR(36) NOT NULL,
    place INTEGER NOT NULL,
    kind VARCHAR(16) NOT NULL,
    -- The skill, if it is one; its status is the ledger's mark.
    skill VARCHAR(100),
    name VARCHAR(200) NOT NULL,
    status VARCHAR(16) NOT NULL,
    due_on VARCHAR(10),
    begun_at BIGINT,
    done_at BIGINT,
    note {long_text} NOT NULL,
    -- The version of the plan in which the person moved it last.
    moved BIGINT NOT NULL,
    -- Set aside: it keeps what was written, and counts for nothing.
    dropped_at BIGINT,
    PRIMARY KEY (plan, id)
) {table};

CREATE INDEX plan_items_of_skill ON plan_items (skill);

-- What the guide's changes did to a plan, told on it until the person has read it.
CREATE TABLE plan_events (
    plan VARCHAR(36) NOT NULL,
    id VARCHAR(36) NOT NULL,
    words VARCHAR(1000) NOT NULL,
    happened_at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (plan, id)
) {table};

-- The revision of a page that a person saw last, and the one that they saw on the visit before.
CREATE TABLE visits (
    person VARCHAR(36) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    revision BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    before_revision BIGINT NOT NULL,
    before_at BIGINT NOT NULL,
    PRIMARY KEY (person, kind, slug)
) {table};

-- Secret addresses into a plan: to read it, or its dates as a calendar. By the hash of what stands in the address.
CREATE TABLE plan_links (
    hash VARCHAR(64) NOT NULL PRIMARY KEY,
    id VARCHAR(36) NOT NULL,
    plan VARCHAR(36) NOT NULL,
    purpose VARCHAR(16) NOT NULL,
    name VARCHAR(120) NOT NULL,
    -- 1 if whoever has the link reads the notes.
    notes INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT
) {table};

CREATE INDEX plan_links_of_plan ON plan_links (plan);
