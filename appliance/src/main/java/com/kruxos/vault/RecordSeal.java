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
    static final int BLOCK = 256;

    private static final int LENGTH = 4;

    private RecordSeal() {}

    static SealedRecord seal(byte[] spaceKey, RecordContext context, byte[] value) {
        return seal(spaceKey, context, value, Keys.random(SealedRecord.SALT), Keys.random(AesGcm.NONCE));
    }

    static SealedRecord seal(byte[] spaceKey, RecordContext context, byte[] value, byte[] salt, byte[] nonce) {
        var bound = context.bytes();
        var padded = pad(value);
        var pseudoRandomKey = Hkdf.extract(salt, spaceKey);
        var key = derive(pseudoRandomKey, "enc", bound);
        try {
            var commitment = derive(pseudoRandomKey, "com", bound);
            return new SealedRecord(
                    salt, nonce, commitment, AesGcm.seal(key, nonce, associated(bound, commitment), padded));
        } finally {
            Wipe.bytes(padded);
            Wipe.bytes(pseudoRandomKey);
            Wipe.bytes(key);
        }
    }

    /** The value; the caller wipes it. */
    static byte[] open(byte[] spaceKey, RecordContext context, SealedRecord sealed) throws Unreadable {
        checkSizes(sealed);
        var bound = context.bytes();
        var pseudoRandomKey = Hkdf.extract(sealed.salt, spaceKey);
        var key = new byte[0];
        try {
            if (!MessageDigest.isEqual(derive(pseudoRandomKey, "com", bound), sealed.commitment)) {
                throw new Unreadable("the commitment does not match its key and context");
            }
            key = derive(pseudoRandomKey, "enc", bound);
            return unpad(AesGcm.open(key, sealed.nonce, associated(bound, sealed.commitment), sealed.ciphertext));
        } catch (AEADBadTagException e) {
            throw new Unreadable("the ciphertext does not match its tag");
        } finally {
            Wipe.bytes(pseudoRandomKey);
            Wipe.bytes(key);
        }
    }

    /** U32(length) ‖ value ‖ zeros to a multiple of {@link #BLOCK}. */
    static byte[] pad(byte[] value) {
        return ByteBuffer.allocate(padded(value.length))
                .putInt(value.length)
                .put(value)
                .array();
    }

    private static int padded(int length) {
        return Math.ceilDiv(LENGTH + length, BLOCK) * BLOCK;
    }

    private static byte[] unpad(byte[] padded) throws Unreadable {
        try {
            var length = ByteBuffer.wrap(padded).getInt();
            if (length < 0 || length > padded.length - LENGTH || padded(length) != padded.length) {
                throw new Unreadable("the length inside is wrong");
            }
            for (var at = LENGTH + length; at < padded.length; at++) {
                if (padded[at] != 0) {
                    throw new Unreadable("the padding is not zero");
                }
            }
            return Arrays.copyOfRange(padded, LENGTH, LENGTH + length);
        } finally {
            Wipe.bytes(padded);
        }
    }

    private static void checkSizes(SealedRecord sealed) throws Unreadable {
        if (sealed.salt.length != SealedRecord.SALT
                || sealed.nonce.length != AesGcm.NONCE
                || sealed.commitment.length != Keys.SIZE
                || sealed.ciphertext.length < BLOCK + AesGcm.TAG
                || (sealed.ciphertext.length - AesGcm.TAG) % BLOCK != 0) {
            throw new Unreadable("a field has the wrong size");
        }
    }

    private static byte[] derive(byte[] pseudoRandomKey, String purpose, byte[] bound) {
        return Hkdf.expand(
                pseudoRandomKey,
                new Packed()
                        .raw(purpose.getBytes(StandardCharsets.US_ASCII))
                        .raw(bound)
                        .bytes());
    }

    private static byte[] associated(byte[] bound, byte[] commitment) {
        return new Packed().raw(bound).raw(commitment).bytes();
    }
}
