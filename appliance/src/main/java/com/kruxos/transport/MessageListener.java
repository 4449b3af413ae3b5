package com.kruxos.transport;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.Message;
import org.jspecify.annotations.Nullable;

/**
 * Whoever hears a server. From a child and a WebSocket {@code message}, {@code dropped} and {@code noise} come in
 * order, one at a time, and {@code stderr} on a thread of its own. Over HTTP every stream keeps its own order, but
 * several streams are heard at the same time on several threads. All must return soon, since the server's output waits
 * meanwhile, and must not throw: that ends the connection.
 */
public interface MessageListener {
    /**
     * A text that begins like a JSON object, without its line end. Over HTTP it may hold line ends. Nobody else keeps
     * the array.
     *
     * @param read what {@link com.kruxos.rpc.JsonRpcReader} made of it
     */
    void onMessage(byte[] text, Message read);

    /**
     * A message was too long, or there was no memory for it, and it was not kept.
     *
     * @param answered the request of ours it was the answer to; absent when it was none, or that does not show
     * @param why a sentence for a person, with the limit
     */
    void onDropped(@Nullable JsonRpcId answered, String why);

    /** A line that does not: the first 512 characters. It is the server's own text and may hold anything. */
    void onInvalidText(String line);

    /** A line of its standard error: the first 2,000 characters. */
    void onStderr(String line);

    /**
     * It is over, for the reason given; called once. No message follows, but one that another thread of a network
     * connection was just handing over; a last line of {@code stderr} may.
     */
    void onEnd(String why);
}
