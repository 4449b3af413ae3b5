package com.kruxos.session;

/**
 * The way back of one request: what is said about it while it runs, and its end. Methods may be called by any thread;
 * {@link #news} never waits for the peer, the other two may.
 */
public interface Back {
    /** Says something about the request before its answer: progress, a question of the server. */
    void news(byte[] message);

    /** Whether the agent would hear {@link #news} now: a client that takes one JSON text as its answer does not. */
    boolean hears();

    /** The answer; nothing follows. */
    void answer(byte[] message);

    /** There will be no answer: the agent took the request back, or may not have it any more. */
    void nothing();

    /** For a line on which everything goes one way: answers travel like all other messages. */
    static Back along(Line line) {
        return new Back() {
            @Override
            public void news(byte[] message) {
                line.send(message);
            }

            @Override
            public boolean hears() {
                return line.hears();
            }

            @Override
            public void answer(byte[] message) {
                line.answer(message);
            }

            @Override
            public void nothing() {}
        };
    }
}
