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
 * Outcomes that are not in the log yet, in a memory-mapped file: writing there needs no system call, and what is
 * written outlives this process. The next start finds what the writer did not write.
 *
 * <p>Slots are never cleared: a slot whose intent is closed is ignored. Where the file cannot be opened, because the
 * disk is full or another process has it, there are no slots, and outcomes are written to the log directly.
 *
 * <p>Safe for any thread.
 */
final class Spool implements AutoCloseable {
    /** No slot was free, or the outcome does not fit. */
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
    private final Map<Long, Integer> recoveredSlots = new HashMap<>(); // intent → slot, of earlier runs
    private final int[] freeSlots = new int[SLOT_COUNT];
    private int freeCount;
    private int usedCount; // by this run

    private Spool(@Nullable FileChannel channel, Arena arena, MemorySegment memory) {
        this.channel = channel;
        this.arena = arena;
        this.memory = memory;
    }

    /**
     * Opens the spool beside the log, or creates it.
     *
     * @param openIntents the intents without an outcome; outcomes of others are ignored
     */
    static Spool openOrCreate(Path log, Set<Long> openIntents) {
        var file = log.resolveSibling("audit.spool");
        try {
            if (!isSpool(file)) {
                create(file);
            }
            return open(file, openIntents);
        } catch (IOException | OverlappingFileLockException e) {
            LOG.info("no outcome spool; outcomes are written to the audit log directly", e);
            return new Spool(null, Arena.ofShared(), MemorySegment.NULL);
        }
    }

    /** Stores an outcome until {@link #release}; returns its slot, or {@link #NO_SLOT}. */
    int store(RecordedIntent intent, AuditEntry outcome, Instant now) {
        var content = SpooledOutcome.encode(intent, outcome, now);
        var slot = content.length > SLOT_BYTES ? NO_SLOT : allocateSlot();
        if (slot == NO_SLOT) {
            return NO_SLOT;
        }
        try {
            MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, offsetOf(slot), content.length);
            return slot;
        } catch (IllegalStateException | InternalError e) {
            // The spool is closed; or the disk did not take the page, which the JVM reports as an InternalError.
            release(slot);
            return NO_SLOT;
        }
    }

    /** Frees the slot of an outcome that is in the log. */
    synchronized void release(int slot) {
        freeSlots[freeCount++] = slot;
        usedCount--;
    }

    /** Whether every outcome of this run is in the log. */
    synchronized boolean isEmpty() {
        return usedCount == 0;
    }

    /** The outcome of an intent that an earlier run left open; null when the spool has none that belongs to it. */
    @Nullable
    AuditEntry outcomeFor(AuditRecord intent) {
        Integer slot;
        synchronized (this) {
            slot = recoveredSlots.get(intent.seq());
        }
        var kept = slot == null ? null : readSlot(slot);
        return kept == null ? null : kept.entryFor(intent);
    }

    /** Frees the slot of an intent of an earlier run that is closed now. */
    synchronized void discard(long seq) {
        var slot = recoveredSlots.remove(seq);
        if (slot != null) {
            freeSlots[freeCount++] = slot;
        }
    }

    /** Outcomes stay in the file. A second call has no effect. */
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

    /** Allocates every page now: a page without disk space would fail much later, when it is written to. */
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

    private static Spool open(Path file, Set<Long> openIntents) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new IOException("another process has " + file);
            }
            var arena = Arena.ofShared();
            var spool = new Spool(channel, arena, channel.map(MapMode.READ_WRITE, 0, FILE_BYTES, arena));
            spool.recover(openIntents);
            return spool;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private synchronized void recover(Set<Long> openIntents) {
        for (var slot = 0; slot < SLOT_COUNT; slot++) {
            var kept = readSlot(slot);
            if (kept != null && openIntents.contains(kept.intentSeq())) {
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
