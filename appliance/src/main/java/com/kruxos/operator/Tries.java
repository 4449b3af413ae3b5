package com.kruxos.operator;

import com.kruxos.admin.OperatorAdmin;
import com.kruxos.identity.Guesses;
import com.kruxos.identity.Thinning;
import java.time.Duration;
import java.time.InstantSource;

/** Tries of passphrases and invitations: who tries too often waits, and who is turned away is recorded. */
final class Tries {
    /** Six tries at once, ten in the first minute, then one a minute. */
    static final Guesses.Pace PACE = new Guesses.Pace(5, Duration.ofSeconds(2), Duration.ofSeconds(60));

    private final OperatorAdmin operators;
    private final Guesses guesses;
    private final Thinning refusals;

    Tries(OperatorAdmin operators, InstantSource clock) {
        this.operators = operators;
        guesses = new Guesses(PACE, clock);
        refusals = new Thinning(clock);
    }

    /**
     * How long {@code source} has to wait; nothing when it may try now, which counts until {@link #succeeded}.
     *
     * @param action what is tried, as the record names it
     */
    Duration begin(String source, String origin, String action) {
        var wait = guesses.begin(source);
        if (wait.isPositive()) {
            refused(origin, action, "too many tries");
        }
        return wait;
    }

    void succeeded(String source) {
        guesses.succeeded(source);
    }

    void refused(String origin, String action, String reason) {
        refusals.happened(count -> operators.refused(origin, action, reason, count));
    }
}
