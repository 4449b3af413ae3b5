package com.kruxos.call;

/** Whether an agent may make calls now. */
public enum AgentStatus {
    ACTIVE,
    /** An operator has paused it; it stays connected. */
    PAUSED,
    /** It or its key was revoked or has expired. */
    ENDED
}
