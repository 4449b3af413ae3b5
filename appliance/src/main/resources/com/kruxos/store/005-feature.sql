-- Prompts, resources and templates are kept like tools: what agents call one is decided once, when it is first seen.
CREATE TABLE feature (
    server        TEXT    NOT NULL REFERENCES server (id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL,
    upstream_name TEXT    NOT NULL,
    space         TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    definition    BLOB    NOT NULL,
    listed        INTEGER NOT NULL,
    PRIMARY KEY (server, kind, upstream_name),
    UNIQUE (space, kind, name)
);

INSERT INTO feature (server, kind, upstream_name, space, name, definition, listed)
SELECT server, 'tool', upstream_name, space, name, definition, listed FROM tool;

DROP TABLE tool;

-- A server on the network has a URL and headers instead of a program.
ALTER TABLE server ADD COLUMN url TEXT;
ALTER TABLE server ADD COLUMN headers TEXT NOT NULL DEFAULT '{}';
ALTER TABLE server ADD COLUMN per_agent INTEGER NOT NULL DEFAULT 0;
