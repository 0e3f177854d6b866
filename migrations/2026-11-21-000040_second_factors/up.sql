-- What shows, beside a password, that somebody is who they say: an authenticator app, passkeys, recovery codes.

-- The secret is sealed with a key that belongs to the id. A step is half a minute: no code of it is taken twice.
CREATE TABLE authenticator_apps (
    person VARCHAR(36) NOT NULL PRIMARY KEY,
    id VARCHAR(36) NOT NULL,
    sealed VARCHAR(255) NOT NULL,
    last_step BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT
) {table};

CREATE TABLE recovery_codes (
    hash VARCHAR(64) NOT NULL PRIMARY KEY,
    person VARCHAR(36) NOT NULL,
    made_at BIGINT NOT NULL
) {table};

CREATE INDEX recovery_codes_by_person ON recovery_codes (person);

-- The credential's own id may be longer than an index takes, so it stands by its hash and, with the key, in material.
CREATE TABLE passkeys (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    credential VARCHAR(64) NOT NULL,
    person VARCHAR(36) NOT NULL,
    name VARCHAR(100) NOT NULL,
    material {long_text} NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT
) {table};

CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (credential);

CREATE INDEX passkeys_by_person ON passkeys (person);
