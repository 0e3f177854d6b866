-- What a session may still do, what staff look for, and devices with a name and an age.

-- Counted up by each change of password, address or rights; a session of an older epoch counts for nothing.
ALTER TABLE people ADD COLUMN epoch BIGINT DEFAULT 0 NOT NULL;

-- In lower case, to be looked for.
ALTER TABLE people ADD COLUMN folded_name VARCHAR(240) DEFAULT '' NOT NULL;

UPDATE people SET folded_name = LOWER(name);

-- To within some minutes; empty until the first sign-in.
ALTER TABLE people ADD COLUMN seen_at BIGINT;

UPDATE people SET seen_at = (SELECT MAX(used_at) FROM devices WHERE devices.person = people.id);

CREATE INDEX people_by_rights ON people (rights);

ALTER TABLE sessions ADD COLUMN epoch BIGINT DEFAULT 0 NOT NULL;

-- By which a form names it; the hash stays here.
ALTER TABLE devices ADD COLUMN id VARCHAR(36) DEFAULT '' NOT NULL;

ALTER TABLE devices ADD COLUMN name VARCHAR(100) DEFAULT '' NOT NULL;

ALTER TABLE devices ADD COLUMN met_at BIGINT DEFAULT 0 NOT NULL;

UPDATE devices SET id = SUBSTR(hash, 1, 36), met_at = used_at;

CREATE INDEX devices_by_use ON devices (used_at);

-- The id of who did it, where that is somebody else.
ALTER TABLE person_events ADD COLUMN actor VARCHAR(36);

CREATE INDEX person_events_by_time ON person_events (happened_at, id);

CREATE INDEX person_events_by_kind ON person_events (event, happened_at, id);
