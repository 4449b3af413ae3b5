package com.kruxos.session;

/** The states of a {@link Call}, which draws their transitions. */
public enum CallState {
    /** Nothing of it was sent to a server. */
    RECEIVED,
    /** It waits for a person. Nothing of it was sent, and nothing is until it is released. */
    HELD,
    /** A server has it, or may have it. */
    DISPATCHED,
    /** There is a response: the server's, or the gateway's own when it was not sent. */
    ANSWERED,
    /** It was sent, and no response will come. */
    LOST,
    /** It was sent, and no response came in time. */
    TIMED_OUT,
    /** The agent cancelled it, or was disconnected. */
    WITHDRAWN
}
