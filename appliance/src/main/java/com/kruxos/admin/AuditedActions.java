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
 * The one way anything is changed by a person: an intent on disk, the change, what came of it on disk. Safe for any
 * thread.
 *
 * <p>Failing to write either record is passed up as {@link com.kruxos.audit.AuditWriteFailed}: without the first
 * nothing has happened; without the second the change stands, the caller is not told its result, and the intent is
 * closed at the next start.
 */
public final class AuditedActions {
    /** Kinds of records. */
    static final String INTENT_KIND = "admin.opened";

    static final String OUTCOME_KIND = "admin.closed";
    static final String REFUSAL_KIND = "admin.refused";

    /** Where records go. */
    @FunctionalInterface
    interface AuditSink {
        /** Writes an entry and gives its number. */
        long append(AuditEntry entry, Durability durability);
    }

    private final AuditSink auditSink;
    private final DrainGate drainGate = new DrainGate();

    public AuditedActions(AuditLog audit) {
        this(audit::append);
    }

    AuditedActions(AuditSink book) {
        this.auditSink = book;
    }

    <T> Result<T> perform(AdminAction act, Supplier<Result<T>> change) {
        return perform(act, change, done -> Details.none());
    }

    /** {@code outcome} says what the closing record tells of a change that was made. */
    <T> Result<T> perform(AdminAction act, Supplier<Result<T>> change, Function<T, Details> outcome) {
        if (!drainGate.enter()) {
            return Result.conflict("the appliance is stopping", "try again when it has started");
        }
        try {
            return performAudited(act, change, outcome);
        } finally {
            drainGate.leave();
        }
    }

    /** Begins nothing from now on, and waits for what is under way; gives how much is left after that time. */
    public int stopAndDrain(Duration atMost) {
        drainGate.close();
        return drainGate.awaitDrained(atMost);
    }

    private <T> Result<T> performAudited(AdminAction act, Supplier<Result<T>> change, Function<T, Details> outcome) {
        var intent = auditEntry(INTENT_KIND, act, AuditEntry.OPEN);
        var opened = auditSink.append(intent, Durability.SYNCED);
        Result<T> answer;
        try {
            answer = change.get();
        } catch (RuntimeException e) {
            // Only the kind of failure: its text may quote what somebody sent.
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

    /** Records that somebody was turned away before anything was tried. */
    public void recordRefusal(AuditPrincipal who, String action, String reason) {
        var act = new AdminAction(who, action, null, null, Details.none().with("reason", reason));
        auditSink.append(auditEntry(REFUSAL_KIND, act, "refused"), Durability.COMMITTED);
    }

    /** Records that strangers of whom nothing is known were turned away; one record may stand for many of them. */
    public void recordAnonymousRefusal(String origin, String action, String reason, long attempts) {
        var details =
                Details.none().with("reason", reason).with("origin", origin).with("attempts", attempts);
        auditSink.append(
                auditEntry(
                        REFUSAL_KIND, new AdminAction(AuditPrincipal.system(), action, null, null, details), "refused"),
                Durability.COMMITTED);
    }

    /** A result that nobody will be told must not linger: it may be a key. */
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

    private static AuditEntry auditEntry(String kind, AdminAction act, String outcome) {
        return AuditEntry.by(act.principal(), kind, act.action())
                .space(act.space())
                .target(act.target())
                .details(act.details())
                .outcome(outcome);
    }
}
