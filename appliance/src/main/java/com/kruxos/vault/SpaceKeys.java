package com.kruxos.vault;

import java.util.Arrays;

/** Generates space keys, and decrypts them with the root key on first use. */
final class SpaceKeys implements AutoCloseable {
    private final LockedKeys keys;
    private final byte[] rootId;

    SpaceKeys(RootKey root) {
        keys = new LockedKeys(root);
        rootId = root.id();
    }

    byte[] rootId() {
        return rootId.clone();
    }

    boolean locked() {
        return keys.locked();
    }

    boolean undumpable() {
        return keys.undumpable();
    }

    WrappedKey make(String space, int epoch) {
        var root = keys.root();
        var key = Keys.random(Keys.SIZE);
        try {
            var nonce = Keys.random(AesGcm.NONCE);
            return new WrappedKey(
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
    byte[] open(WrappedKey wrapped) {
        return keys.find(wrapped.nonce).orElseGet(() -> unwrap(wrapped));
    }

    void forget(WrappedKey wrapped) {
        keys.forget(wrapped.nonce);
    }

    int inMemory() {
        return keys.size();
    }

    @Override
    public void close() {
        keys.close();
    }

    private byte[] unwrap(WrappedKey wrapped) {
        var root = keys.root();
        try {
            if (wrapped.wrapped.length == 0) {
                throw new Unreadable("it is missing");
            }
            if (!Arrays.equals(rootId, wrapped.rootId)) {
                throw new Unreadable("another root key sealed it");
            }
            var key = SpaceKeyWrap.unwrap(root, rootId, wrapped.space, wrapped.epoch, wrapped.nonce, wrapped.wrapped);
            keys.keep(wrapped.nonce, key);
            return key;
        } catch (Unreadable e) {
            throw new CannotDecrypt("the key of Space " + wrapped.space + ", epoch " + wrapped.epoch, e);
        } finally {
            Wipe.bytes(root);
        }
    }
}
