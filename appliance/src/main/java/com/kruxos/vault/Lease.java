package com.kruxos.vault;

/**
 * One value, lent for one use. Close it as soon as the value is where it must go; that wipes it.
 *
 * <p>Not for several threads at once.
 */
public final class Lease implements AutoCloseable {
    private final SecretName name;
    private final long version;
    private final byte[] value;
    private boolean closed;

    /** Takes over {@code value}. */
    Lease(SecretName name, long version, byte[] value) {
        this.name = name;
        this.version = version;
        this.value = value;
    }

    /** The live bytes, not a copy: zeros after {@link #close}. */
    public byte[] value() {
        if (closed) {
            throw new IllegalStateException("the lease of " + name + " has ended");
        }
        return value;
    }

    public SecretName name() {
        return name;
    }

    public long version() {
        return version;
    }

    @Override
    public void close() {
        closed = true;
        Wipe.bytes(value);
    }

    @Override
    public String toString() {
        return "lease of " + name + ", version " + version;
    }
}
