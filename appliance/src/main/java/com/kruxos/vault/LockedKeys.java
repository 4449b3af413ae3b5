package com.kruxos.vault;

import com.kruxos.os.LockedMemory;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The root key and a cache of space keys, in one block of locked memory. A caller gets a copy for one operation and
 * wipes it.
 *
 * <p>Thread-safe. A space key is looked up by the nonce it was wrapped with, so that a Space that is deleted and
 * created again under the same id never gets its old key.
 */
final class LockedKeys implements AutoCloseable {
    /** In keys; the block is four pages of 4 KiB. When it is full, all space keys are evicted. */
    private static final int CAPACITY = 512;

    /** The root key has index 0. */
    private static final int FIRST_SPACE_KEY = 1;

    private final LockedMemory memory = LockedMemory.allocate(CAPACITY * RandomBytes.KEY_SIZE);
    private final Map<ByteBuffer, Integer> indexes = new HashMap<>();
    private final BitSet usedIndexes = new BitSet(CAPACITY);

    LockedKeys(RootKey root) {
        memory.write(0, root.key());
    }

    boolean isLocked() {
        return memory.isLocked();
    }

    boolean isExcludedFromDumps() {
        return memory.isUndumpable();
    }

    synchronized byte[] copyRootKey() {
        return copy(0);
    }

    synchronized Optional<byte[]> find(byte[] wrapNonce) {
        return Optional.ofNullable(indexes.get(ByteBuffer.wrap(wrapNonce))).map(this::copy);
    }

    synchronized void put(byte[] wrapNonce, byte[] spaceKey) {
        if (indexes.size() == CAPACITY - FIRST_SPACE_KEY) {
            evictAll();
        }
        var name = ByteBuffer.wrap(wrapNonce.clone());
        var place = indexes.computeIfAbsent(name, _ -> usedIndexes.nextClearBit(FIRST_SPACE_KEY));
        usedIndexes.set(place);
        memory.write(place * RandomBytes.KEY_SIZE, spaceKey);
    }

    synchronized void evict(byte[] wrapNonce) {
        var place = indexes.remove(ByteBuffer.wrap(wrapNonce));
        if (place != null) {
            usedIndexes.clear(place);
            memory.wipe(place * RandomBytes.KEY_SIZE, RandomBytes.KEY_SIZE);
        }
    }

    synchronized int size() {
        return indexes.size();
    }

    @Override
    public void close() {
        memory.close();
    }

    private void evictAll() {
        indexes.clear();
        usedIndexes.clear();
        memory.wipe(FIRST_SPACE_KEY * RandomBytes.KEY_SIZE, (CAPACITY - FIRST_SPACE_KEY) * RandomBytes.KEY_SIZE);
    }

    private byte[] copy(int place) {
        var key = new byte[RandomBytes.KEY_SIZE];
        memory.read(place * RandomBytes.KEY_SIZE, key);
        return key;
    }
}
