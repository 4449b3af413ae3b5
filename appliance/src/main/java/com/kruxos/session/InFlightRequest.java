package com.kruxos.session;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.Message;
import org.jspecify.annotations.Nullable;

/** A request of a session that has no response yet: a {@link Call} and how its response is delivered. */
public final class InFlightRequest implements AutoCloseable {
    private final Session session;
    private final JsonRpcId id;
    private final int bytes;
    private final Responder responder;
    private final Call call;

    /** Only used by the thread that handles the request. */
    private boolean closed;

    InFlightRequest(Session session, JsonRpcId id, int bytes, Responder responder) {
        this.session = session;
        this.id = id;
        this.bytes = bytes;
        this.responder = responder;
        this.call = new Call(session.caller());
    }

    public JsonRpcId id() {
        return id;
    }

    public Session session() {
        return session;
    }

    public Responder responder() {
        return responder;
    }

    public Call call() {
        return call;
    }

    /** As {@link Call#withdraw}. */
    public void withdraw(Message.@Nullable Notification cancellation) {
        call.withdraw(cancellation);
    }

    /** Whether the agent may have the response: it did not cancel, and its session has not ended. */
    public boolean isDeliverable() {
        return !call.isWithdrawn() && !session.isEnded();
    }

    /**
     * Frees the id. Called before the response is sent, because the agent may use the id again as soon as it has read
     * the response.
     *
     * @return false when the call was withdrawn: then no response is sent
     */
    public boolean complete() {
        session.removeInFlight(this);
        return !call.isWithdrawn();
    }

    /** The response, if there is one, is sent. */
    @Override
    public void close() {
        session.removeInFlight(this);
        if (!closed) {
            closed = true;
            session.releaseRequest(bytes);
        }
    }
}
