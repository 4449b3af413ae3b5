package com.kruxos.vault;

/** A decrypted value with a reference count; wiped when the last reference is released. Thread-safe. */
final class SharedPlaintext {
    private final byte[] value;
    private int references = 1;

    /** Takes over {@code value}, with one reference for the caller. */
    SharedPlaintext(byte[] value) {
        this.value = value;
    }

    /** Adds a reference; returns false when the value is already wiped. */
    synchronized boolean retain() {
        if (references == 0) {
            return false;
        }
        references++;
        return true;
    }

    /** Releases one reference. */
    synchronized void release() {
        references--;
        if (references == 0) {
            Wipe.bytes(value);
        }
    }

    /** The bytes themselves; valid while the caller holds a reference. */
    byte[] value() {
        return value;
    }
}
