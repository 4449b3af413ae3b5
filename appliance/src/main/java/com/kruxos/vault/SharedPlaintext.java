package com.kruxos.vault;

/** An opened value that several leases look at; wiped when the last of them ends. For any thread. */
public final class SharedPlaintext {
    private final byte[] value;
    private int references = 1;

    /** Takes over {@code value}; whoever makes it is its first holder. */
    public SharedPlaintext(byte[] value) {
        this.value = value;
    }

    /** One holder more; false when it is wiped already. */
    synchronized boolean retain() {
        if (references == 0) {
            return false;
        }
        references++;
        return true;
    }

    /** One holder less. Once for each. */
    synchronized void release() {
        references--;
        if (references == 0) {
            Wipe.bytes(value);
        }
    }

    /** The live bytes; whoever holds it may read them. */
    byte[] value() {
        return value;
    }
}
