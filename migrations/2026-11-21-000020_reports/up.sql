-- What readers find wrong or missing, and how many reports came this hour.

CREATE TABLE reports (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    page VARCHAR(200) NOT NULL,
    section VARCHAR(200),
    revision BIGINT,
    words {long_text} NOT NULL,
    source VARCHAR(500),
    reply VARCHAR(254),
    reported_at BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL
) {table};

CREATE INDEX reports_by_state ON reports (state, reported_at);

-- By keyed hash of a network address; the empty one counts all together.
CREATE TABLE report_counts (
    hour BIGINT NOT NULL,
    sender VARCHAR(64) NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (hour, sender)
) {table};
