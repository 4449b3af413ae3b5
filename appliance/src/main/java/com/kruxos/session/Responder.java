package com.kruxos.session;

/**
 * Delivers the response to one request, and messages that are related to it. Safe for any thread. {@link #sendRelated}
 * never blocks, the other methods may.
 */
public interface Responder {
    /** Sends a message that precedes the response: progress, or a request of the server. */
    void sendRelated(byte[] message);

    /** Whether {@link #sendRelated} reaches the agent: not if the client accepts only one JSON text. */
    boolean canSendRelated();

    /** Sends the response. Nothing follows it. */
    void respond(byte[] message);

    /** There is no response: the agent cancelled the request, or may not have the response any more. */
    void endWithoutResponse();

    /** For a connection on which responses are sent like all other messages. */
    static Responder over(AgentConnection connection) {
        return new Responder() {
            @Override
            public void sendRelated(byte[] message) {
                connection.send(message);
            }

            @Override
            public boolean canSendRelated() {
                return connection.canDeliver();
            }

            @Override
            public void respond(byte[] message) {
                connection.sendResponse(message);
            }

            @Override
            public void endWithoutResponse() {}
        };
    }
}
