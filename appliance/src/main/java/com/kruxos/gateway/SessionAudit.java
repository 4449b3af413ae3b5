package com.kruxos.gateway;

import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.audit.RecordThrottle;
import com.kruxos.session.Caller;
import com.kruxos.session.Session;
import java.time.InstantSource;

/** The audit records of sessions: which began, which ended, and which clients were refused. Safe for any thread. */
final class SessionAudit {
    private final AuditLog audit;
    private final RecordThrottle unauthenticatedThrottle;
    private final RecordThrottle limitThrottle;

    SessionAudit(AuditLog audit, InstantSource clock) {
        this.audit = audit;
        unauthenticatedThrottle = new RecordThrottle(clock);
        limitThrottle = new RecordThrottle(clock);
    }

    /** Called before the session exists: without the record it is not opened. */
    void recordStarted(Caller caller) {
        audit.append(connectEntry("session.started", caller, "admitted", Details.none()), Durability.COMMITTED);
    }

    /** The session that was recorded as started was not opened. */
    void recordNotOpened(Caller caller, String reason) {
        appendIfPossible(
                connectEntry("session.ended", caller, "ended", Details.none().with("reason", reason)));
    }

    void recordEnded(Session session, String reason) {
        var caller = session.caller();
        appendIfPossible(AuditEntry.by(caller.principal(), "session.ended", "disconnect")
                .space(caller.spaceId())
                .session(session.id())
                .target(keyText(caller))
                .details(Details.none()
                        .with("reason", reason)
                        .with("client", caller.client().name())
                        .with("calls", session.requestCount()))
                .outcome("ended"));
    }

    /** A client without a valid key. At most one record a second, which counts the attempts since the last one. */
    void recordUnauthenticated(String address) {
        unauthenticatedThrottle.recordOccurrence(count -> audit.append(
                AuditEntry.bySystem("session.refused", "connect")
                        .details(Details.none().with("origin", address).with("attempts", count))
                        .outcome("refused"),
                Durability.COMMITTED));
    }

    /** An agent that has too many sessions. Throttled like {@link #recordUnauthenticated}. */
    void recordLimitReached(Caller caller) {
        limitThrottle.recordOccurrence(count -> audit.append(
                connectEntry(
                        "session.refused",
                        caller,
                        "refused",
                        Details.none().with("reason", "too many sessions").with("attempts", count)),
                Durability.COMMITTED));
    }

    /** For the end of a session, which cannot be refused when the audit log is unavailable. */
    private void appendIfPossible(AuditEntry entry) {
        try {
            audit.append(entry, Durability.COMMITTED);
        } catch (AuditWriteFailed e) {
            // The health check reports it.
        }
    }

    private static AuditEntry connectEntry(String kind, Caller caller, String outcome, Details details) {
        return AuditEntry.by(caller.principal(), kind, "connect")
                .space(caller.spaceId())
                .session(caller.sessionId())
                .target(keyText(caller))
                .details(details)
                .outcome(outcome);
    }

    private static String keyText(Caller caller) {
        return "key …" + caller.credential().lastFour();
    }
}
