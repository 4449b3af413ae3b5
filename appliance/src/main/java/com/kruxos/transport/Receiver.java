package com.kruxos.transport;

/**
 * Whoever hears a server. {@code message} and {@code noise} come from one thread, in order; {@code stderr} from
 * another. All must return soon, since the server's output waits meanwhile, and must not throw: that ends the
 * connection.
 */
public interface Receiver {
    /** A line that begins like a JSON object, without its line end. Nobody else keeps the array. */
    void message(byte[] line);

    /** A line that does not: the first 512 characters. It is the server's own text and may hold anything. */
    void noise(String line);

    /** A line of its standard error: the first 2,000 characters. */
    void stderr(String line);

    /** It is over, for the reason given; called once. No message follows; a last line of {@code stderr} may. */
    void ended(String why);
}
