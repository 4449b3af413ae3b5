-- The vault. docs/wire/vault.md says what the sealed columns hold; nothing here is secret but the values sealed in them.

-- epoch: the space key in use. floor: the highest version ever deleted in the Space; a new name starts above it, so that
-- no version of any name is ever given out twice.
CREATE TABLE vault_space (
  space   TEXT   NOT NULL PRIMARY KEY,
  epoch   BIGINT NOT NULL CHECK (epoch >= 1),
  floor   BIGINT NOT NULL CHECK (floor >= 0),
  created BIGINT NOT NULL
);

-- One space key, sealed by the root key that root_id names. Deleting the row makes every record of its epoch unreadable.
CREATE TABLE vault_space_key (
  space   TEXT   NOT NULL REFERENCES vault_space (space) ON DELETE CASCADE,
  epoch   BIGINT NOT NULL CHECK (epoch >= 1),
  root_id BYTEA  NOT NULL CHECK (length(root_id) = 16),
  nonce   BYTEA  NOT NULL CHECK (length(nonce) = 12),
  wrapped BYTEA  NOT NULL CHECK (length(wrapped) = 48),
  created BIGINT NOT NULL,
  PRIMARY KEY (space, epoch)
);

-- The newest version of one value. Times are milliseconds since 1970, UTC.
CREATE TABLE vault_record (
  space      TEXT   NOT NULL,
  owner      TEXT   NOT NULL,
  scope      TEXT   NOT NULL,
  key        TEXT   NOT NULL,
  version    BIGINT NOT NULL CHECK (version >= 1),
  epoch      BIGINT NOT NULL,
  salt       BYTEA  NOT NULL,
  nonce      BYTEA  NOT NULL,
  commitment BYTEA  NOT NULL,
  ciphertext BYTEA  NOT NULL,
  created    BIGINT NOT NULL,
  updated    BIGINT NOT NULL,
  PRIMARY KEY (space, owner, scope, key),
  FOREIGN KEY (space, epoch) REFERENCES vault_space_key (space, epoch) ON DELETE CASCADE
);

CREATE INDEX vault_record_by_key ON vault_record (space, epoch);
