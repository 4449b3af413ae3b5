package com.kruxos.audit;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes. It takes the entries that arrived while it wrote the last batch, writes them in one
 * transaction and then releases their callers: calls that arrive together share one sync.
 *
 * <p>One permanent platform thread: SQLite's native calls would pin the carrier of a virtual thread, sequence and
 * chains need a single writer, and the connection belongs to the thread.
 *
 * <p>{@link WriterState} shows what happens when writing fails. Until {@link #probe} succeeds, new entries are refused
 * at once; outcomes of earlier intents are still written from the disk reserve.
 */
final class AuditWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);

    /** Entries in one transaction; a larger batch would delay its first caller too long. */
    private static final int MAX_BATCH = 256;

    private static final long PROBE_INTERVAL = TimeUnit.SECONDS.toNanos(1);
    private static final long BALLAST_INTERVAL = TimeUnit.SECONDS.toNanos(10);

    private final Path file;
    private final InstantSource clock;
    private final CommitWatermark watermark;
    private final Spool spool;
    private final DiskReserve reserve;
    private final Thread thread = Thread.ofPlatform().name("audit").daemon().unstarted(this::run);
    private final WriteQueue incoming = new WriteQueue(thread);
    private final LongAdder refusedCount = new LongAdder();
    private volatile WriterState state; // changed by the thread only
    private volatile boolean closing;

    // The fields below belong to the thread once it runs.
    private final ArrayDeque<WriteRequest> queue = new ArrayDeque<>();
    private final List<WriteRequest> batch = new ArrayList<>(MAX_BATCH);
    private final List<WriteRequest> postponed = new ArrayList<>(); // spooled outcomes, written after the next probe
    private @Nullable AuditStore store;
    private byte[] head;
    private long nextAttempt; // System.nanoTime() of the next probe, or of the next attempt to create the ballast

    AuditWriter(Path file, OpenedLog opened, CommitWatermark watermark, InstantSource clock) {
        this.file = file;
        this.watermark = watermark;
        this.clock = clock;
        spool = opened.spool();
        reserve = opened.reserve();
        state = opened.failure() == null ? WriterState.RECORDING : WriterState.refusing(opened.failure());
        var openedStore = opened.store();
        store = openedStore;
        head = openedStore.head();
        watermark.advanceTo(openedStore.lastSeq());
        nextAttempt = System.nanoTime() + PROBE_INTERVAL;
        thread.start();
    }

    /** Blocks until the entry is written. */
    WriteRequest append(AuditEntry entry, Durability durability) {
        var current = state;
        if (!current.isRecording() && entry.intentSeq() == 0) {
            refusedCount.increment();
            throw new AuditWriteFailed(current.refusal());
        }
        var request = new WriteRequest(entry, durability == Durability.SYNCED);
        if (!incoming.offer(request)) {
            throw new AuditWriteFailed(WriteFailure.CLOSED);
        }
        request.await();
        return request;
    }

    /** Queues an outcome that is in the given slot of the spool; it is written soon, or at the next start. */
    void enqueueSpooled(AuditEntry outcome, int slot) {
        var _ = incoming.offer(new WriteRequest(outcome, slot));
    }

    /** Blocks until spooled outcomes are written; returns at once when nothing can be written. */
    void flush() {
        if (spool.isEmpty() || !state.isRecording()) {
            return;
        }
        var barrier = WriteRequest.barrier();
        try {
            if (incoming.offer(barrier)) {
                barrier.await();
            }
        } catch (AuditWriteFailed e) {
            // The reader gets the records that are there.
        }
    }

    /** Waits for the thread to take a request; false when it has ended. A refused request is a sign of life, too. */
    boolean ping() {
        var barrier = WriteRequest.barrier();
        if (!incoming.offer(barrier)) {
            return false;
        }
        try {
            barrier.await();
        } catch (AuditWriteFailed e) {
            return true;
        }
        return true;
    }

    AuditHealth health() {
        var failure = state.failure();
        if (failure != null) {
            return new AuditHealth(AuditHealth.HealthState.RED, failure.reason(), failure.hint());
        }
        return reserve.isReady()
                ? AuditHealth.GREEN
                : new AuditHealth(
                        AuditHealth.HealthState.YELLOW,
                        "the disk is almost full",
                        "free at least "
                                + ((DiskReserve.BALLAST_BYTES + DiskReserve.MARGIN_BYTES) >> 20)
                                + " MiB on the disk that holds "
                                + file.toAbsolutePath().getParent());
    }

    /** Writes queued entries, then stops the thread. */
    @Override
    public void close() {
        closing = true;
        var _ = incoming.offer(WriteRequest.barrier());
        var interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            incoming.drainTo(queue, waitNanos());
            writeQueue();
            if (waitNanos() <= 0) {
                var recording = state.isRecording();
                nextAttempt = System.nanoTime() + (recording ? BALLAST_INTERVAL : PROBE_INTERVAL);
                if (recording) {
                    reserve.createBallast();
                } else {
                    probe();
                }
            }
        }
        incoming.close(queue);
        writeQueue();
        closeStore();
    }

    private long waitNanos() {
        return state.isRecording() && reserve.isReady() ? WriteQueue.FOREVER_NANOS : nextAttempt - System.nanoTime();
    }

    private void writeQueue() {
        while (!queue.isEmpty()) {
            while (!queue.isEmpty() && batch.size() < MAX_BATCH) {
                batch.add(queue.removeFirst());
            }
            if (state.isRecording()) {
                writeBatch();
            } else {
                writeOutcomes();
            }
            batch.clear();
        }
    }

    private void writeBatch() {
        try {
            commitBatch(openStore());
            batch.forEach(request -> request.complete(spool));
            batch.clear();
            maintainLog(openStore());
        } catch (SQLException | RuntimeException | Error e) {
            onFailure(e);
            writeOutcomes();
        }
    }

    private void maintainLog(AuditStore store) throws SQLException {
        store.indexIfDue();
        if (store.isLogAtLeast(reserve.checkpointThreshold()) && !reserve.extendLog()) {
            var _ = store.checkpointLog(); // pages that a reader needs are moved the next time
        }
    }

    /** Writes the outcomes in the batch although recording failed, and refuses the rest. */
    private void writeOutcomes() {
        for (var request : batch) {
            if (request.entry.intentSeq() == 0) {
                refuse(request);
            }
        }
        batch.removeIf(request -> request.entry.intentSeq() == 0);
        if (batch.isEmpty()) {
            return;
        }
        try {
            commitBatch(openStore());
            batch.forEach(request -> request.complete(spool));
        } catch (SQLException | RuntimeException | Error e) {
            onFailure(e);
            for (var request : batch) {
                if (request.isAwaited()) {
                    refuse(request);
                } else {
                    postponed.add(request);
                }
            }
        }
    }

    private void commitBatch(AuditStore store) throws SQLException {
        var synced = false;
        var barriers = 0;
        for (var request : batch) {
            synced |= request.synced;
            barriers += request.isBarrier() ? 1 : 0;
        }
        if (barriers == batch.size()) {
            return;
        }
        store.begin(synced);
        for (var request : batch) {
            if (!request.isBarrier()) {
                request.seq = store.append(request.entry);
                request.hash = store.head();
            }
        }
        store.commit();
        onCommitted(store);
    }

    private void onCommitted(AuditStore store) {
        head = store.head();
        watermark.advanceTo(store.lastSeq());
    }

    private void refuse(WriteRequest request) {
        if (!request.isBarrier()) {
            refusedCount.increment();
        }
        request.fail(state.refusal());
    }

    private void onFailure(Throwable cause) {
        var before = state.failure();
        var failure = WriteFailure.of(cause, file);
        state = WriterState.refusing(failure);
        closeStore();
        if (before == null) { // a failure while refusing must not postpone the next probe
            nextAttempt = System.nanoTime() + PROBE_INTERVAL;
        }
        if (failure.freeingSpaceMayHelp()) {
            reserve.releaseBallast();
        }
        if (before == null || !before.reason().equals(failure.reason())) {
            LOG.error("audit records cannot be written: {}; {}", failure.reason(), failure.hint(), cause);
        }
    }

    /**
     * Tries to record again: space first; then a new connection, because nothing the old one remembers can be trusted;
     * the end of the file as it was acknowledged; all of the log moved into the file and synced, because a failed sync
     * may have lost pages that the system's cache still shows and this writes them again; at last a record that says
     * what happened.
     */
    private void probe() {
        var failure = state.refusal();
        if (failure.freeingSpaceMayHelp() && !reserve.tryRestore()) {
            return;
        }
        closeStore();
        state = state.probing();
        try {
            var probed = openStore();
            if (!probed.checkpointLog()) { // a reader holds a snapshot for a moment
                state = WriterState.refusing(failure);
                return;
            }
            reserve.preallocateLog();
            probed.begin(true);
            probed.append(resumedEntry(failure));
            probed.commit();
            onCommitted(probed);
            refusedCount.reset();
            state = WriterState.RECORDING;
            queue.addAll(postponed);
            postponed.clear();
            LOG.info("audit records are written again");
        } catch (Exception | Error e) {
            onFailure(e);
        }
    }

    private AuditEntry resumedEntry(WriteFailure failure) {
        return AuditEntry.bySystem("audit.resumed", "audit.resume")
                .details(Details.none().with("reason", failure.reason()).with("refused", refusedCount.sum()))
                .outcome("done");
    }

    private AuditStore openStore() throws SQLException {
        var current = store;
        if (current == null) {
            current = AuditStore.open(file, clock);
            store = current;
            if (!current.containsRecord(watermark.lastSeq(), head)) {
                throw new AuditOpenFailed(
                        file, "records that were written are gone", "the file was replaced: restore the right one");
            }
        }
        return current;
    }

    private void closeStore() {
        var current = store;
        store = null;
        if (current != null) {
            try {
                current.close();
            } catch (SQLException e) {
                LOG.debug("closing the audit log's connection", e);
            }
        }
    }
}
