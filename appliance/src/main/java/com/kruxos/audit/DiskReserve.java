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
 * Space kept for the day the disk is full: a write-ahead log that already has its size, and a ballast file to give up.
 *
 * <p>Free pages inside the database would not help, because a commit writes to the log first. On file systems that
 * never overwrite in place (btrfs, ZFS) only the ballast helps. Belongs to the writer thread but for {@link #ready}.
 */
final class DiskReserve {
    /** Bytes the write-ahead log is given at once, and each time more. It is used again and again and never cut. */
    static final long LOG_STEP_BYTES = 4L << 20;
    /**
     * Bytes up to which it grows when there is much to write: the longer it is, the more of its pages are moved once.
     */
    static final long MAX_LOG_BYTES = 16L << 20;
    /** Bytes of the ballast. */
    static final int BALLAST_BYTES = 4 << 20;
    /** Bytes that must be free beyond the ballast before we call the disk usable: else full follows full. */
    static final int MARGIN_BYTES = 1 << 20;

    /** Bytes that must be free before the log is made longer than it has to be. */
    private static final long MIN_FREE_TO_EXTEND = 1L << 30;

    private static final int CHUNK_BYTES = 1 << 16;

    private final Path log;
    private final Path ballast;
    private final Path draft;
    private volatile boolean ready;
    private boolean released;
    private long allocatedLogBytes = LOG_STEP_BYTES; // bytes the log surely has

    DiskReserve(Path file) {
        log = file.resolveSibling(file.getFileName() + "-wal");
        ballast = file.resolveSibling("audit.ballast");
        draft = file.resolveSibling("audit.ballast.new");
        ready = size(ballast) == BALLAST_BYTES;
    }

    /** Whether the ballast is there. */
    boolean isReady() {
        return ready;
    }

    /** Makes the ballast if it is missing; false when there is no room for it and the margin. */
    boolean createBallast() {
        if (!ready) {
            ready = allocate(BALLAST_BYTES);
            released &= !ready;
        }
        return ready;
    }

    /** Whether the disk can be called usable again: room for the margin, and for the ballast if it was given up. */
    boolean tryRestore() {
        if (released) {
            return createBallast();
        }
        return ready || allocate(0);
    }

    /** Gives the ballast up, once; true when there was one. */
    boolean releaseBallast() {
        try {
            released |= ready && Files.deleteIfExists(ballast);
            ready = false;
        } catch (IOException e) {
            // A disk that does not even delete: nothing to gain, and the ballast stays what it was.
        }
        return released;
    }

    /**
     * Brings the log to its first size by zeros at its end, where SQLite has not written yet and where recovery stops
     * at the first frame that is none. Nothing but this and SQLite writes there, and both in the writer thread.
     */
    void preallocateLog() throws IOException {
        var size = size(log);
        if (size < LOG_STEP_BYTES) {
            writeZeros(size, LOG_STEP_BYTES);
        }
        allocatedLogBytes = Math.clamp(size, LOG_STEP_BYTES, MAX_LOG_BYTES);
    }

    /** Bytes of the log after which it is to be moved into the file: the other half is for what closes. */
    long checkpointThreshold() {
        return allocatedLogBytes / 2;
    }

    /**
     * Makes the log longer by a step; false when it is as long as it gets, or the disk has other uses for the space.
     */
    boolean extendLog() {
        var more = allocatedLogBytes + LOG_STEP_BYTES;
        try {
            if (more > MAX_LOG_BYTES || Files.getFileStore(log).getUsableSpace() < MIN_FREE_TO_EXTEND) {
                return false;
            }
            writeZeros(Math.max(allocatedLogBytes, size(log)), more);
        } catch (IOException e) {
            return false; // what was written of it stays and is used
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

    /** Really allocates that much and the margin, then gives the margin back; with 0 it leaves nothing behind. */
    private boolean allocate(int keep) {
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        var noise = new byte[CHUNK_BYTES]; // a file system that compresses would store zeros in no space at all
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
                // Under its name only when it is whole: a try that ran out of room is never taken for the ballast.
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
            // Left as it is; the next try begins it anew.
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
