-- What scripts and shims need of the API. Times are milliseconds since 1970 UTC.

-- Short-lived ways in for one agent, made by a user. As keys: only HMAC-SHA-256 under the pepper is kept, and a row goes
-- when the ticket counts no more. via names who made it, as the audit log names them: user:utk_….
create table agent_ticket (
    id text primary key,
    agent text not null references agent (id) on delete cascade,
    hash text not null unique,
    last_four text not null,
    via text not null,
    created bigint not null,
    expires bigint not null
);

create index agent_ticket_agent on agent_ticket (agent);
create index agent_ticket_expires on agent_ticket (expires);

-- Creates that were asked for with an Idempotency-Key: who asked, with which key, for what, and what came of it. All but
-- the id of what was made are keyed digests. made is null while it is under way, and for good when a crash came between.
create table api_replay (
    principal text not null,
    key text not null,
    request text not null,
    made text,
    at bigint not null,
    primary key (principal, key)
);

create index api_replay_at on api_replay (at);
