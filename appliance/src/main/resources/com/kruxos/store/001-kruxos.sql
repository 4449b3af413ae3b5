-- The main database. docs/wire/vault.md describes what the sealed columns of the vault hold.
--
-- One convention for SQLite and PostgreSQL: store.Dialect replaces the words in braces. {integer} has 64 bits; {boolean} is
-- compared with true and false; {bytes} are raw bytes; {time} is microseconds since 1970-01-01T00:00Z. {strict} ends a table.
-- Columns that hold the id of another row end in _id, times end in _at. JSON is stored as text.

-- epoch: the space key in use. floor: the highest version ever deleted in the Space; a new name starts above it, so that no
-- version of any name is ever used twice.
create table vault_space (
    space_id text not null primary key,
    epoch {integer} not null check (epoch >= 1),
    floor {integer} not null check (floor >= 0),
    created_at {time} not null
) {strict};

-- One space key, sealed by the root key that root_id names. Deleting the row makes every record of its epoch unreadable.
create table vault_space_key (
    space_id text not null references vault_space (space_id) on delete cascade,
    epoch {integer} not null check (epoch >= 1),
    root_id {bytes} not null check (length(root_id) = 16),
    nonce {bytes} not null check (length(nonce) = 12),
    wrapped {bytes} not null check (length(wrapped) = 48),
    created_at {time} not null,
    primary key (space_id, epoch)
) {strict};

-- The newest version of one value.
create table vault_record (
    space_id text not null,
    owner text not null,
    scope text not null,
    key text not null,
    version {integer} not null check (version >= 1),
    epoch {integer} not null,
    salt {bytes} not null,
    nonce {bytes} not null,
    commitment {bytes} not null,
    ciphertext {bytes} not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (space_id, owner, scope, key),
    foreign key (space_id, epoch) references vault_space_key (space_id, epoch) on delete cascade
) {strict};

create index vault_record_epoch on vault_record (space_id, epoch);

-- Principals and their credentials. Ids are random and never change. A credential is stored only as its HMAC-SHA-256 under
-- the pepper in the vault, a passphrase only as bcrypt of that.
create table space (
    id text not null primary key,
    name text not null unique,
    created_at {time} not null
) {strict};

-- A revoked agent keeps its row and its name, so that no other agent takes over the name in old audit records. The state
-- "expired" is never stored; it follows from expires_at.
create table agent (
    id text not null primary key,
    space_id text not null references space (id),
    name text not null,
    purpose text not null,
    state text not null check (state in ('active', 'paused', 'revoked')),
    created_at {time} not null,
    expires_at {time},
    unique (space_id, name)
) {strict};

-- Valid keys, and keys that expire by themselves. Revocation and rotation delete the row.
create table agent_key (
    id text not null primary key,
    agent_id text not null references agent (id) on delete cascade,
    hash {bytes} not null unique check (length(hash) = 32),
    last_four text not null,
    created_at {time} not null,
    expires_at {time}
) {strict};

create index agent_key_agent_id on agent_key (agent_id);

-- Short-lived credentials of one agent, issued by a user. via names the issuer as the audit log does: user:utk_….
create table agent_ticket (
    id text not null primary key,
    agent_id text not null references agent (id) on delete cascade,
    hash {bytes} not null unique check (length(hash) = 32),
    last_four text not null,
    via text not null,
    created_at {time} not null,
    expires_at {time} not null
) {strict};

create index agent_ticket_agent_id on agent_ticket (agent_id);

-- A revoked token keeps its row, so that it can be listed, but not its hash. scopes are separated by spaces.
create table user_token (
    id text not null primary key,
    label text not null,
    scopes text not null,
    hash {bytes} unique check (length(hash) = 32),
    last_four text not null,
    created_at {time} not null,
    expires_at {time},
    last_used_at {time},
    revoked_at {time}
) {strict};

-- People who sign in to the dashboard. passphrase is null until one is chosen.
create table operator (
    id text not null primary key,
    name text not null unique,
    passphrase text,
    created_at {time} not null,
    passphrase_changed_at {time},
    last_seen_at {time}
) {strict};

-- Declared MCP servers: a command, or a URL with headers.
create table server (
    id text not null primary key,
    space_id text not null,
    name text not null,
    command text not null,
    env text not null,
    plain_env text not null,
    grants text not null,
    cwd text,
    url text,
    headers text not null,
    prefixed {boolean} not null check (prefixed in (false, true)),
    per_agent {boolean} not null check (per_agent in (false, true)),
    offline {boolean} not null check (offline in (false, true)),
    enabled {boolean} not null check (enabled in (false, true)),
    created_at {time} not null,
    unique (space_id, name)
) {strict};

-- Tools, prompts, resources and templates. The name that agents use is chosen when a feature is first seen, and never
-- changes: policy rules and people rely on it.
create table feature (
    server_id text not null references server (id) on delete cascade,
    kind text not null,
    upstream_name text not null,
    space_id text not null,
    name text not null,
    definition {bytes} not null,
    listed {boolean} not null check (listed in (false, true)),
    primary key (server_id, kind, upstream_name),
    unique (space_id, kind, name)
) {strict};

-- Create requests that had an Idempotency-Key. The key and the request are keyed digests. resource_id is null while the
-- request is in progress, and stays null if a crash interrupted it.
create table idempotency_key (
    principal text not null,
    key text not null,
    request text not null,
    resource_id text,
    created_at {time} not null,
    primary key (principal, key)
) {strict};

create index idempotency_key_created_at on idempotency_key (created_at);
