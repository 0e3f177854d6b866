-- People, the ways in which they prove who they are, and what happened to their accounts.

CREATE TABLE people (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    address VARCHAR(254) NOT NULL,
    folded VARCHAR(254) NOT NULL,
    name VARCHAR(120) NOT NULL,
    zone VARCHAR(64) NOT NULL,
    rights VARCHAR(16) NOT NULL,
    password VARCHAR(255),
    created_at BIGINT NOT NULL
) {table};

CREATE UNIQUE INDEX people_by_address ON people (folded);

-- The cookie holds the key; what lies here cannot be turned back into one.
CREATE TABLE sessions (
    key_hash VARCHAR(64) NOT NULL PRIMARY KEY,
    id VARCHAR(36) NOT NULL,
    person VARCHAR(36),
    state {long_text} NOT NULL,
    device VARCHAR(100) NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    idle_until BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
) {table};

CREATE INDEX sessions_by_person ON sessions (person);

CREATE INDEX sessions_by_end ON sessions (ends_at);

-- What a letter's link or a kept form stands for, by the hash of its token.
CREATE TABLE tokens (
    hash VARCHAR(64) NOT NULL PRIMARY KEY,
    purpose VARCHAR(16) NOT NULL,
    person VARCHAR(36),
    detail {long_text} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
) {table};

CREATE INDEX tokens_by_person ON tokens (person);

CREATE INDEX tokens_by_expiry ON tokens (expires_at);

-- How often something was tried since a moment.
CREATE TABLE throttles (
    bucket VARCHAR(100) NOT NULL PRIMARY KEY,
    began_at BIGINT NOT NULL,
    hits BIGINT NOT NULL
) {table};

CREATE INDEX throttles_by_begin ON throttles (began_at);

-- Devices on which a person has signed in: strangers' guesses do not lock these out.
CREATE TABLE devices (
    hash VARCHAR(64) NOT NULL,
    person VARCHAR(36) NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (hash, person)
) {table};

CREATE INDEX devices_by_person ON devices (person);

CREATE TABLE person_events (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    person VARCHAR(36) NOT NULL,
    event VARCHAR(32) NOT NULL,
    detail VARCHAR(200) NOT NULL,
    happened_at BIGINT NOT NULL
) {table};

CREATE INDEX person_events_by_person ON person_events (person, happened_at);
