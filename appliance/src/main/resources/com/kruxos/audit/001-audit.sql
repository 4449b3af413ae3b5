-- The audit log. The words in braces are as in the main database's schema (store.Dialect).

-- One row per audit record, in sequence; never changed. docs/wire/audit.md defines the leaf and its hash. principal and kind
-- repeat members of the leaf; verification compares them. leaf may be null so that a later version can delete old leaves and
-- keep their hashes without changing this table.
create table record (
    seq {integer} not null primary key,
    hash {bytes} not null,
    principal text not null,
    kind text not null,
    leaf {bytes}
) {strict};

-- The tables below are derived from the records, some thousand at a time, and only make queries faster. They are not indexes
-- of the table: an index costs every record a page of its own in the write-ahead log when many principals take turns.

-- The last record that the tables below contain.
create table index_state (
    id {integer} not null primary key check (id = 1),
    seq {integer} not null
) {strict};

insert into index_state (id, seq) values (1, 0);

create table record_by_principal (
    principal text not null,
    seq {integer} not null,
    primary key (principal, seq)
) {strict_without_rowid};

create table record_by_kind (
    kind text not null,
    seq {integer} not null,
    primary key (kind, seq)
) {strict_without_rowid};

-- Intents that no outcome has closed.
create table open_intent (
    seq {integer} not null primary key
) {strict};
