package com.kruxos.session;

/** The wire to one connected agent, as far as a session needs it. Methods may be called by any thread. */
public interface Line {
    /** Sends one message. Never waits for the peer: a peer that does not read is cut when its backlog is full. */
    void send(byte[] message);

    /** Begins to end the connection; {@code reason} is shown to the agent. */
    void hangUp(String reason);

    /** Ends it now if it is still there. */
    void cut();

    /** Whether the connection is gone. */
    boolean gone();
}
