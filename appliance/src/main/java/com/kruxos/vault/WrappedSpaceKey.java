package com.kruxos.vault;

/** A space key as it is stored, encrypted under the root key. */
final class WrappedSpaceKey {
    final String space;
    final int epoch;
    final byte[] rootId;
    final byte[] nonce;
    final byte[] ciphertext;

    WrappedSpaceKey(String space, int epoch, byte[] rootId, byte[] nonce, byte[] wrapped) {
        this.space = space;
        this.epoch = epoch;
        this.rootId = rootId;
        this.nonce = nonce;
        this.ciphertext = wrapped;
    }
}
