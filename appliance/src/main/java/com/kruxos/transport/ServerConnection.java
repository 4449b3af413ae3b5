package com.kruxos.transport;

import com.kruxos.rpc.ProtocolVersion;

/** A connection to one MCP server, over any transport. Thread-safe. */
public interface ServerConnection extends AutoCloseable {
    /** What {@link #send} did with a message. */
    enum SendResult {
        /** It is written, or queued: it will be written unless the connection ends first. */
        ACCEPTED,
        /** The server does not read and the queue is full. The message was not accepted. */
        BUSY,
        /** The connection has ended. The message was not accepted. */
        CLOSED
    }

    /** Sends or queues one message. Never blocks on the server. */
    SendResult send(OutboundMessage message);

    /**
     * Sends one message and waits until the server has received it, where the transport can tell. For a message that
     * must arrive before the next one; the calling thread may block.
     */
    default SendResult sendAndAwait(OutboundMessage message) {
        return send(message);
    }

    /** Sets the negotiated protocol version, after the response to {@code initialize}. */
    default void setProtocolVersion(ProtocolVersion version) {}

    boolean isAlive();

    /** Ends the connection and waits until the server's process or session is gone. Queued messages are dropped. */
    @Override
    void close();
}
