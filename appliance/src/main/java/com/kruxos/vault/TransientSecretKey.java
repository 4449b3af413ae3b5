package com.kruxos.vault;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import javax.crypto.SecretKey;

/**
 * A key for one operation of {@code javax.crypto}. It refers to the caller's array, which the caller wipes; providers
 * wipe the clone they get. The JDK's {@code SecretKeySpec} keeps a copy that cannot be destroyed.
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

    /** Initializing a cipher or MAC with this key overwrites the key schedule of the previous key. */
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
