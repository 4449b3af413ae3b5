package com.kruxos.transport;

import com.kruxos.rpc.ProtocolVersion;

/** One MCP server we are connected to, however it is reached. For any thread. */
public interface ServerConnection extends AutoCloseable {
    /** What became of a message given to {@link #send}. */
    enum SendResult {
        /** It is written, or will be in its turn; never lost while the connection lives. */
        ACCEPTED,
        /** The server does not read, and what waits for it has reached the limit. The message was not taken. */
        BUSY,
        /** The connection has ended. The message was not taken. */
        CLOSED
    }

    /** Sends one message, or puts it in line. Never waits for the server. */
    SendResult send(OutboundMessage message);

    /**
     * Sends one message and waits until the server has it, where the transport can know that. For what must arrive
     * before the next message, on a thread that may wait.
     */
    default SendResult sendAndAwait(OutboundMessage message) {
        return send(message);
    }

    /** The protocol version both sides agreed on, known once the server has answered {@code initialize}. */
    default void setProtocolVersion(ProtocolVersion version) {}

    boolean isAlive();

    /** Ends it and waits until nothing of the server is left; what waits in line is dropped, unclaimed. */
    @Override
    void close();
}
