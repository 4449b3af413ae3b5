package com.kruxos.audit;

/** What must be true of a record when {@code append} returns. */
public enum Durability {
    /** It is on the disk: it survives a power cut. */
    SYNCED,
    /** It is in the file: it survives the end of this process, and a power cut once the next SYNCED one is written. */
    COMMITTED
}
