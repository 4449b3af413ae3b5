package com.kruxos.session;

import com.kruxos.rpc.Id;
import com.kruxos.rpc.Message;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request of an agent that is under way, and the one place that says whether it may still leave the box.
 *
 * <pre>
 *   WAITING ◄──returned── GONE_OUT (the server took nothing)
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
    private final int bytes;
    private final Back back;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    /** Set by the call, run by whoever withdraws; either may come first. */
    private final AtomicReference<@Nullable Consumer<Withdrawal>> whenWithdrawn = new AtomicReference<>();

    private volatile @Nullable Withdrawal withdrawal;

    /** Read and written by whoever closes. */
    private boolean over;

    /**
     * How a request was taken back.
     *
     * @param hadLeft whether the bytes were on their way already
     * @param said the agent's cancellation, if it sent one
     */
    public record Withdrawal(boolean hadLeft, Message.@Nullable Notification said) {}

    Flight(Session session, Id id, int bytes, Back back) {
        this.session = session;
        this.id = id;
        this.bytes = bytes;
        this.back = back;
    }

    public Id id() {
        return id;
    }

    public Session session() {
        return session;
    }

    /** Where it is answered. */
    public Back back() {
        return back;
    }

    /** Asked once, just before the bytes leave: may they? */
    public boolean claim() {
        return state.compareAndSet(State.WAITING, State.GONE_OUT);
    }

    /** What left was not taken, and may leave once more; false when the request was withdrawn meanwhile. */
    public boolean returned() {
        return state.compareAndSet(State.GONE_OUT, State.WAITING);
    }

    public boolean withdrawn() {
        return state.get() == State.WITHDRAWN;
    }

    /** What to do when the request is withdrawn: runs at once if it already is. */
    public void whenWithdrawn(Consumer<Withdrawal> action) {
        whenWithdrawn.set(action);
        if (withdrawn()) {
            runOnce();
        }
    }

    /**
     * Takes the request back: it will not leave, or, if it has, its answer goes nowhere.
     *
     * @param said the agent's own cancellation; absent when the agent is gone or has been cut off
     */
    public void withdraw(Message.@Nullable Notification said) {
        var before = state.getAndSet(State.WITHDRAWN);
        if (before != State.WITHDRAWN) {
            withdrawal = new Withdrawal(before == State.GONE_OUT, said);
            runOnce();
        }
    }

    /**
     * It is over and its id is free again; to be called before the answer is written, because an agent may use the id
     * anew as soon as it has read that. False when it was withdrawn: then there is no answer.
     */
    public boolean land() {
        session.landed(this);
        return !withdrawn();
    }

    /** Its answer, if it has one, is written: nothing more is said about it. */
    @Override
    public void close() {
        session.landed(this);
        if (!over) {
            over = true;
            session.left(bytes);
        }
    }

    private void runOnce() {
        var why = withdrawal;
        var action = why == null ? null : whenWithdrawn.getAndSet(null);
        if (action != null && why != null) {
            action.accept(why);
        }
    }
}
