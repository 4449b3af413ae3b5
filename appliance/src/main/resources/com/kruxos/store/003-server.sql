CREATE TABLE server (
    id        TEXT    NOT NULL PRIMARY KEY,
    space     TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    command   TEXT    NOT NULL,
    env       TEXT    NOT NULL,
    plain_env TEXT    NOT NULL,
    grants    TEXT    NOT NULL,
    cwd       TEXT,
    prefixed  INTEGER NOT NULL,
    enabled   INTEGER NOT NULL,
    created   TEXT    NOT NULL,
    UNIQUE (space, name)
);

-- What agents call a tool is decided once, when it is first seen, and kept: rules and people rely on it.
CREATE TABLE tool (
    server        TEXT    NOT NULL REFERENCES server (id) ON DELETE CASCADE,
    upstream_name TEXT    NOT NULL,
    space         TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    definition    BLOB    NOT NULL,
    listed        INTEGER NOT NULL,
    PRIMARY KEY (server, upstream_name),
    UNIQUE (space, name)
);
