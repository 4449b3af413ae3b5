package com.kruxos.session;

import com.kruxos.result.Ids;
import com.kruxos.rpc.Message;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of an agent: who makes it, what it is for, and its state. It belongs to no connection; an
 * {@link InFlightRequest} delivers its response over one.
 *
 * <pre>
 *   RECEIVED ──hold──► HELD ──release──► RECEIVED
 *   RECEIVED ──claim──► DISPATCHED ──finish──► ANSWERED, LOST or TIMED_OUT
 *      ▲                    │
 *      └──── releaseClaim ──┘ (the server took nothing)
 *   RECEIVED, HELD ──finish──► ANSWERED (by the gateway: refused, or not sent)
 *   any state ──withdraw──► WITHDRAWN, which is final
 * </pre>
 *
 * Only {@link #claim} lets bytes leave, and it succeeds only in RECEIVED: nothing leaves while a call is held, after it
 * is finished, or after {@link #withdraw} returned. A finished call can still be withdrawn until its response is
 * delivered; the response is then discarded. Safe for any thread.
 */
public final class Call {
    /**
     * What a call is for.
     *
     * @param serverId the id of the server
     * @param name what the server calls the tool or prompt, or the URI of the resource
     * @param argumentsDigest the keyed digest of the argument bytes; absent without arguments
     */
    public record Subject(
            String serverId, String name, @Nullable String argumentsDigest) {}

    /**
     * How a call was withdrawn.
     *
     * @param wasDispatched whether a server has the call, or may have it
     * @param cancellation the agent's notification; absent when the agent was disconnected
     */
    public record Withdrawal(boolean wasDispatched, Message.@Nullable Notification cancellation) {}

    private final Caller caller;
    private final AtomicReference<CallState> state = new AtomicReference<>(CallState.RECEIVED);
    private final AtomicReference<@Nullable String> id = new AtomicReference<>();

    /** Set by the thread that makes the call and run by the one that withdraws it, in either order. */
    private final AtomicReference<@Nullable Consumer<Withdrawal>> withdrawAction = new AtomicReference<>();

    private volatile @Nullable Withdrawal withdrawal;
    private volatile @Nullable Subject subject;

    public Call(Caller caller) {
        this.caller = caller;
    }

    /** Unique for ever. Made when it is first asked for, since few calls outlive their request. */
    public String id() {
        var made = id.get();
        if (made == null) {
            id.compareAndSet(null, Ids.newId("call"));
            made = id.get();
        }
        return String.valueOf(made);
    }

    public Caller caller() {
        return caller;
    }

    public CallState state() {
        return Objects.requireNonNull(state.get());
    }

    /** Absent until the target is resolved. */
    public @Nullable Subject subject() {
        return subject;
    }

    public void setSubject(Subject resolved) {
        subject = resolved;
    }

    /** Asked just before the bytes leave: whether they may. */
    public boolean claim() {
        return state.compareAndSet(CallState.RECEIVED, CallState.DISPATCHED);
    }

    /** The server took nothing, so the call may be sent again; false when it was withdrawn meanwhile. */
    public boolean releaseClaim() {
        return state.compareAndSet(CallState.DISPATCHED, CallState.RECEIVED);
    }

    /** Nothing leaves until {@link #release}; false when the call was sent or withdrawn already. */
    public boolean hold() {
        return state.compareAndSet(CallState.RECEIVED, CallState.HELD);
    }

    /** A held call may be sent now; false when it was withdrawn or finished while held. */
    public boolean release() {
        return state.compareAndSet(CallState.HELD, CallState.RECEIVED);
    }

    /**
     * There is a result.
     *
     * @param result ANSWERED, LOST or TIMED_OUT
     * @return false when the call was withdrawn: then the result is not delivered
     */
    public boolean finish(CallState result) {
        var before = state.getAndUpdate(current -> current == CallState.WITHDRAWN ? current : result);
        return before != CallState.WITHDRAWN;
    }

    public boolean isWithdrawn() {
        return state.get() == CallState.WITHDRAWN;
    }

    /** Sets what to do when the call is withdrawn; runs it now if it already is. */
    public void onWithdrawn(Consumer<Withdrawal> action) {
        withdrawAction.set(action);
        if (isWithdrawn()) {
            runWithdrawAction();
        }
    }

    /**
     * The call will not be sent any more, or if it was, its response is discarded.
     *
     * @param cancellation the agent's notification; absent when the agent was disconnected
     */
    public void withdraw(Message.@Nullable Notification cancellation) {
        var before = state.getAndSet(CallState.WITHDRAWN);
        if (before != CallState.WITHDRAWN) {
            withdrawal = new Withdrawal(before == CallState.DISPATCHED, cancellation);
            runWithdrawAction();
        }
    }

    private void runWithdrawAction() {
        var reason = withdrawal;
        var action = reason == null ? null : withdrawAction.getAndSet(null);
        if (action != null && reason != null) {
            action.accept(reason);
        }
    }
}
