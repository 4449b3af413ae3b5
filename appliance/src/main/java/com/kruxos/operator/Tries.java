package com.kruxos.operator;

import com.kruxos.admin.OperatorAdmin;
import com.kruxos.audit.RecordThrottle;
import com.kruxos.identity.LoginThrottle;
import java.time.Duration;
import java.time.InstantSource;

/** Tries of passphrases and invitations: who tries too often waits, and who is turned away is recorded. */
final class Tries {
    /** Six tries at once, ten in the first minute, then one a minute. */
    static final LoginThrottle.ThrottlePolicy PACE =
            new LoginThrottle.ThrottlePolicy(5, Duration.ofSeconds(2), Duration.ofSeconds(60));

    private final OperatorAdmin operators;
    private final LoginThrottle guesses;
    private final RecordThrottle refusals;

    Tries(OperatorAdmin operators, InstantSource clock) {
        this.operators = operators;
        guesses = new LoginThrottle(PACE, clock);
        refusals = new RecordThrottle(clock);
    }

    /**
     * How long {@code source} has to wait; nothing when it may try now, which counts until {@link #succeeded}.
     *
     * @param action what is tried, as the record names it
     */
    Duration begin(String source, String origin, String action) {
        var wait = guesses.beginAttempt(source);
        if (wait.isPositive()) {
            refused(origin, action, "too many tries");
        }
        return wait;
    }

    void succeeded(String source) {
        guesses.recordSuccess(source);
    }

    void refused(String origin, String action, String reason) {
        refusals.recordOccurrence(count -> operators.refused(origin, action, reason, count));
    }
}
