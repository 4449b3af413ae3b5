package com.kruxos.vault;

/**
 * One value, lent for one use. Close it as soon as the value is where it must go. Uses that overlap share one copy of
 * the value, which is wiped when the last of them ends: a busy credential is opened once, not a copy for each call.
 *
 * <p>Not for several threads at once.
 */
public final class Lease implements AutoCloseable {
    private final SecretName name;
    private final long version;
    private final SharedPlaintext plaintext;
    private boolean closed;

    /** Takes over one hold of {@code plain}. */
    public Lease(SecretName name, long version, SharedPlaintext plain) {
        this.name = name;
        this.version = version;
        this.plaintext = plain;
    }

    /** The live bytes, not a copy, and not to be changed; not to be used after {@link #close}. */
    public byte[] value() {
        if (closed) {
            throw new IllegalStateException("the lease of " + name + " has ended");
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
