package com.kruxos.vault;

import javax.crypto.AEADBadTagException;

/** Encrypts a space key, 32 random bytes, under the root key, bound to root id, Space and epoch. */
final class SpaceKeyWrap {
    private SpaceKeyWrap() {}

    static byte[] wrap(byte[] rootKey, byte[] rootId, String space, int epoch, byte[] nonce, byte[] spaceKey) {
        return AesGcm.seal(rootKey, nonce, associatedData(rootId, space, epoch), spaceKey);
    }

    /** The space key; the caller wipes it. */
    static byte[] unwrap(byte[] rootKey, byte[] rootId, String space, int epoch, byte[] nonce, byte[] wrapped)
            throws UnsealFailed {
        if (nonce.length != AesGcm.NONCE_SIZE || wrapped.length != RandomBytes.KEY_SIZE + AesGcm.TAG_SIZE) {
            throw new UnsealFailed("the wrapped space key has the wrong size");
        }
        try {
            return AesGcm.open(rootKey, nonce, associatedData(rootId, space, epoch), wrapped);
        } catch (AEADBadTagException e) {
            throw new UnsealFailed("the root key cannot decrypt the wrapped space key");
        }
    }

    static byte[] associatedData(byte[] rootId, String space, int epoch) {
        return new ContextEncoder()
                .lp("kruxos/space/1")
                .lp(rootId)
                .lp(space)
                .u32(epoch)
                .toByteArray();
    }
}
