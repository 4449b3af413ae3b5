package com.kruxos.vault;

import java.time.Instant;

/** A row of the vault with its wrapped space key, read in one statement so that the two are consistent. */
record StoredRecord(
        SecretName name,
        long version,
        SealedRecord sealed,
        WrappedSpaceKey wrappedKey,
        Instant created,
        Instant updated) {
    RecordContext context() {
        return new RecordContext(name.space(), name.owner(), name.name(), version, wrappedKey.epoch);
    }

    @Override
    public String toString() {
        return name + ", version " + version;
    }
}
