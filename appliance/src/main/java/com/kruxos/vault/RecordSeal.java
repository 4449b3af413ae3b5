package com.kruxos.vault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * Encrypts a value to a {@link SealedRecord} and back. Each version has its own salt and therefore its own key.
 *
 * <p>AES-GCM alone does not commit to its key: one ciphertext can be made to open under two keys to two values. The
 * commitment, derived beside the key, is compared first, so exactly one key can be accepted.
 */
final class RecordSeal {
    /** Values are padded to a multiple of this, so that the size of a row does not tell a PIN from a token. */
    static final int PADDING_BLOCK = 256;

    private static final int LENGTH_SIZE = 4;

    private RecordSeal() {}

    static SealedRecord seal(byte[] spaceKey, RecordContext context, byte[] value) {
        return seal(
                spaceKey,
                context,
                value,
                RandomBytes.generate(SealedRecord.SALT_SIZE),
                RandomBytes.generate(AesGcm.NONCE_SIZE));
    }

    static SealedRecord seal(byte[] spaceKey, RecordContext context, byte[] value, byte[] salt, byte[] nonce) {
        var bound = context.encode();
        var padded = pad(value);
        var pseudoRandomKey = Hkdf.extract(salt, spaceKey);
        var key = derive(pseudoRandomKey, "enc", bound);
        try {
            var commitment = derive(pseudoRandomKey, "com", bound);
            return new SealedRecord(
                    salt, nonce, commitment, AesGcm.seal(key, nonce, associatedData(bound, commitment), padded));
        } finally {
            Wipe.bytes(padded);
            Wipe.bytes(pseudoRandomKey);
            Wipe.bytes(key);
        }
    }

    /** The value; the caller wipes it. */
    static byte[] open(byte[] spaceKey, RecordContext context, SealedRecord sealed) throws UnsealFailed {
        checkSizes(sealed);
        var bound = context.encode();
        var pseudoRandomKey = Hkdf.extract(sealed.salt, spaceKey);
        var key = new byte[0];
        try {
            if (!MessageDigest.isEqual(derive(pseudoRandomKey, "com", bound), sealed.commitment)) {
                throw new UnsealFailed("the commitment does not match its key and context");
            }
            key = derive(pseudoRandomKey, "enc", bound);
            return unpad(AesGcm.open(key, sealed.nonce, associatedData(bound, sealed.commitment), sealed.ciphertext));
        } catch (AEADBadTagException e) {
            throw new UnsealFailed("the ciphertext does not match its tag");
        } finally {
            Wipe.bytes(pseudoRandomKey);
            Wipe.bytes(key);
        }
    }

    /** U32(length) ‖ value ‖ zeros to a multiple of {@link #PADDING_BLOCK}. */
    static byte[] pad(byte[] value) {
        return ByteBuffer.allocate(paddedLength(value.length))
                .putInt(value.length)
                .put(value)
                .array();
    }

    private static int paddedLength(int length) {
        return Math.ceilDiv(LENGTH_SIZE + length, PADDING_BLOCK) * PADDING_BLOCK;
    }

    private static byte[] unpad(byte[] padded) throws UnsealFailed {
        try {
            var length = ByteBuffer.wrap(padded).getInt();
            if (length < 0 || length > padded.length - LENGTH_SIZE || paddedLength(length) != padded.length) {
                throw new UnsealFailed("the length inside is wrong");
            }
            for (var at = LENGTH_SIZE + length; at < padded.length; at++) {
                if (padded[at] != 0) {
                    throw new UnsealFailed("the padding is not zero");
                }
            }
            return Arrays.copyOfRange(padded, LENGTH_SIZE, LENGTH_SIZE + length);
        } finally {
            Wipe.bytes(padded);
        }
    }

    private static void checkSizes(SealedRecord sealed) throws UnsealFailed {
        if (sealed.salt.length != SealedRecord.SALT_SIZE
                || sealed.nonce.length != AesGcm.NONCE_SIZE
                || sealed.commitment.length != RandomBytes.KEY_SIZE
                || sealed.ciphertext.length < PADDING_BLOCK + AesGcm.TAG_SIZE
                || (sealed.ciphertext.length - AesGcm.TAG_SIZE) % PADDING_BLOCK != 0) {
            throw new UnsealFailed("a field has the wrong size");
        }
    }

    private static byte[] derive(byte[] pseudoRandomKey, String purpose, byte[] bound) {
        return Hkdf.expand(
                pseudoRandomKey,
                new ContextEncoder()
                        .raw(purpose.getBytes(StandardCharsets.US_ASCII))
                        .raw(bound)
                        .toByteArray());
    }

    private static byte[] associatedData(byte[] bound, byte[] commitment) {
        return new ContextEncoder().raw(bound).raw(commitment).toByteArray();
    }
}
