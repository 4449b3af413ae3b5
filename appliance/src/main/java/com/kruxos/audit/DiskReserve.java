package com.kruxos.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.Set;

/**
 * Disk space reserved for when the disk is full: a write-ahead log that already has its size, and a ballast file to
 * delete.
 *
 * <p>Free pages inside the database would not help, because a commit writes to the log first. On copy-on-write file
 * systems (btrfs, ZFS) only the ballast helps. Belongs to the writer thread, except {@link #isReady}.
 */
final class DiskReserve {
    /** Bytes by which the write-ahead log is extended. It is reused and never truncated. */
    static final long LOG_STEP_BYTES = 4L << 20;
    /** Maximum size of the log: the longer it is, the more of its pages are moved only once. */
    static final long MAX_LOG_BYTES = 16L << 20;

    static final int BALLAST_BYTES = 4 << 20;
    /**
     * Bytes that must be free beyond the ballast before the disk counts as usable, so that it is not full again at
     * once.
     */
    static final int MARGIN_BYTES = 1 << 20;

    /** Bytes that must be free before the log is extended. */
    private static final long MIN_FREE_TO_EXTEND = 1L << 30;

    private static final int CHUNK_BYTES = 1 << 16;

    private final Path log;
    private final Path ballast;
    private final Path draft;
    private volatile boolean ready;
    private boolean released;
    private long allocatedLogBytes = LOG_STEP_BYTES; // bytes allocated to the log

    DiskReserve(Path file) {
        log = file.resolveSibling(file.getFileName() + "-wal");
        ballast = file.resolveSibling("audit.ballast");
        draft = file.resolveSibling("audit.ballast.new");
        ready = size(ballast) == BALLAST_BYTES;
    }

    /** Whether the ballast exists. */
    boolean isReady() {
        return ready;
    }

    /** Creates the ballast if it is missing; false when there is no space for it and the margin. */
    boolean createBallast() {
        if (!ready) {
            ready = allocate(BALLAST_BYTES);
            released &= !ready;
        }
        return ready;
    }

    /** Whether the disk is usable again: space for the margin, and for the ballast if it was released. */
    boolean tryRestore() {
        if (released) {
            return createBallast();
        }
        return ready || allocate(0);
    }

    /** Deletes the ballast; true when it was released now or before. */
    boolean releaseBallast() {
        try {
            released |= ready && Files.deleteIfExists(ballast);
            ready = false;
        } catch (IOException e) {
            // The disk cannot even delete a file: nothing to gain, and the ballast stays.
        }
        return released;
    }

    /**
     * Extends the log to its first size by zeros at its end, where SQLite has not written yet and where recovery stops,
     * because zeros are no valid frame. Only this and SQLite write there, both in the writer thread.
     */
    void preallocateLog() throws IOException {
        var size = size(log);
        if (size < LOG_STEP_BYTES) {
            writeZeros(size, LOG_STEP_BYTES);
        }
        allocatedLogBytes = Math.clamp(size, LOG_STEP_BYTES, MAX_LOG_BYTES);
    }

    /** Bytes in the log that start a checkpoint; the other half is for outcomes. */
    long checkpointThreshold() {
        return allocatedLogBytes / 2;
    }

    /** Extends the log by a step; false at the maximum, or when the disk has little free space. */
    boolean extendLog() {
        var more = allocatedLogBytes + LOG_STEP_BYTES;
        try {
            if (more > MAX_LOG_BYTES || Files.getFileStore(log).getUsableSpace() < MIN_FREE_TO_EXTEND) {
                return false;
            }
            writeZeros(Math.max(allocatedLogBytes, size(log)), more);
        } catch (IOException e) {
            return false; // what was written stays and is used
        }
        allocatedLogBytes = more;
        return true;
    }

    private void writeZeros(long from, long to) throws IOException {
        try (var channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            fill(channel, from, to, new byte[CHUNK_BYTES]);
            channel.force(true);
        }
    }

    /** Allocates {@code keep} bytes and the margin, then releases the margin; with 0 it leaves no file. */
    private boolean allocate(int keep) {
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        var noise = new byte[CHUNK_BYTES]; // a compressing file system would store zeros in no space
        new Random(keep).nextBytes(noise);
        try {
            try (var channel = FileChannel.open(draft, options, owner)) {
                fill(channel, 0, keep + MARGIN_BYTES, noise);
                channel.force(true);
                channel.truncate(keep);
            }
            if (keep == 0) {
                Files.delete(draft);
            } else {
                // Renamed only when complete: an attempt that ran out of space is never taken for the ballast.
                Files.move(draft, ballast, StandardCopyOption.ATOMIC_MOVE);
            }
            return true;
        } catch (IOException e) {
            return deleteDraft();
        }
    }

    private boolean deleteDraft() {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            // Left as it is; the next attempt overwrites it.
        }
        return false;
    }

    private static void fill(FileChannel channel, long from, long to, byte[] with) throws IOException {
        for (var at = from; at < to; ) {
            var chunk = ByteBuffer.wrap(with, 0, (int) Math.min(with.length, to - at));
            at += channel.write(chunk, at);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
