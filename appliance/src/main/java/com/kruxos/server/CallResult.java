package com.kruxos.server;

import java.util.List;

/** What came of asking a server. */
public sealed interface CallResult {

    /** The server answered; the message carries the agent's id and no secret. */
    final class Replied implements CallResult {
        private final byte[] message;
        private final boolean isError;
        private final List<String> credentials;

        Replied(byte[] message, boolean error, List<String> credentials) {
            this.message = message;
            this.isError = error;
            this.credentials = credentials;
        }

        /** An answer the appliance gives in the server's place. */
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

        /** The credentials the server held, {@code scope/key@version}. */
        public List<String> credentials() {
            return credentials;
        }
    }

    /** The request never left: the server cannot be reached. {@code error} is a word for programs. */
    record Unavailable(String error, String message, String hint) implements CallResult {}

    /** The request left and no answer will come: it may have been carried out. */
    record Lost(String message) implements CallResult {}

    /** The server took too long; it was told to stop. */
    record TimedOut(String message) implements CallResult {}

    /** The agent took the request back, or was cut off. */
    record Withdrawn() implements CallResult {}
}
