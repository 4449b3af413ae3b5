package com.kruxos.call;

/** How an agent stands at the moment of a call; read from memory. */
public enum AgentStatus {
    /** It may call. */
    ACTIVE,
    /** It is connected, and an operator has paused it. */
    PAUSED,
    /** Its key or it itself has been revoked or has run out. */
    ENDED
}
