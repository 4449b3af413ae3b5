package com.kruxos.vault;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import javax.crypto.SecretKey;

/**
 * Hands key bytes to {@code javax.crypto} for one operation. The JDK's own {@code SecretKeySpec} cannot be destroyed;
 * this one keeps no copy: it lends the caller's array, which the caller wipes, and the providers wipe the clone they
 * are given.
 */
final class TransientSecretKey implements SecretKey {
    private static final long serialVersionUID = 1L;
    private static final byte[] ZEROS = new byte[32];

    private final String algorithm;
    private final transient byte[] bytes;

    TransientSecretKey(String algorithm, byte[] bytes) {
        this.algorithm = algorithm;
        this.bytes = bytes;
    }

    /** Initialising a cipher or MAC with this afterwards overwrites the key schedule it still holds. */
    static TransientSecretKey zeros(String algorithm) {
        return new TransientSecretKey(algorithm, ZEROS);
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    @Override
    public byte[] getEncoded() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return algorithm + " key";
    }

    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException(TransientSecretKey.class.getName());
    }
}
