package com.kruxos.tokenapi;

import com.kruxos.admin.Acts;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.audit.RecordThrottle;
import java.time.InstantSource;

/** The record of who was turned away. That it cannot be written turns nobody in. Safe for any thread. */
final class Refusals {
    private final Acts acts;
    private final RecordThrottle strangers;

    Refusals(Acts acts, InstantSource clock) {
        this.acts = acts;
        strangers = new RecordThrottle(clock);
    }

    void record(AuditPrincipal who, String asked, String reason) {
        try {
            acts.refused(who, asked, reason);
        } catch (AuditWriteFailed e) {
            // It is refused all the same; health says that nothing can be written.
        }
    }

    /** For those whom nothing is known of: at most one record a second, which says how many there were. */
    void thinned(String origin, String asked) {
        try {
            strangers.recordOccurrence(count -> acts.turnedAway(origin, asked, "no user token that counts", count));
        } catch (AuditWriteFailed e) {
            // As above.
        }
    }
}
