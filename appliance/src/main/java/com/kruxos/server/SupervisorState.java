package com.kruxos.server;

import com.kruxos.credential.ResolvedCredentials.MissingCredential;
import com.kruxos.server.ServerState.Phase;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of one supervised server. {@link ServerSupervisor} holds one and replaces it under its lock.
 *
 * <pre>
 *              start, first call              lists are read
 *  Stopped ─────────────────────► Starting ──────────────────► Ready
 *                                  ▲  │ │                        │
 *                                  │  │ └─ start fails ──┐       │ instance ends
 *    start, retry after 1 s … 5 min│  │                  ▼       ▼
 *                                  ├──│──────────────── BackingOff     (broken after 5 failures in a row)
 *             start, secret changed│  └─ no secret ──► MissingSecret
 *                                  └──────────────────────┘
 *
 *  Ready, Starting ── secret changed ──► Starting        Ready ── session lost ──► Starting
 *  any state ── close ──► Disabled, which is final
 * </pre>
 *
 * A start runs on a thread of its own and reports back with the {@link Starting} it was given. When another start or a
 * close came in between, that object is no longer the current state, and the report is dropped.
 */
sealed interface SupervisorState {
    Phase phase();

    /** When the server entered this state. */
    Instant since();

    /** The reason, for a person. */
    default @Nullable String detail() {
        return null;
    }

    /** What a person can do about it. */
    default @Nullable String hint() {
        return null;
    }

    /** The process; absent for a remote server and in other states than {@link Ready}. */
    default @Nullable Long pid() {
        return null;
    }

    /** What must be closed or drained when this state is left: a running instance, or one that is being started. */
    default @Nullable Instance instance() {
        return null;
    }

    /** Every state but {@link Disabled}: a start may follow. */
    sealed interface Enabled extends SupervisorState {
        /** The failures in a row until now. */
        RestartBackoff backoff();

        /** Starts an instance; earlier failures still count. */
        default Starting start(Instant now) {
            return new Starting(now, backoff());
        }

        /** Starts an instance with new credentials, so that earlier failures no longer count. */
        default Starting restart(Instant now) {
            return new Starting(now, RestartBackoff.NONE);
        }
    }

    record Stopped(Instant since) implements Enabled {
        @Override
        public Phase phase() {
            return Phase.STOPPED;
        }

        @Override
        public RestartBackoff backoff() {
            return RestartBackoff.NONE;
        }
    }

    /** One attempt to start an instance. A class, because its identity distinguishes it from other attempts. */
    final class Starting implements Enabled {
        /** How long listings wait for the lists of a server that has never listed anything. */
        private static final Duration FIRST_LISTS_TIMEOUT = Duration.ofSeconds(10);

        private final Instant since;
        private final RestartBackoff backoff;
        private final long firstListsDeadlineNanos;
        private @Nullable Instance instance;

        Starting(Instant since, RestartBackoff backoff) {
            this.since = since;
            this.backoff = backoff;
            this.firstListsDeadlineNanos =
                    System.nanoTime() + (backoff.hasFailures() ? 0 : FIRST_LISTS_TIMEOUT.toNanos());
        }

        @Override
        public Phase phase() {
            return Phase.STARTING;
        }

        @Override
        public Instant since() {
            return since;
        }

        @Override
        public RestartBackoff backoff() {
            return backoff;
        }

        @Override
        public @Nullable Instance instance() {
            return instance;
        }

        /** Registers the instance that this attempt starts. Guarded by the supervisor's lock. */
        void register(Instance starting) {
            instance = starting;
        }

        /** How much longer a listing waits for this attempt; not positive when it does not. */
        long nanosUntilFirstListsDeadline() {
            return firstListsDeadlineNanos - System.nanoTime();
        }

        Ready ready(Instant now, Instance started, @Nullable Long pid) {
            return new Ready(now, backoff, started, pid, System.nanoTime());
        }

        MissingSecret missingSecret(Instant now, MissingCredential missing) {
            return new MissingSecret(now, backoff, missing.detail(), missing.hint());
        }

        BackingOff failed(Instant now, String reason, String hint) {
            return new BackingOff(now, backoff.afterFailure(), reason, hint);
        }
    }

    /** Calls are sent to this instance. */
    record Ready(
            Instant since,
            RestartBackoff backoff,
            Instance instance,
            @Nullable Long pid,
            long sinceNanos) implements Enabled {
        @Override
        public Phase phase() {
            return Phase.READY;
        }

        BackingOff ended(Instant now, String reason, String hint) {
            var ranFor = Duration.ofNanos(System.nanoTime() - sinceNanos);
            return new BackingOff(now, backoff.afterRun(ranFor).afterFailure(), reason, hint);
        }
    }

    /** Waits for the next attempt. A class, because the timer compares its identity. */
    final class BackingOff implements Enabled {
        private final Instant since;
        private final RestartBackoff backoff;
        private final String detail;
        private final String hint;
        private final long retryAtNanos;

        BackingOff(Instant since, RestartBackoff backoff, String detail, String hint) {
            this.since = since;
            this.backoff = backoff;
            this.detail = detail;
            this.hint = hint;
            this.retryAtNanos = System.nanoTime() + backoff.delay().toNanos();
        }

        @Override
        public Phase phase() {
            return backoff.isBroken() ? Phase.BROKEN : Phase.BACKING_OFF;
        }

        @Override
        public Instant since() {
            return since;
        }

        @Override
        public RestartBackoff backoff() {
            return backoff;
        }

        @Override
        public String detail() {
            return detail;
        }

        @Override
        public String hint() {
            return hint;
        }

        /** Whether a call with this deadline, by {@link System#nanoTime}, waits for the retry. */
        boolean isWorthWaitingFor(long deadlineNanos) {
            return !backoff.isBroken() && retryAtNanos - deadlineNanos <= 0;
        }
    }

    /** The server is not started without its secrets. Putting the secret starts it. */
    record MissingSecret(Instant since, RestartBackoff backoff, String detail, String hint) implements Enabled {
        @Override
        public Phase phase() {
            return Phase.MISSING_SECRET;
        }
    }

    /** Disabled or removed. A server that is enabled again gets a new supervisor. */
    record Disabled(Instant since) implements SupervisorState {
        @Override
        public Phase phase() {
            return Phase.DISABLED;
        }
    }
}
