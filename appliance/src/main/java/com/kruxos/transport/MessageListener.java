package com.kruxos.transport;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.Message;
import org.jspecify.annotations.Nullable;

/**
 * Receives what a server sends. Over stdio and WebSocket, {@code onMessage}, {@code onDropped} and
 * {@code onInvalidText} are called in order, one at a time, and {@code onStderr} on a thread of its own. Over HTTP each
 * stream keeps its order, but several streams call at the same time. The methods must return soon, because the server's
 * output waits meanwhile, and must not throw: that ends the connection.
 */
public interface MessageListener {
    /**
     * A text that starts like a JSON object. Over HTTP it may contain line breaks. The listener owns the array.
     *
     * @param read the result of {@link com.kruxos.rpc.JsonRpcReader}
     */
    void onMessage(byte[] text, Message read);

    /**
     * A message was dropped: it was too long, or there was no memory for it.
     *
     * @param answeredId the request of ours that it answers; null when it is no response, or its id is not visible
     * @param reason one sentence for people, with the limit
     */
    void onDropped(@Nullable JsonRpcId answeredId, String reason);

    /** The first 512 characters of a text that is not a message. The server may write anything into it. */
    void onInvalidText(String text);

    /** The first 2,000 characters of a line of standard error. */
    void onStderr(String line);

    /**
     * The connection has ended; called once. No message follows, except one that another thread of a network connection
     * is passing on at that moment; a last line of standard error may.
     */
    void onEnd(String reason);
}
