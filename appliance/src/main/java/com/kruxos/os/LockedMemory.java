package com.kruxos.os;

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

    /** At least {@code bytes} bytes of zeros. */
    public static LockedMemory allocate(int bytes) {
        return new LockedMemory(Math.ceilDiv(bytes, MAX_PAGE_SIZE));
    }

    public int size() {
        return (int) memory.byteSize();
    }

    /** Whether the system promised to keep it out of swap. It does not when RLIMIT_MEMLOCK is too low. */
    public boolean isLocked() {
        return locked;
    }

    /** Whether the system promised to leave it out of core dumps. */
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

    /** The allocator may hand these pages to somebody else, who expects ordinary ones. */
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
            throw new IllegalStateException("this memory has been wiped and given back");
        }
    }

    private static boolean isLinux() {
        return System.getProperty("os.name", "").equals("Linux");
    }
}
