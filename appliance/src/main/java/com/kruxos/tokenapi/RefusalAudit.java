package com.kruxos.tokenapi;

import com.kruxos.admin.AuditedActions;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.audit.RecordThrottle;
import java.time.InstantSource;

/** The record of who was turned away. That it cannot be written turns nobody in. Safe for any thread. */
final class RefusalAudit {
    private final AuditedActions acts;
    private final RecordThrottle throttle;

    RefusalAudit(AuditedActions acts, InstantSource clock) {
        this.acts = acts;
        throttle = new RecordThrottle(clock);
    }

    void record(AuditPrincipal who, String asked, String reason) {
        try {
            acts.recordRefusal(who, asked, reason);
        } catch (AuditWriteFailed e) {
            // It is refused all the same; health says that nothing can be written.
        }
    }

    /** For those whom nothing is known of: at most one record a second, which says how many there were. */
    void recordThrottled(String origin, String asked) {
        try {
            throttle.recordOccurrence(
                    count -> acts.recordAnonymousRefusal(origin, asked, "no user token that counts", count));
        } catch (AuditWriteFailed e) {
            // As above.
        }
    }
}
