-- What was looked for and not found, by day (UTC), without anything about who looked.

CREATE TABLE unanswered_searches (
    day VARCHAR(10) NOT NULL,
    words VARCHAR(60) NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (day, words)
) {table};
