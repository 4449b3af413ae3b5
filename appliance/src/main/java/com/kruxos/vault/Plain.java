package com.kruxos.vault;

/** An opened value that several leases look at; wiped when the last of them ends. For any thread. */
final class Plain {
    private final byte[] value;
    private int holders = 1;

    /** Takes over {@code value}; whoever makes it is its first holder. */
    Plain(byte[] value) {
        this.value = value;
    }

    /** One holder more; false when it is wiped already. */
    synchronized boolean hold() {
        if (holders == 0) {
            return false;
        }
        holders++;
        return true;
    }

    /** One holder less. Once for each. */
    synchronized void release() {
        holders--;
        if (holders == 0) {
            Wipe.bytes(value);
        }
    }

    /** The live bytes; whoever holds it may read them. */
    byte[] value() {
        return value;
    }
}
