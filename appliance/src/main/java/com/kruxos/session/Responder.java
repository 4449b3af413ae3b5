package com.kruxos.session;

/**
 * The way back of one request: what is said about it while it runs, and its end. Methods may be called by any thread;
 * {@link #sendRelated} never waits for the peer, the other two may.
 */
public interface Responder {
    /** Says something about the request before its answer: progress, a question of the server. */
    void sendRelated(byte[] message);

    /**
     * Whether the agent would hear {@link #sendRelated} now: a client that takes one JSON text as its answer does not.
     */
    boolean canSendRelated();

    /** The answer; nothing follows. */
    void respond(byte[] message);

    /** There will be no answer: the agent took the request back, or may not have it any more. */
    void endWithoutResponse();

    /** For a line on which everything goes one way: answers travel like all other messages. */
    static Responder over(AgentConnection line) {
        return new Responder() {
            @Override
            public void sendRelated(byte[] message) {
                line.send(message);
            }

            @Override
            public boolean canSendRelated() {
                return line.canDeliver();
            }

            @Override
            public void respond(byte[] message) {
                line.sendResponse(message);
            }

            @Override
            public void endWithoutResponse() {}
        };
    }
}
