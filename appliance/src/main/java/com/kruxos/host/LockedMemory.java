package com.kruxos.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A piece of memory for keys: outside the heap, kept out of swap and out of core dumps where the system lets us, and
 * zeroed before it is given back.
 *
 * <p>Any thread may use it. After {@link #close} every call but {@code close} throws {@link IllegalStateException}.
 */
public final class LockedMemory implements AutoCloseable {
    /** The largest page of the systems we run on; both mlock and madvise work on whole pages. */
    private static final int PAGE = 16_384;

    private static final int MADV_DONTDUMP = 16;
    private static final int MADV_DODUMP = 17;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final boolean locked;
    private final boolean undumpable;
    private boolean closed;

    private LockedMemory(int pages) {
        memory = arena.allocate((long) pages * PAGE, PAGE);
        locked = Native.lock(memory) == 0;
        undumpable = linux() && Native.advise(memory, MADV_DONTDUMP) == 0;
    }

    /** At least {@code bytes} bytes of zeros. */
    public static LockedMemory allocate(int bytes) {
        return new LockedMemory(Math.ceilDiv(bytes, PAGE));
    }

    public int size() {
        return (int) memory.byteSize();
    }

    /** Whether the system promised to keep it out of swap. It does not when RLIMIT_MEMLOCK is too low. */
    public boolean locked() {
        return locked;
    }

    /** Whether the system promised to leave it out of core dumps. */
    public boolean undumpable() {
        return undumpable;
    }

    public synchronized void write(int at, byte[] from) {
        live();
        MemorySegment.copy(from, 0, memory, ValueLayout.JAVA_BYTE, at, from.length);
    }

    public synchronized void read(int at, byte[] into) {
        live();
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, into, 0, into.length);
    }

    public synchronized void wipe(int at, int length) {
        live();
        memory.asSlice(at, length).fill((byte) 0);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            memory.fill((byte) 0);
            release();
            closed = true;
            arena.close();
        }
    }

    /** The allocator may hand these pages to somebody else, who expects ordinary ones. */
    private void release() {
        if (locked) {
            var _ = Native.unlock(memory);
        }
        if (undumpable) {
            var _ = Native.advise(memory, MADV_DODUMP);
        }
    }

    private void live() {
        if (closed) {
            throw new IllegalStateException("this memory has been wiped and given back");
        }
    }

    private static boolean linux() {
        return System.getProperty("os.name", "").equals("Linux");
    }
}
