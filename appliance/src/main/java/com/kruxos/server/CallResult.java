package com.kruxos.server;

import java.util.List;

/** The result of sending a request to a server. */
public sealed interface CallResult {

    /** The server responded. The message has the id of the agent and is redacted. */
    final class Replied implements CallResult {
        private final byte[] message;
        /** Whether it is a JSON-RPC error. */
        private final boolean isError;

        private final List<String> credentials;

        Replied(byte[] message, boolean error, List<String> credentials) {
            this.message = message;
            this.isError = error;
            this.credentials = credentials;
        }

        /** A response the appliance gives in place of the server. */
        public static Replied local(byte[] message) {
            return new Replied(message, false, List.of());
        }

        public byte[] message() {
            return message;
        }

        /** Whether it is a JSON-RPC error. */
        public boolean isError() {
            return isError;
        }

        /** The credentials the instance held, {@code scope/key@version}. */
        public List<String> credentials() {
            return credentials;
        }
    }

    /**
     * The request was not sent.
     *
     * @param error an error code for programs
     */
    record Unavailable(String error, String message, String hint) implements CallResult {}

    /** The request was sent and no response will come. The server may have executed it. */
    record Lost(String message) implements CallResult {}

    /** No response in time; a cancellation was sent. */
    record TimedOut(String message) implements CallResult {}

    /** The agent cancelled the request or was disconnected. */
    record Withdrawn() implements CallResult {}
}
