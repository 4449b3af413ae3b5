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
    static final int ID = 16;

    private static final byte[] FORMAT = "kruxos/root/1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] id;
    private final byte[] key;

    RootKey(byte[] id, byte[] key) {
        this.id = id;
        this.key = key;
    }

    static RootKey random() {
        return new RootKey(Keys.random(ID), Keys.random(Keys.SIZE));
    }

    static RootKey decode(byte[] payload) throws Unreadable {
        try {
            var in = ByteBuffer.wrap(payload);
            expect(Arrays.equals(field(in, FORMAT.length), FORMAT));
            var id = field(in, ID);
            var key = field(in, Keys.SIZE);
            expect(!in.hasRemaining());
            return new RootKey(id, key);
        } catch (BufferUnderflowException e) {
            throw notOurs();
        }
    }

    /** The payload of a slot; the caller wipes it. */
    byte[] encode() {
        return ByteBuffer.allocate(3 * Integer.BYTES + FORMAT.length + ID + Keys.SIZE)
                .putInt(FORMAT.length)
                .put(FORMAT)
                .putInt(ID)
                .put(id)
                .putInt(Keys.SIZE)
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

    private static byte[] field(ByteBuffer in, int size) throws Unreadable {
        expect(in.getInt() == size);
        var field = new byte[size];
        in.get(field);
        return field;
    }

    private static void expect(boolean fits) throws Unreadable {
        if (!fits) {
            throw notOurs();
        }
    }

    private static Unreadable notOurs() {
        return new Unreadable("the slot does not hold a root key of format 1");
    }
}
