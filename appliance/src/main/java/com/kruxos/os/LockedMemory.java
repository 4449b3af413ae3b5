package com.kruxos.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory for keys: outside the heap, kept out of swap and core dumps where the system permits it, and zeroed before it
 * is freed. Thread-safe. After {@link #close} every method except {@code close} throws {@link IllegalStateException}.
 */
public final class LockedMemory implements AutoCloseable {
    /** The largest page size of our platforms; mlock and madvise work on whole pages. */
    private static final int MAX_PAGE_SIZE = 16_384;

    private static final int MADV_DONTDUMP = 16;
    private static final int MADV_DODUMP = 17;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final boolean locked;
    private final boolean undumpable;
    private boolean closed;

    private LockedMemory(int pages) {
        memory = arena.allocate((long) pages * MAX_PAGE_SIZE, MAX_PAGE_SIZE);
        locked = CLibrary.mlock(memory) == 0;
        undumpable = isLinux() && CLibrary.madvise(memory, MADV_DONTDUMP) == 0;
    }

    /** At least {@code bytes} bytes, all zero. */
    public static LockedMemory allocate(int bytes) {
        return new LockedMemory(Math.ceilDiv(bytes, MAX_PAGE_SIZE));
    }

    public int size() {
        return (int) memory.byteSize();
    }

    /** Whether the memory is kept out of swap. False when RLIMIT_MEMLOCK is too low. */
    public boolean isLocked() {
        return locked;
    }

    /** Whether the memory is left out of core dumps. */
    public boolean isUndumpable() {
        return undumpable;
    }

    public synchronized void write(int at, byte[] from) {
        requireOpen();
        MemorySegment.copy(from, 0, memory, ValueLayout.JAVA_BYTE, at, from.length);
    }

    public synchronized void read(int at, byte[] into) {
        requireOpen();
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, into, 0, into.length);
    }

    public synchronized void wipe(int at, int length) {
        requireOpen();
        memory.asSlice(at, length).fill((byte) 0);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            memory.fill((byte) 0);
            restoreDefaults();
            closed = true;
            arena.close();
        }
    }

    /** The allocator may reuse these pages for memory that must not be locked or undumpable. */
    private void restoreDefaults() {
        if (locked) {
            var _ = CLibrary.munlock(memory);
        }
        if (undumpable) {
            var _ = CLibrary.madvise(memory, MADV_DODUMP);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this memory has been wiped and freed");
        }
    }

    private static boolean isLinux() {
        return System.getProperty("os.name", "").equals("Linux");
    }
}
