package com.kruxos.audit;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Endings on their way to the log, in a file of their own that is mapped into memory: writing there costs no call of
 * the system, and what is written outlives this process. The next start finds what the writer did not get to.
 *
 * <p>Slots are never emptied: one whose record is closed says nothing any more. Where the file cannot be had, because
 * the disk is full or another appliance has it, there are no slots, and endings wait for the log itself.
 *
 * <p>Safe for any thread.
 */
final class Spool implements AutoCloseable {
    /** There was no slot, or the ending does not fit one. */
    static final int NO_SLOT = -1;

    static final int SLOT_BYTES = 1024;
    static final int SLOT_COUNT = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    /** "KRXSPL" and the version of the layout. */
    private static final long MAGIC = 0x4B525853504C_0001L;

    private static final int FILE_BYTES = (1 + SLOT_COUNT) * SLOT_BYTES;

    private final @Nullable FileChannel channel;
    private final Arena arena;
    private final MemorySegment memory;
    private final Map<Long, Integer> recoveredSlots = new HashMap<>(); // closed record → slot, of earlier runs
    private final int[] freeSlots = new int[SLOT_COUNT];
    private int freeCount;
    private int usedCount; // by this run

    private Spool(@Nullable FileChannel channel, Arena arena, MemorySegment memory) {
        this.channel = channel;
        this.arena = arena;
        this.memory = memory;
    }

    /**
     * Opens the spool beside the log, or makes it.
     *
     * @param unclosed the records that wait for an ending; of others nothing is kept
     */
    static Spool openOrCreate(Path log, Set<Long> unclosed) {
        var file = log.resolveSibling("audit.spool");
        try {
            if (!isSpool(file)) {
                create(file);
            }
            return open(file, unclosed);
        } catch (IOException | OverlappingFileLockException e) {
            LOG.info("without a spool, endings wait for the audit log itself", e);
            return new Spool(null, Arena.ofShared(), MemorySegment.NULL);
        }
    }

    /** Keeps an ending until {@link #freeSlots}: gives back its slot, or {@link #NO_SLOT}. */
    int store(RecordedIntent opened, AuditEntry ending, Instant now) {
        var content = SpooledOutcome.encode(opened, ending, now);
        var slot = content.length > SLOT_BYTES ? NO_SLOT : allocateSlot();
        if (slot == NO_SLOT) {
            return NO_SLOT;
        }
        try {
            MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, offsetOf(slot), content.length);
            return slot;
        } catch (IllegalStateException | InternalError e) {
            // It was closed; or the disk did not take the page, of which the JVM speaks in this way.
            release(slot);
            return NO_SLOT;
        }
    }

    /** The ending in this slot is in the log. */
    synchronized void release(int slot) {
        freeSlots[freeCount++] = slot;
        usedCount--;
    }

    /** Whether all that this run kept is in the log. */
    synchronized boolean isEmpty() {
        return usedCount == 0;
    }

    /** The ending of a record that an earlier run left open; null when it left none, or none that belongs to it. */
    @Nullable
    AuditEntry outcomeFor(AuditRecord open) {
        Integer slot;
        synchronized (this) {
            slot = recoveredSlots.get(open.seq());
        }
        var kept = slot == null ? null : readSlot(slot);
        return kept == null ? null : kept.entryFor(open);
    }

    /** That record is closed: what was left about it is not needed any more. */
    synchronized void discard(long seq) {
        var slot = recoveredSlots.remove(seq);
        if (slot != null) {
            freeSlots[freeCount++] = slot;
        }
    }

    /** What was kept stays in the file. A second time it does nothing. */
    @Override
    public synchronized void close() {
        if (!arena.scope().isAlive()) {
            return;
        }
        arena.close();
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.debug("closing the spool", e);
        }
    }

    private static boolean isSpool(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != FILE_BYTES) {
            return false;
        }
        try (var channel = FileChannel.open(file)) {
            var magic = ByteBuffer.allocate(Long.BYTES);
            channel.read(magic, 0);
            return magic.getLong(0) == MAGIC;
        }
    }

    /** With all of its bytes on the disk: a page without room there would fail when it is written to, much later. */
    private static void create(Path file) throws IOException {
        var draft = file.resolveSibling("audit.spool.new");
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        try (var channel = FileChannel.open(draft, options, owner)) {
            var empty = ByteBuffer.allocate(FILE_BYTES).putLong(0, MAGIC);
            while (empty.hasRemaining()) {
                channel.write(empty);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Spool open(Path file, Set<Long> unclosed) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new IOException("another process has " + file);
            }
            var arena = Arena.ofShared();
            var spool = new Spool(channel, arena, channel.map(MapMode.READ_WRITE, 0, FILE_BYTES, arena));
            spool.recover(unclosed);
            return spool;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private synchronized void recover(Set<Long> unclosed) {
        for (var slot = 0; slot < SLOT_COUNT; slot++) {
            var kept = readSlot(slot);
            if (kept != null && unclosed.contains(kept.intentSeq())) {
                recoveredSlots.put(kept.intentSeq(), slot);
            } else {
                freeSlots[freeCount++] = slot;
            }
        }
    }

    private synchronized int allocateSlot() {
        if (freeCount == 0) {
            return NO_SLOT;
        }
        usedCount++;
        return freeSlots[--freeCount];
    }

    private @Nullable SpooledOutcome readSlot(int slot) {
        var bytes = new byte[SLOT_BYTES];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offsetOf(slot), bytes, 0, SLOT_BYTES);
        return SpooledOutcome.decode(bytes);
    }

    /** The first place holds the magic number. */
    private static long offsetOf(int slot) {
        return (1L + slot) * SLOT_BYTES;
    }
}
