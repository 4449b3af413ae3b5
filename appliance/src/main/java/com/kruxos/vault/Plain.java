package com.kruxos.vault;

/** A decrypted value with a reference count; wiped when the last reference is released. Thread-safe. */
final class Plain {
    private final byte[] value;
    private int holders = 1;

    /** Takes over {@code value}, with one reference for the caller. */
    Plain(byte[] value) {
        this.value = value;
    }

    /** Adds a reference; returns false when the value is already wiped. */
    synchronized boolean hold() {
        if (holders == 0) {
            return false;
        }
        holders++;
        return true;
    }

    /** Releases one reference. */
    synchronized void release() {
        holders--;
        if (holders == 0) {
            Wipe.bytes(value);
        }
    }

    /** The bytes themselves; valid while the caller holds a reference. */
    byte[] value() {
        return value;
    }
}
