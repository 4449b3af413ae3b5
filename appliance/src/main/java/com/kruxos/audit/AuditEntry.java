package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * What an audit record says, without the sequence number, time and chain that {@link AuditLog} adds. Strings that are
 * too long are truncated in the constructor, in the caller's thread, and marked as truncated.
 *
 * <p>An entry with outcome {@link #OPEN} is an intent: it is recorded before the act, and
 * {@link AuditLog#recordOutcome} records how the act ended. If the appliance crashes in between, the next start closes
 * the intent.
 *
 * @param kind the kind of record, such as {@code call.opened}
 * @param space null when the act belongs to no Space
 * @param session null when no session is involved
 * @param action the MCP method or the administrative action
 * @param target what the action applies to, if it names anything
 * @param outcome how the act ended, or {@link #OPEN}
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
    /** The outcome of an intent. */
    public static final String OPEN = "open";

    /** Maximum bytes of a string, as canonical JSON without its quotes. */
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

    /** Starts an entry about an act of {@code principal}. */
    public static Builder by(AuditPrincipal principal, String kind, String action) {
        return new Builder(principal, kind, action);
    }

    /** Starts an entry about an act of the appliance itself. */
    public static Builder bySystem(String kind, String action) {
        return by(AuditPrincipal.system(), kind, action);
    }

    /** Collects the optional parts of an entry. Belongs to one thread. */
    public static final class Builder {
        private final AuditPrincipal principal;
        private final String kind;
        private final String action;
        private @Nullable String space;
        private @Nullable String session;
        private @Nullable String target;
        private @Nullable RecordedDecision decision;
        private Details details = Details.none();

        private Builder(AuditPrincipal principal, String kind, String action) {
            this.principal = principal;
            this.kind = kind;
            this.action = action;
        }

        public Builder space(@Nullable String id) {
            space = id;
            return this;
        }

        public Builder session(@Nullable String id) {
            session = id;
            return this;
        }

        public Builder target(@Nullable String name) {
            target = name;
            return this;
        }

        public Builder decision(@Nullable RecordedDecision taken) {
            decision = taken;
            return this;
        }

        public Builder details(Details given) {
            details = given;
            return this;
        }

        /** The entry of an act that has yet to happen. */
        public AuditEntry intent() {
            return outcome(OPEN);
        }

        /** The entry of an act that has ended. */
        public AuditEntry outcome(String outcome) {
            return new AuditEntry(kind, principal, space, session, action, target, outcome, decision, details);
        }
    }

    /**
     * The entry that records how this intent ended: same principal, Space, session, action, target and decision.
     *
     * @param intentSeq the sequence number of this intent
     */
    public AuditEntry outcomeEntry(long intentSeq, String kind, String outcome, Details details) {
        return new AuditEntry(
                kind,
                principal,
                space,
                session,
                action,
                target,
                outcome,
                decision,
                details.with(Details.OPENED, intentSeq));
    }

    boolean isIntent() {
        return outcome.equals(OPEN);
    }

    /** The sequence number of the intent that this entry closes; 0 when it closes none. */
    long intentSeq() {
        return details.intentSeq();
    }
}
