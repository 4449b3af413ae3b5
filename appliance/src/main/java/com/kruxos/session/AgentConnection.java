package com.kruxos.session;

/** The wire to one connected agent, as far as a session needs it. Methods may be called by any thread. */
public interface AgentConnection {
    /** Sends one message. Never waits for the peer: a peer that does not read is cut when its backlog is full. */
    void send(byte[] message);

    /** Sends an answer, which the peer asked for: may wait a while for one that is slow to read. */
    default void sendResponse(byte[] message) {
        send(message);
    }

    /** Whether {@link #send} reaches the agent now, or when it comes back. */
    default boolean canDeliver() {
        return true;
    }

    /** Begins to end the connection because its credential counts no more; {@code reason} is shown to the agent. */
    void terminate(String reason);

    /** Begins to end the connection because we are going; the agent may come back. */
    void goAway(String reason);

    /** Ends it now if it is still there. */
    void abort();

    /** Whether the connection is gone. */
    boolean isClosed();
}
