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
public final class Acts {
    /** Kinds of records. */
    static final String OPENED = "admin.opened";

    static final String CLOSED = "admin.closed";
    static final String REFUSED = "admin.refused";

    /** Where records go. */
    @FunctionalInterface
    interface Book {
        /** Writes an entry and gives its number. */
        long append(AuditEntry entry, Durability durability);
    }

    private final Book book;
    private final DrainGate underWay = new DrainGate();

    public Acts(AuditLog audit) {
        this(audit::append);
    }

    Acts(Book book) {
        this.book = book;
    }

    <T> Result<T> perform(Act act, Supplier<Result<T>> change) {
        return perform(act, change, done -> Details.none());
    }

    /** {@code outcome} says what the closing record tells of a change that was made. */
    <T> Result<T> perform(Act act, Supplier<Result<T>> change, Function<T, Details> outcome) {
        if (!underWay.enter()) {
            return Result.conflict("the appliance is stopping", "try again when it has started");
        }
        try {
            return begun(act, change, outcome);
        } finally {
            underWay.leave();
        }
    }

    /** Begins nothing from now on, and waits for what is under way; gives how much is left after that time. */
    public int stop(Duration atMost) {
        underWay.close();
        return underWay.awaitDrained(atMost);
    }

    private <T> Result<T> begun(Act act, Supplier<Result<T>> change, Function<T, Details> outcome) {
        var intent = entry(OPENED, act, AuditEntry.OPEN);
        var opened = book.append(intent, Durability.SYNCED);
        Result<T> answer;
        try {
            answer = change.get();
        } catch (RuntimeException e) {
            // Only the kind of failure: its text may quote what somebody sent.
            close(
                    intent,
                    opened,
                    "failed",
                    Details.none().with("reason", e.getClass().getSimpleName()),
                    null);
            throw e;
        }
        switch (answer) {
            case Result.Done<T>(var value) -> close(intent, opened, "done", outcome.apply(value), value);
            case Result.Refused<T>(var reason, var detail, var hint) ->
                close(intent, opened, "refused", Details.none().with("reason", detail), null);
        }
        return answer;
    }

    /** Records that somebody was turned away before anything was tried. */
    public void refused(AuditPrincipal who, String action, String reason) {
        var act = new Act(who, action, null, null, Details.none().with("reason", reason));
        book.append(entry(REFUSED, act, "refused"), Durability.COMMITTED);
    }

    /** Records that strangers of whom nothing is known were turned away; one record may stand for many of them. */
    public void turnedAway(String origin, String action, String reason, long attempts) {
        var details =
                Details.none().with("reason", reason).with("origin", origin).with("attempts", attempts);
        book.append(
                entry(REFUSED, new Act(AuditPrincipal.system(), action, null, null, details), "refused"),
                Durability.COMMITTED);
    }

    /** A result that nobody will be told must not linger: it may be a key. */
    private void close(AuditEntry intent, long opened, String outcome, Details details, @Nullable Object result) {
        try {
            book.append(intent.outcomeEntry(opened, CLOSED, outcome, details), Durability.SYNCED);
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

    private static AuditEntry entry(String kind, Act act, String outcome) {
        return new AuditEntry(
                kind, act.who(), act.space(), null, act.action(), act.target(), outcome, null, act.details());
    }
}
