package com.kruxos.vault;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The root key between a slot and locked memory. Its encoding in a slot is {@code LP("kruxos/root/1") LP(root id)
 * LP(root key)}, 73 bytes.
 */
final class RootKey implements AutoCloseable {
    static final int ID_SIZE = 16;

    private static final byte[] FORMAT = "kruxos/root/1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] id;
    private final byte[] key;

    RootKey(byte[] id, byte[] key) {
        this.id = id;
        this.key = key;
    }

    static RootKey random() {
        return new RootKey(RandomBytes.generate(ID_SIZE), RandomBytes.generate(RandomBytes.KEY_SIZE));
    }

    static RootKey decode(byte[] payload) throws UnsealFailed {
        try {
            var in = ByteBuffer.wrap(payload);
            requireFormat(Arrays.equals(readField(in, FORMAT.length), FORMAT));
            var id = readField(in, ID_SIZE);
            var key = readField(in, RandomBytes.KEY_SIZE);
            requireFormat(!in.hasRemaining());
            return new RootKey(id, key);
        } catch (BufferUnderflowException e) {
            throw invalidFormat();
        }
    }

    /** The payload of a slot; the caller wipes it. */
    byte[] encode() {
        return ByteBuffer.allocate(3 * Integer.BYTES + FORMAT.length + ID_SIZE + RandomBytes.KEY_SIZE)
                .putInt(FORMAT.length)
                .put(FORMAT)
                .putInt(ID_SIZE)
                .put(id)
                .putInt(RandomBytes.KEY_SIZE)
                .put(key)
                .array();
    }

    byte[] id() {
        return id.clone();
    }

    /** The array itself, which {@link #close} wipes. */
    byte[] key() {
        return key;
    }

    @Override
    public void close() {
        Wipe.bytes(key);
    }

    private static byte[] readField(ByteBuffer in, int size) throws UnsealFailed {
        requireFormat(in.getInt() == size);
        var field = new byte[size];
        in.get(field);
        return field;
    }

    private static void requireFormat(boolean fits) throws UnsealFailed {
        if (!fits) {
            throw invalidFormat();
        }
    }

    private static UnsealFailed invalidFormat() {
        return new UnsealFailed("the slot does not hold a root key of format 1");
    }
}
