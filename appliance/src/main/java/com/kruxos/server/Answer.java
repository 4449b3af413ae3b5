package com.kruxos.server;

import java.util.List;

/** What came of asking a server. */
public sealed interface Answer {

    /** The server answered; the message carries the agent's id and no secret. */
    final class Replied implements Answer {
        private final byte[] message;
        private final boolean error;
        private final List<String> credentials;

        Replied(byte[] message, boolean error, List<String> credentials) {
            this.message = message;
            this.error = error;
            this.credentials = credentials;
        }

        /** An answer the appliance gives in the server's place. */
        public static Replied ours(byte[] message) {
            return new Replied(message, false, List.of());
        }

        public byte[] message() {
            return message;
        }

        /** Whether it is a JSON-RPC error. */
        public boolean error() {
            return error;
        }

        /** The credentials the server held, {@code scope/key@version}. */
        public List<String> credentials() {
            return credentials;
        }
    }

    /** The request never left: the server cannot be reached. {@code error} is a word for programs. */
    record Down(String error, String message, String hint) implements Answer {}

    /** The request left and no answer will come: it may have been carried out. */
    record Lost(String message) implements Answer {}

    /** The server took too long; it was told to stop. */
    record TimedOut(String message) implements Answer {}

    /** The agent took the request back, or was cut off. */
    record Withdrawn() implements Answer {}
}
