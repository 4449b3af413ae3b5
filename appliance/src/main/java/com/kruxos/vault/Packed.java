package com.kruxos.vault;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Encodes authenticated contexts: big-endian integers, and LP = U32 length ‖ bytes, so that different lists of fields
 * never have the same encoding. Not for secrets, because its buffer is not wiped.
 */
final class Packed {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(160);

    Packed lp(String text) {
        return lp(text.getBytes(StandardCharsets.UTF_8));
    }

    Packed lp(byte[] bytes) {
        return u32(bytes.length).raw(bytes);
    }

    Packed raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    Packed u8(int value) {
        out.write(value);
        return this;
    }

    Packed u32(int value) {
        return u8(value >>> 24).u8(value >>> 16).u8(value >>> 8).u8(value);
    }

    Packed u64(long value) {
        return u32((int) (value >>> 32)).u32((int) value);
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
