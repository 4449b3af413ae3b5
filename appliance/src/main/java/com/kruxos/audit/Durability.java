package com.kruxos.audit;

/** What {@link AuditLog#append} guarantees when it returns. */
public enum Durability {
    /** On the disk: survives a power cut. */
    SYNCED,
    /** In the file: survives the end of this process, and a power cut after the next SYNCED record. */
    COMMITTED
}
