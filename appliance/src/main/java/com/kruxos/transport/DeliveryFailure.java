package com.kruxos.transport;

import com.kruxos.egress.ExchangeFailure;

/**
 * Why one message to a server over the network gets no answer.
 *
 * @param reason one sentence for people; contains no credential and nothing of the response except its status
 */
public record DeliveryFailure(FailureKind kind, String reason) {
    /** What is known about the message. Only after {@link #LOST} is it unknown whether the server acted on it. */
    public enum FailureKind {
        /** It never reached the server, or the server refused it before processing. It may be sent again. */
        NOT_TAKEN,
        /** The server no longer knows the session and processed nothing. The connection ends. */
        SESSION_GONE,
        /** The server rejected the credential (401) and processed nothing. */
        UNAUTHORIZED,
        /** The connection broke, or the response was unusable, after the message had been sent. */
        LOST
    }

    static DeliveryFailure notTaken(String reason) {
        return new DeliveryFailure(FailureKind.NOT_TAKEN, reason);
    }

    static DeliveryFailure lost(String reason) {
        return new DeliveryFailure(FailureKind.LOST, reason);
    }

    static DeliveryFailure unauthorized(int status) {
        return new DeliveryFailure(
                FailureKind.UNAUTHORIZED, "the server rejected the credential (status " + status + ")");
    }

    static DeliveryFailure sessionGone(int status) {
        return new DeliveryFailure(FailureKind.SESSION_GONE, sessionGoneReason(status));
    }

    static String sessionGoneReason(int status) {
        return "the server no longer knows the session (status " + status + ")";
    }

    /** The status says that the session is unknown, but the session still works for other messages. */
    static DeliveryFailure sessionStillKnown(int status) {
        return notTaken("the server answers this request as if it had no session (status " + status + ")");
    }

    static DeliveryFailure of(ExchangeFailure failure) {
        return failure.mayHaveArrived() ? lost(failure.reason()) : notTaken(failure.reason());
    }

    public boolean mayHaveExecuted() {
        return kind == FailureKind.LOST;
    }
}
