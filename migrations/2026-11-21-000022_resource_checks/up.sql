-- What was found at the addresses of resources when they were last asked. A round of checks makes pages stale as a
-- publication does, without being one.

CREATE TABLE resource_checks (
    address VARCHAR(700) NOT NULL PRIMARY KEY,
    outcome VARCHAR(16) NOT NULL,
    status INTEGER,
    since BIGINT NOT NULL,
    asked_at BIGINT NOT NULL
) {table};

ALTER TABLE guide ADD COLUMN checks BIGINT DEFAULT 0 NOT NULL;
