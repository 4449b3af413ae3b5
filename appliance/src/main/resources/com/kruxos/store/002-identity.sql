-- Who is at the door. Times are milliseconds since 1970 UTC; ids are random and never change.
-- Credentials are here only as HMAC-SHA-256 under a pepper that lies in the vault, in lower-case hex.

create table space (
    id text primary key,
    name text not null unique,
    created bigint not null
);

-- A revoked agent keeps its row, and so its name: nobody else can take over what its name stands for in old records.
create table agent (
    id text primary key,
    space text not null references space (id),
    name text not null,
    purpose text not null,
    state text not null check (state in ('active', 'paused', 'revoked')),
    created bigint not null,
    expires bigint,
    unique (space, name)
);

-- Only keys that count or will run out by themselves; revoking and rotating delete the row.
create table agent_key (
    id text primary key,
    agent text not null references agent (id) on delete cascade,
    hash text not null unique,
    last_four text not null,
    created bigint not null,
    expires bigint
);

create index agent_key_agent on agent_key (agent);

-- A revoked token keeps its row, so that it can be shown, but not its hash.
create table user_token (
    id text primary key,
    label text not null,
    scopes text not null,
    hash text unique,
    last_four text not null,
    created bigint not null,
    expires bigint,
    last_used bigint,
    revoked bigint
);
