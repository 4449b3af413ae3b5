package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * What is to be recorded. Number, time and chain are added when it is written. Strings that are too long are cut here,
 * in the caller's thread, and say so.
 *
 * <p>An entry whose outcome is {@link #OPEN} announces something that has yet to end; its caller keeps the number that
 * {@code append} gives and later writes the {@link #closing} entry. What a crash left open is closed at the next start.
 *
 * @param kind what sort of record, such as {@code call.opened}
 * @param space null when the act belongs to no Space
 * @param session null when no session was involved
 * @param action the method or the administrative act
 * @param target what it was done to; null when nothing is named
 * @param outcome how it ended, or {@link #OPEN}
 * @param decision null when policy was not asked
 */
public record Entry(
        String kind,
        Principal principal,
        @Nullable String space,
        @Nullable String session,
        String action,
        @Nullable String target,
        String outcome,
        @Nullable Decided decision,
        Details details) {
    /** The outcome of an entry that another one will close. */
    public static final String OPEN = "open";

    /** Most bytes of a string, as canonical JSON without its quotes. */
    static final int SHORT = 1024;
    /** The same for {@link #target} and for strings in {@link #details}. */
    static final int LONG = 4096;

    public Entry {
        kind = Text.bounded(kind, SHORT);
        space = space == null ? null : Text.bounded(space, SHORT);
        session = session == null ? null : Text.bounded(session, SHORT);
        action = Text.bounded(action, SHORT);
        target = target == null ? null : Text.bounded(target, LONG);
        outcome = Text.bounded(outcome, SHORT);
    }

    /**
     * The entry that says how this one ended: same principal, Space, session, action, target and decision.
     *
     * @param opened the number this one was given
     */
    public Entry closing(long opened, String kind, String outcome, Details details) {
        return new Entry(
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

    boolean opens() {
        return outcome.equals(OPEN);
    }

    /** The number of the record this one closes; 0 when it closes none. */
    long closes() {
        return details.opened();
    }
}
