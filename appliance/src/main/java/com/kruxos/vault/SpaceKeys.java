package com.kruxos.vault;

import java.util.Arrays;

/** Generates space keys, and decrypts them with the root key on first use. */
final class SpaceKeys implements AutoCloseable {
    private final LockedKeys lockedKeys;
    private final byte[] rootId;

    SpaceKeys(RootKey root) {
        lockedKeys = new LockedKeys(root);
        rootId = root.id();
    }

    byte[] rootId() {
        return rootId.clone();
    }

    boolean isLocked() {
        return lockedKeys.isLocked();
    }

    boolean isExcludedFromDumps() {
        return lockedKeys.isExcludedFromDumps();
    }

    WrappedSpaceKey create(String space, int epoch) {
        var root = lockedKeys.copyRootKey();
        var key = RandomBytes.generate(RandomBytes.KEY_SIZE);
        try {
            var nonce = RandomBytes.generate(AesGcm.NONCE_SIZE);
            return new WrappedSpaceKey(
                    space, epoch, rootId, nonce, SpaceKeyWrap.wrap(root, rootId, space, epoch, nonce, key));
        } finally {
            Wipe.bytes(root);
            Wipe.bytes(key);
        }
    }

    /**
     * The space key; the caller wipes it.
     *
     * @throws CannotDecrypt when the root key cannot decrypt it
     */
    byte[] open(WrappedSpaceKey wrapped) {
        return lockedKeys.find(wrapped.nonce).orElseGet(() -> unwrap(wrapped));
    }

    void evict(WrappedSpaceKey wrapped) {
        lockedKeys.evict(wrapped.nonce);
    }

    int cachedCount() {
        return lockedKeys.size();
    }

    @Override
    public void close() {
        lockedKeys.close();
    }

    private byte[] unwrap(WrappedSpaceKey wrapped) {
        var root = lockedKeys.copyRootKey();
        try {
            if (wrapped.ciphertext.length == 0) {
                throw new UnsealFailed("it is missing");
            }
            if (!Arrays.equals(rootId, wrapped.rootId)) {
                throw new UnsealFailed("another root key sealed it");
            }
            var key =
                    SpaceKeyWrap.unwrap(root, rootId, wrapped.space, wrapped.epoch, wrapped.nonce, wrapped.ciphertext);
            lockedKeys.put(wrapped.nonce, key);
            return key;
        } catch (UnsealFailed e) {
            throw new CannotDecrypt("the key of Space " + wrapped.space + ", epoch " + wrapped.epoch, e);
        } finally {
            Wipe.bytes(root);
        }
    }
}
