package com.kruxos.admin;

import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.result.Result;
import com.kruxos.session.DrainGate;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Every administrative change goes through this class: it records the intent on disk, makes the change, and records the
 * outcome on disk. Thread-safe.
 *
 * <p>If a record cannot be written, {@link com.kruxos.audit.AuditWriteFailed} is thrown. Without the intent nothing is
 * changed. Without the outcome the change stands, its result is discarded, and the next start closes the intent.
 */
public final class AuditedActions {
    static final String INTENT_KIND = "admin.opened";

    static final String OUTCOME_KIND = "admin.closed";
    static final String REFUSAL_KIND = "admin.refused";

    /** Appends to the audit log. */
    @FunctionalInterface
    interface AuditSink {
        /** Returns the sequence number. */
        long append(AuditEntry entry, Durability durability);
    }

    private final AuditSink auditSink;
    private final DrainGate drainGate = new DrainGate();

    public AuditedActions(AuditLog audit) {
        this(audit::append);
    }

    AuditedActions(AuditSink auditSink) {
        this.auditSink = auditSink;
    }

    <T> Result<T> perform(AdminAction action, Supplier<Result<T>> change) {
        return perform(action, change, done -> Details.none());
    }

    /** {@code outcome} gives the details of the outcome record of a successful change. */
    <T> Result<T> perform(AdminAction action, Supplier<Result<T>> change, Function<T, Details> outcome) {
        if (!drainGate.enter()) {
            return Result.conflict("the appliance is stopping", "try again after it has restarted");
        }
        try {
            return performAudited(action, change, outcome);
        } finally {
            drainGate.leave();
        }
    }

    /** Refuses new actions and waits for running ones; returns how many still run after {@code atMost}. */
    public int stopAndDrain(Duration atMost) {
        drainGate.close();
        return drainGate.awaitDrained(atMost);
    }

    private <T> Result<T> performAudited(AdminAction action, Supplier<Result<T>> change, Function<T, Details> outcome) {
        var intent = auditEntry(INTENT_KIND, action, AuditEntry.OPEN);
        var opened = auditSink.append(intent, Durability.SYNCED);
        Result<T> answer;
        try {
            answer = change.get();
        } catch (RuntimeException e) {
            // Only the exception type: the message may quote input.
            recordOutcome(
                    intent,
                    opened,
                    "failed",
                    Details.none().with("reason", e.getClass().getSimpleName()),
                    null);
            throw e;
        }
        switch (answer) {
            case Result.Done<T>(var value) -> recordOutcome(intent, opened, "done", outcome.apply(value), value);
            case Result.Refused<T>(var reason, var detail, var hint) ->
                recordOutcome(intent, opened, "refused", Details.none().with("reason", detail), null);
        }
        return answer;
    }

    /** Records that a known principal was refused before an action started. */
    public void recordRefusal(AuditPrincipal principal, String action, String reason) {
        var refused =
                new AdminAction(principal, action, null, null, Details.none().with("reason", reason));
        auditSink.append(auditEntry(REFUSAL_KIND, refused, "refused"), Durability.COMMITTED);
    }

    /** Records refused attempts of unknown clients; one record can stand for many attempts. */
    public void recordAnonymousRefusal(String origin, String action, String reason, long attempts) {
        var details =
                Details.none().with("reason", reason).with("origin", origin).with("attempts", attempts);
        auditSink.append(
                auditEntry(
                        REFUSAL_KIND, new AdminAction(AuditPrincipal.system(), action, null, null, details), "refused"),
                Durability.COMMITTED);
    }

    /** Wipes the result if the outcome cannot be recorded: it may contain a key. */
    private void recordOutcome(
            AuditEntry intent, long opened, String outcome, Details details, @Nullable Object result) {
        try {
            auditSink.append(intent.outcomeEntry(opened, OUTCOME_KIND, outcome, details), Durability.SYNCED);
        } catch (RuntimeException e) {
            if (result instanceof AutoCloseable secret) {
                wipe(secret, e);
            }
            throw e;
        }
    }

    private static void wipe(AutoCloseable secret, RuntimeException because) {
        try {
            secret.close();
        } catch (Exception e) {
            because.addSuppressed(e);
        }
    }

    private static AuditEntry auditEntry(String kind, AdminAction action, String outcome) {
        return AuditEntry.by(action.principal(), kind, action.action())
                .space(action.space())
                .target(action.target())
                .details(action.details())
                .outcome(outcome);
    }
}
