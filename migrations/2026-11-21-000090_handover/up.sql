-- Handing over: addresses that are not there, relays that are left alone for a while, how fast letters go.

CREATE TABLE suppressions (
    -- Keyed hash of the address in lower case: the address itself is not kept.
    address VARCHAR(64) NOT NULL PRIMARY KEY,
    -- What was said of it, without the address.
    reason VARCHAR(500) NOT NULL,
    -- The delivery that came back.
    source VARCHAR(36) NOT NULL,
    created_at BIGINT NOT NULL
) {table};

CREATE TABLE relays (
    name VARCHAR(200) NOT NULL PRIMARY KEY,
    -- How often in a row it could not be used.
    trips INTEGER NOT NULL,
    -- Not used before; then by one letter.
    shut_until BIGINT,
    words VARCHAR(500) NOT NULL
) {table};

-- When the next letter may go to a relay or to the addresses of a domain, if they went evenly.
CREATE TABLE paces (
    name VARCHAR(255) NOT NULL PRIMARY KEY,
    ready_at BIGINT NOT NULL
) {table};

CREATE INDEX paces_by_time ON paces (ready_at);

-- It asks its reader to confirm the address, so it goes where others do not.
ALTER TABLE outbox ADD COLUMN confirms INTEGER NOT NULL DEFAULT 0;

-- The messages beside their rows: what becomes of a letter is written several times, and would be written with all of it.
CREATE TABLE messages (
    delivery_id VARCHAR(36) NOT NULL PRIMARY KEY,
    -- Whole, sealed for security letters; there is no row when it is no longer kept.
    message {long_text} NOT NULL
) {table};

INSERT INTO messages (delivery_id, message) SELECT delivery_id, message FROM outbox WHERE message <> '';

ALTER TABLE outbox DROP COLUMN message;
