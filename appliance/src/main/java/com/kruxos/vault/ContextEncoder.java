package com.kruxos.vault;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Encodes authenticated contexts: big-endian integers, and LP = U32 length ‖ bytes, so that different lists of fields
 * never have the same encoding. Not for secrets, because its buffer is not wiped.
 */
final class ContextEncoder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(160);

    ContextEncoder lp(String text) {
        return lp(text.getBytes(StandardCharsets.UTF_8));
    }

    ContextEncoder lp(byte[] bytes) {
        return u32(bytes.length).raw(bytes);
    }

    ContextEncoder raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    ContextEncoder u8(int value) {
        out.write(value);
        return this;
    }

    ContextEncoder u32(int value) {
        return u8(value >>> 24).u8(value >>> 16).u8(value >>> 8).u8(value);
    }

    ContextEncoder u64(long value) {
        return u32((int) (value >>> 32)).u32((int) value);
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
