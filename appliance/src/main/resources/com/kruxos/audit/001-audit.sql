-- One row per record, in the order of the sequence; never changed. docs/wire/audit.md says what a leaf and its hash are.
-- principal and kind repeat what the leaf says; verification compares them. The leaf may be NULL so that a later build can
-- forget old leaves and keep their hashes without touching this table.
CREATE TABLE record (
    seq INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    principal TEXT NOT NULL,
    kind TEXT NOT NULL,
    leaf BLOB
) STRICT;

-- The rest is made from the records, some thousand at a time, and helps to find them. It is not an index of the table,
-- because an index costs every record a page of its own in the log when many principals take turns.

-- Up to which record the tables below are complete.
CREATE TABLE filed (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL
) STRICT;

INSERT INTO filed (one, seq) VALUES (1, 0);

CREATE TABLE by_principal (
    principal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (principal, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE by_kind (
    kind TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (kind, seq)
) STRICT, WITHOUT ROWID;

-- Records that announced something and that no record has closed yet.
CREATE TABLE unclosed (
    seq INTEGER PRIMARY KEY
) STRICT;
