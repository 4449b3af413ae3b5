package com.kruxos.session;

import com.kruxos.rpc.Id;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request of an agent that is under way, and the one place that says whether it may still leave the box.
 *
 * <pre>
 *   WAITING ──claim──► GONE_OUT ──withdraw──► WITHDRAWN (the server is told)
 *      └───────────────withdraw─────────────► WITHDRAWN (it never left)
 * </pre>
 *
 * Safe for any thread. After {@link #withdraw} has returned, {@link #claim} answers no for ever.
 */
public final class Flight implements AutoCloseable {
    private enum State {
        WAITING,
        GONE_OUT,
        WITHDRAWN
    }

    private final Session session;
    private final Id id;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    /** Set by the call, run by whoever withdraws; either may come first. */
    private final AtomicReference<@Nullable Runnable> whenWithdrawn = new AtomicReference<>();

    Flight(Session session, Id id) {
        this.session = session;
        this.id = id;
    }

    public Id id() {
        return id;
    }

    /** Asked once, just before the bytes leave: may they? */
    public boolean claim() {
        return state.compareAndSet(State.WAITING, State.GONE_OUT);
    }

    /** Whether the request had left when it was withdrawn, or has left. Only meaningful to the withdrawal itself. */
    public boolean withdrawn() {
        return state.get() == State.WITHDRAWN;
    }

    /** What to do when the request is withdrawn: runs at once if it already is. */
    public void whenWithdrawn(Runnable action) {
        whenWithdrawn.set(action);
        if (withdrawn()) {
            runOnce();
        }
    }

    /** Takes the request back: it will not leave, or, if it has, its answer goes nowhere. */
    public void withdraw() {
        if (state.getAndSet(State.WITHDRAWN) != State.WITHDRAWN) {
            runOnce();
        }
    }

    @Override
    public void close() {
        session.landed(this);
    }

    private void runOnce() {
        var action = whenWithdrawn.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }
}
