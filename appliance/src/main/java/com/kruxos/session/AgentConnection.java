package com.kruxos.session;

/** The connection to one agent, as far as a session needs it. Safe for any thread. */
public interface AgentConnection {
    /** Sends one message. Never blocks: a peer that does not read is disconnected when its send queue is full. */
    void send(byte[] message);

    /** Sends a response. May wait a while for a peer that reads slowly. */
    default void sendResponse(byte[] message) {
        send(message);
    }

    /** Whether {@link #send} reaches the agent now, or when it resumes. */
    default boolean canDeliver() {
        return true;
    }

    /** Whether the session can be ended for a newer one of the same agent. */
    default boolean isIdle() {
        return false;
    }

    /** When it was last used, as {@link System#nanoTime}; of meaning only where it can be {@link #isIdle}. */
    default long lastUsedNanos() {
        return 0;
    }

    /** Starts to close the connection because the session was ended; {@code reason} is shown to the agent. */
    void terminate(String reason);

    /** Starts to close the connection because the appliance stops; the agent may connect again. */
    void goAway(String reason);

    /** Closes it now if it is still open. */
    void abort();

    boolean isClosed();
}
