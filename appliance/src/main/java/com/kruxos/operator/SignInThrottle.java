package com.kruxos.operator;

import com.kruxos.admin.OperatorAdmin;
import com.kruxos.audit.RecordThrottle;
import com.kruxos.identity.LoginThrottle;
import java.time.Duration;
import java.time.InstantSource;

/** Throttles attempts with passphrases and invitations, and records refusals. */
final class SignInThrottle {
    /** Six attempts at once, ten in the first minute, then one a minute. */
    static final LoginThrottle.ThrottlePolicy POLICY =
            new LoginThrottle.ThrottlePolicy(5, Duration.ofSeconds(2), Duration.ofSeconds(60));

    private final OperatorAdmin operators;
    private final LoginThrottle loginThrottle;
    private final RecordThrottle recordThrottle;

    SignInThrottle(OperatorAdmin operators, InstantSource clock) {
        this.operators = operators;
        loginThrottle = new LoginThrottle(POLICY, clock);
        recordThrottle = new RecordThrottle(clock);
    }

    /**
     * How long {@code source} must wait; zero if it may try now. The attempt counts as failed until
     * {@link #recordSuccess}.
     *
     * @param action for the audit record
     */
    Duration beginAttempt(String source, String origin, String action) {
        var wait = loginThrottle.beginAttempt(source);
        if (wait.isPositive()) {
            recordRefusal(origin, action, "too many tries");
        }
        return wait;
    }

    void recordSuccess(String source) {
        loginThrottle.recordSuccess(source);
    }

    void recordRefusal(String origin, String action, String reason) {
        recordThrottle.recordOccurrence(count -> operators.recordRefusal(origin, action, reason, count));
    }
}
