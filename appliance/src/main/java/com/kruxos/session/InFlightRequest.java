package com.kruxos.session;

import com.kruxos.rpc.JsonRpcId;
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
public final class InFlightRequest implements AutoCloseable {
    private enum RequestState {
        RECEIVED,
        DISPATCHED,
        WITHDRAWN
    }

    private final Session session;
    private final JsonRpcId id;
    private final int bytes;
    private final Responder responder;
    private final AtomicReference<RequestState> state = new AtomicReference<>(RequestState.RECEIVED);
    /** Set by the call, run by whoever withdraws; either may come first. */
    private final AtomicReference<@Nullable Consumer<Withdrawal>> withdrawAction = new AtomicReference<>();

    private volatile @Nullable Withdrawal withdrawal;

    /** Read and written by whoever closes. */
    private boolean closed;

    /**
     * How a request was taken back.
     *
     * @param wasDispatched whether the bytes were on their way already
     * @param cancellation the agent's cancellation, if it sent one
     */
    public record Withdrawal(boolean wasDispatched, Message.@Nullable Notification cancellation) {}

    InFlightRequest(Session session, JsonRpcId id, int bytes, Responder back) {
        this.session = session;
        this.id = id;
        this.bytes = bytes;
        this.responder = back;
    }

    public JsonRpcId id() {
        return id;
    }

    public Session session() {
        return session;
    }

    /** Where it is answered. */
    public Responder responder() {
        return responder;
    }

    /** Asked once, just before the bytes leave: may they? */
    public boolean claim() {
        return state.compareAndSet(RequestState.RECEIVED, RequestState.DISPATCHED);
    }

    /** What left was not taken, and may leave once more; false when the request was withdrawn meanwhile. */
    public boolean releaseClaim() {
        return state.compareAndSet(RequestState.DISPATCHED, RequestState.RECEIVED);
    }

    public boolean isWithdrawn() {
        return state.get() == RequestState.WITHDRAWN;
    }

    /** What to do when the request is withdrawn: runs at once if it already is. */
    public void onWithdrawn(Consumer<Withdrawal> action) {
        withdrawAction.set(action);
        if (isWithdrawn()) {
            runWithdrawAction();
        }
    }

    /**
     * Takes the request back: it will not leave, or, if it has, its answer goes nowhere.
     *
     * @param said the agent's own cancellation; absent when the agent is gone or has been cut off
     */
    public void withdraw(Message.@Nullable Notification said) {
        var before = state.getAndSet(RequestState.WITHDRAWN);
        if (before != RequestState.WITHDRAWN) {
            withdrawal = new Withdrawal(before == RequestState.DISPATCHED, said);
            runWithdrawAction();
        }
    }

    /**
     * It is over and its id is free again; to be called before the answer is written, because an agent may use the id
     * anew as soon as it has read that. False when it was withdrawn: then there is no answer.
     */
    public boolean complete() {
        session.removeInFlight(this);
        return !isWithdrawn();
    }

    /** Its answer, if it has one, is written: nothing more is said about it. */
    @Override
    public void close() {
        session.removeInFlight(this);
        if (!closed) {
            closed = true;
            session.releaseRequest(bytes);
        }
    }

    private void runWithdrawAction() {
        var why = withdrawal;
        var action = why == null ? null : withdrawAction.getAndSet(null);
        if (action != null && why != null) {
            action.accept(why);
        }
    }
}
