-- People who sign in on the dashboard. Times are milliseconds since 1970 UTC.
-- The passphrase is here only as bcrypt of an HMAC under the pepper in the vault; absent until one is chosen.

create table operator (
    id text primary key,
    name text not null unique,
    passphrase text,
    created bigint not null,
    changed bigint,
    last_seen bigint
);
