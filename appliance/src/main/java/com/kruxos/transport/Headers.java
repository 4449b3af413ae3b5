package com.kruxos.transport;

/** Where the headers come from that show a server who we are. */
@FunctionalInterface
public interface Headers {
    /** For servers that want none. */
    Headers NONE = () -> Lending.NOTHING;

    /**
     * Asked once for each request, for a WebSocket once for its upgrade. What it gives is closed when the answer is
     * complete, or will not come. Called on any thread, and must not wait long.
     *
     * @throws CannotStart when there is nothing to lend; the request then fails with its text, and was not sent
     */
    Lending lend();
}
