package com.kruxos.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person who may sign in to the dashboard.
 *
 * @param id never changes and is never reused, though the name may be
 * @param passphraseChanged when the passphrase was last chosen; absent when there is none
 * @param lastSeen when they last signed in; absent before the first time
 */
public record Operator(
        String id,
        String name,
        Instant created,
        @Nullable Instant passphraseChanged,
        @Nullable Instant lastSeen) {
    /** Whether they have chosen a passphrase: before that, only an invitation lets them in. */
    public boolean hasPassphrase() {
        return passphraseChanged != null;
    }
}
