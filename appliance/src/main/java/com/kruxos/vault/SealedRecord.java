package com.kruxos.vault;

/** One encrypted version of a value, as it is stored. Nothing in it is secret. */
final class SealedRecord {
    static final int SALT_SIZE = 32;

    final byte[] salt;
    final byte[] nonce;
    final byte[] commitment;
    final byte[] ciphertext;

    SealedRecord(byte[] salt, byte[] nonce, byte[] commitment, byte[] ciphertext) {
        this.salt = salt;
        this.nonce = nonce;
        this.commitment = commitment;
        this.ciphertext = ciphertext;
    }
}
