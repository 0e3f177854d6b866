-- Letters on their way: one row for each, and what happened to it.

CREATE TABLE outbox (
    delivery_id VARCHAR(36) NOT NULL PRIMARY KEY,
    -- What the letter is about; the same is posted once.
    dedup VARCHAR(200) NOT NULL UNIQUE,
    class VARCHAR(16) NOT NULL,
    person VARCHAR(64),
    recipient VARCHAR(320) NOT NULL,
    -- The whole message, sealed for security letters; empty when it is no longer kept.
    message {long_text} NOT NULL,
    hash VARCHAR(64) NOT NULL,
    priority INTEGER NOT NULL,
    not_before BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    attempt INTEGER NOT NULL,
    lease_token VARCHAR(36),
    lease_until BIGINT,
    last_code INTEGER,
    last_text VARCHAR(1000) NOT NULL,
    created_at BIGINT NOT NULL,
    -- When it came to its end; empty while something may still be done.
    settled_at BIGINT,
    kept_until BIGINT
) {table};

CREATE INDEX outbox_due ON outbox (state, not_before);

CREATE INDEX outbox_leases ON outbox (lease_token);

CREATE INDEX outbox_of_person ON outbox (person);

CREATE INDEX outbox_kept ON outbox (kept_until);

CREATE TABLE outbox_events (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    delivery_id VARCHAR(36) NOT NULL,
    event VARCHAR(16) NOT NULL,
    attempt INTEGER NOT NULL,
    code INTEGER,
    words VARCHAR(1000) NOT NULL,
    happened_at BIGINT NOT NULL,
    FOREIGN KEY (delivery_id) REFERENCES outbox (delivery_id)
) {table};

CREATE INDEX outbox_events_of ON outbox_events (delivery_id);
