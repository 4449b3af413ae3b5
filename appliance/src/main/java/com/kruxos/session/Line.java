package com.kruxos.session;

/** The wire to one connected agent, as far as a session needs it. Methods may be called by any thread. */
public interface Line {
    /** Sends one message. Never waits for the peer: a peer that does not read is cut when its backlog is full. */
    void send(byte[] message);

    /** Sends an answer, which the peer asked for: may wait a while for one that is slow to read. */
    default void answer(byte[] message) {
        send(message);
    }

    /** Whether {@link #send} reaches the agent now, or when it comes back. */
    default boolean hears() {
        return true;
    }

    /** Begins to end the connection because its credential counts no more; {@code reason} is shown to the agent. */
    void hangUp(String reason);

    /** Begins to end the connection because we are going; the agent may come back. */
    void leave(String reason);

    /** Ends it now if it is still there. */
    void cut();

    /** Whether the connection is gone. */
    boolean gone();
}
