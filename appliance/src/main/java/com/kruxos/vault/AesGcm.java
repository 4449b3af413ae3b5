package com.kruxos.vault;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/** AES-256-GCM with a 96-bit nonce; the 128-bit tag follows the ciphertext. */
final class AesGcm {
    static final int NONCE_SIZE = 12;
    static final int TAG_SIZE = 16;

    private AesGcm() {}

    static byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] plain) {
        try {
            return transform(Cipher.ENCRYPT_MODE, key, nonce, associated, plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot encrypt", e);
        }
    }

    /** The plaintext; the caller wipes it. */
    static byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] sealed) throws AEADBadTagException {
        try {
            return transform(Cipher.DECRYPT_MODE, key, nonce, associated, sealed);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot decrypt", e);
        }
    }

    private static byte[] transform(int mode, byte[] key, byte[] nonce, byte[] associated, byte[] input)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        try {
            cipher.init(mode, new TransientSecretKey("AES", key), new GCMParameterSpec(TAG_SIZE * 8, nonce));
            cipher.updateAAD(associated);
            return cipher.doFinal(input);
        } finally {
            // A cipher has no destroy(). Initializing it with a second key overwrites the round keys of the first, and
            // the
            // key itself, which it keeps for encryption, only if the second one is for encryption, too.
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    TransientSecretKey.zeros("AES"),
                    new GCMParameterSpec(TAG_SIZE * 8, new byte[NONCE_SIZE]));
        }
    }
}
