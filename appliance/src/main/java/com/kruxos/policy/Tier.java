package com.kruxos.policy;

/** How much a person is involved in a call. */
public enum Tier {
    /** The call is made. */
    AUTONOMOUS,
    /** The call is made and a person is notified. */
    NOTIFY,
    /** The call is made after a person has approved it. */
    APPROVE,
    /** The call is refused. */
    BLOCKED
}
