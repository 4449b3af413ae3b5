package com.kruxos.transport;

/**
 * Why one message to a server over the network gets no answer.
 *
 * @param reason a sentence for a person; holds no credential and nothing of the server's answer but its status
 */
public record DeliveryFailure(FailureKind kind, String reason) {
    /** What is known of the message. Only the last one leaves in doubt whether the server acted on it. */
    public enum FailureKind {
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
    static DeliveryFailure sessionStillKnown(int status) {
        return new DeliveryFailure(
                FailureKind.NOT_TAKEN, "it answers this request as if there were no session (status " + status + ")");
    }

    /** Whether the server may have acted on the message. */
    public boolean mayHaveExecuted() {
        return kind == FailureKind.LOST;
    }
}
