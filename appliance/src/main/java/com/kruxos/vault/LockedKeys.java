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
    private static final int PLACES = 512;

    /** The root key has index 0. */
    private static final int FIRST = 1;

    private final LockedMemory memory = LockedMemory.allocate(PLACES * Keys.SIZE);
    private final Map<ByteBuffer, Integer> places = new HashMap<>();
    private final BitSet used = new BitSet(PLACES);

    LockedKeys(RootKey root) {
        memory.write(0, root.key());
    }

    boolean locked() {
        return memory.isLocked();
    }

    boolean undumpable() {
        return memory.isUndumpable();
    }

    synchronized byte[] root() {
        return copy(0);
    }

    synchronized Optional<byte[]> find(byte[] wrapNonce) {
        return Optional.ofNullable(places.get(ByteBuffer.wrap(wrapNonce))).map(this::copy);
    }

    synchronized void keep(byte[] wrapNonce, byte[] spaceKey) {
        if (places.size() == PLACES - FIRST) {
            forgetAll();
        }
        var name = ByteBuffer.wrap(wrapNonce.clone());
        var place = places.computeIfAbsent(name, _ -> used.nextClearBit(FIRST));
        used.set(place);
        memory.write(place * Keys.SIZE, spaceKey);
    }

    synchronized void forget(byte[] wrapNonce) {
        var place = places.remove(ByteBuffer.wrap(wrapNonce));
        if (place != null) {
            used.clear(place);
            memory.wipe(place * Keys.SIZE, Keys.SIZE);
        }
    }

    synchronized int size() {
        return places.size();
    }

    @Override
    public void close() {
        memory.close();
    }

    private void forgetAll() {
        places.clear();
        used.clear();
        memory.wipe(FIRST * Keys.SIZE, (PLACES - FIRST) * Keys.SIZE);
    }

    private byte[] copy(int place) {
        var key = new byte[Keys.SIZE];
        memory.read(place * Keys.SIZE, key);
        return key;
    }
}
