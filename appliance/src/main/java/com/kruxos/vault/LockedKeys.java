package com.kruxos.vault;

import com.kruxos.os.LockedMemory;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The root key and the space keys in use, in one piece of locked memory. A caller gets a copy for one operation and
 * wipes it.
 *
 * <p>Any thread may use it. A space key is found by the nonce it was wrapped with: a Space that is deleted and made
 * again under the same id never meets its old key.
 */
final class LockedKeys implements AutoCloseable {
    /** One page; when more Spaces than this are in use at once, the cache starts anew. */
    private static final int CAPACITY = 512;

    /** The root key has place 0. */
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

    /** How many space keys are held now. */
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
