-- What people follow, how often they want to hear of it, and what they were told.

CREATE TABLE interests (
    person VARCHAR(36) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    -- "follow", or the id of the plan that rests on it.
    origin VARCHAR(36) NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (person, kind, slug, origin)
) {table};

CREATE INDEX interests_of_subject ON interests (kind, slug, person);

CREATE INDEX interests_of_origin ON interests (origin);

CREATE TABLE subscriptions (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    person VARCHAR(36) NOT NULL,
    list VARCHAR(16) NOT NULL,
    frequency VARCHAR(16) NOT NULL,
    -- 1 is Monday; the minute is of the day, in the person's zone.
    weekday INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    paused_until BIGINT,
    -- The change up to which everything was looked at.
    last_seq BIGINT NOT NULL,
    next_due_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
) {table};

CREATE UNIQUE INDEX subscriptions_of_person ON subscriptions (person, list);

CREATE INDEX subscriptions_due ON subscriptions (next_due_at);

CREATE INDEX subscriptions_behind ON subscriptions (frequency, last_seq);

CREATE TABLE issues (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    subscription VARCHAR(36) NOT NULL,
    person VARCHAR(36) NOT NULL,
    period_key VARCHAR(60) NOT NULL,
    from_seq BIGINT NOT NULL,
    to_seq BIGINT NOT NULL,
    outcome VARCHAR(16) NOT NULL,
    -- Why it was not sent, in words; empty if it was.
    because VARCHAR(500) NOT NULL,
    delivery VARCHAR(36),
    -- What the letter says, as JSON, for its web version.
    letter {long_text} NOT NULL,
    made_at BIGINT NOT NULL
) {table};

CREATE UNIQUE INDEX issues_of_period ON issues (subscription, period_key);

CREATE INDEX issues_of_person ON issues (person, made_at);

CREATE INDEX issues_of_delivery ON issues (delivery);

CREATE TABLE told (
    person VARCHAR(36) NOT NULL,
    seq BIGINT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    slug VARCHAR(100) NOT NULL,
    issue VARCHAR(36) NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (person, seq, kind, slug)
) {table};

CREATE INDEX told_of_change ON told (seq, kind, slug);

CREATE INDEX told_of_issue ON told (issue);

-- What leads from a letter to the preferences of its person, by the hash of what stands in the address.
CREATE TABLE list_keys (
    hash VARCHAR(64) NOT NULL PRIMARY KEY,
    person VARCHAR(36) NOT NULL,
    subscription VARCHAR(36) NOT NULL,
    list VARCHAR(16) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
) {table};

CREATE INDEX list_keys_of_person ON list_keys (person);

CREATE INDEX list_keys_by_end ON list_keys (expires_at);

ALTER TABLE outbox ADD COLUMN subscription VARCHAR(36);

CREATE INDEX outbox_of_subscription ON outbox (subscription);

-- An editor took it back before anybody was told.
ALTER TABLE guide_changes ADD COLUMN recalled_at BIGINT;

-- A correction names the change that it puts right.
ALTER TABLE guide_changes ADD COLUMN corrects BIGINT;
