package com.kruxos.vault;

/**
 * What a record is bound to. All of it is input of the key, the commitment and the tag: a ciphertext that is moved to
 * another Space, owner, name, version or epoch cannot be decrypted.
 *
 * @param name "scope/key"
 */
record RecordContext(String space, String owner, String name, long version, int epoch) {
    /** AES-256-GCM under an HKDF-SHA256 key with a commitment. No other algorithm is defined. */
    static final int ALGORITHM = 1;

    byte[] encode() {
        return new ContextEncoder()
                .lp("kruxos/record/1")
                .lp(space)
                .lp(owner)
                .lp(name)
                .u64(version)
                .u32(epoch)
                .u8(ALGORITHM)
                .toByteArray();
    }
}
