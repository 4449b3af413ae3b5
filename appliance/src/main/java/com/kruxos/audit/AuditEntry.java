package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * What is to be recorded. Number, time and chain are added when it is written. Strings that are too long are cut here,
 * in the caller's thread, and say so.
 *
 * <p>An entry whose outcome is {@link #OPEN} announces something that has yet to end; its caller keeps the number that
 * {@code append} gives and later writes the {@link #outcomeEntry} entry. What a crash left open is closed at the next
 * start.
 *
 * @param kind what sort of record, such as {@code call.opened}
 * @param space null when the act belongs to no Space
 * @param session null when no session was involved
 * @param action the method or the administrative act
 * @param target what it was done to; null when nothing is named
 * @param outcome how it ended, or {@link #OPEN}
 * @param decision null when policy was not asked
 */
public record AuditEntry(
        String kind,
        AuditPrincipal principal,
        @Nullable String space,
        @Nullable String session,
        String action,
        @Nullable String target,
        String outcome,
        @Nullable RecordedDecision decision,
        Details details) {
    /** The outcome of an entry that another one will close. */
    public static final String OPEN = "open";

    /** Most bytes of a string, as canonical JSON without its quotes. */
    static final int MAX_SHORT_BYTES = 1024;
    /** The same for {@link #target} and for strings in {@link #details}. */
    static final int MAX_LONG_BYTES = 4096;

    public AuditEntry {
        kind = BoundedText.truncate(kind, MAX_SHORT_BYTES);
        space = space == null ? null : BoundedText.truncate(space, MAX_SHORT_BYTES);
        session = session == null ? null : BoundedText.truncate(session, MAX_SHORT_BYTES);
        action = BoundedText.truncate(action, MAX_SHORT_BYTES);
        target = target == null ? null : BoundedText.truncate(target, MAX_LONG_BYTES);
        outcome = BoundedText.truncate(outcome, MAX_SHORT_BYTES);
    }

    /**
     * The entry that says how this one ended: same principal, Space, session, action, target and decision.
     *
     * @param opened the number this one was given
     */
    public AuditEntry outcomeEntry(long opened, String kind, String outcome, Details details) {
        return new AuditEntry(
                kind,
                principal,
                space,
                session,
                action,
                target,
                outcome,
                decision,
                details.with(Details.OPENED, opened));
    }

    boolean isIntent() {
        return outcome.equals(OPEN);
    }

    /** The number of the record this one closes; 0 when it closes none. */
    long intentSeq() {
        return details.intentSeq();
    }
}
