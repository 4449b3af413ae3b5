package com.kruxos.tokenapi;

import com.kruxos.admin.AuditedActions;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.audit.RecordThrottle;
import java.time.InstantSource;

/**
 * Audits refused requests. If the audit log cannot be written, the request is refused all the same. Safe for any
 * thread.
 */
final class RefusalAudit {
    private final AuditedActions actions;
    private final RecordThrottle throttle;

    RefusalAudit(AuditedActions actions, InstantSource clock) {
        this.actions = actions;
        throttle = new RecordThrottle(clock);
    }

    void record(AuditPrincipal principal, String operation, String reason) {
        try {
            actions.recordRefusal(principal, operation, reason);
        } catch (AuditWriteFailed e) {
            // The health check reports it.
        }
    }

    /** For unauthenticated callers: at most one record a second, with the number of attempts. */
    void recordThrottled(String origin, String operation) {
        try {
            throttle.recordOccurrence(
                    count -> actions.recordAnonymousRefusal(origin, operation, "invalid or missing user token", count));
        } catch (AuditWriteFailed e) {
            // The health check reports it.
        }
    }
}
