package com.kruxos.transport;

/**
 * Why one message to a server over the network gets no answer.
 *
 * @param why a sentence for a person; holds no credential and nothing of the server's answer but its status
 */
public record Failure(Kind kind, String why) {
    /** What is known of the message. Only the last one leaves in doubt whether the server acted on it. */
    public enum Kind {
        /** It never reached the server, or the server said that it took nothing. It may be sent again. */
        NOT_TAKEN,
        /** The server does not know the session any more, and took nothing. The connection ends. */
        SESSION_GONE,
        /** The server refused the credential (401), and took nothing. */
        UNAUTHORIZED,
        /**
         * The connection broke, or the answer made no sense, after the message had left: it may have been carried out.
         */
        LOST
    }

    /** What it means when a server answers one message as if it knew no session, and there is one. */
    static Failure notForWantOfASession(int status) {
        return new Failure(
                Kind.NOT_TAKEN, "it answers this request as if there were no session (status " + status + ")");
    }

    /** Whether the server may have acted on the message. */
    public boolean inDoubt() {
        return kind == Kind.LOST;
    }
}
