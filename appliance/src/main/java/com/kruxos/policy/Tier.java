package com.kruxos.policy;

/** How much a person has to do with a call, from nothing to everything. */
public enum Tier {
    /** It simply happens. */
    AUTONOMOUS,
    /** It happens, and a person is told. */
    NOTIFY,
    /** It happens when a person has said yes. */
    APPROVE,
    /** It does not happen. */
    BLOCKED
}
