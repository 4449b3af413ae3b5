package com.kruxos.vault;

/**
 * A decrypted value, lent for one use. Close it as soon as the value has been used. Leases that overlap share one copy
 * of the value, which is wiped when the last of them is closed.
 *
 * <p>Not thread-safe.
 */
public final class Lease implements AutoCloseable {
    private final SecretName name;
    private final long version;
    private final SharedPlaintext plaintext;
    private boolean closed;

    /** Takes over one reference to {@code plaintext}. */
    Lease(SecretName name, long version, SharedPlaintext plaintext) {
        this.name = name;
        this.version = version;
        this.plaintext = plaintext;
    }

    /**
     * The bytes themselves, not a copy. The caller does not modify them, and does not use them after {@link #close}.
     */
    public byte[] value() {
        if (closed) {
            throw new IllegalStateException("the lease of " + name + " is closed");
        }
        return plaintext.value();
    }

    public SecretName name() {
        return name;
    }

    public long version() {
        return version;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            plaintext.release();
        }
    }

    @Override
    public String toString() {
        return "lease of " + name + ", version " + version;
    }
}
