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
 * The one thread that writes. It takes what callers left while it wrote the last batch, writes that in one transaction,
 * and lets them go: calls that come together share one sync.
 *
 * <p>One permanent platform thread, because SQLite's calls are native and would hold on to the carrier of a virtual
 * thread, because order and chains need a single hand anyway, and because a thread of our own keeps its connection.
 *
 * <p>When writing fails, {@link #failure} is set: callers are refused at once, and every second the thread tries to get
 * going again ({@link #probe}). Only records that close others are still tried meanwhile: the reserve is kept for them.
 */
final class AuditWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);
    /** Most records in one transaction, so that the first of them does not wait for ever. */
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
    private volatile @Nullable WriteFailure failure;
    private volatile boolean closing;

    // The rest belongs to the thread, once it runs.
    private final ArrayDeque<WriteRequest> queue = new ArrayDeque<>();
    private final List<WriteRequest> batch = new ArrayList<>(MAX_BATCH);
    private final List<WriteRequest> postponed = new ArrayList<>(); // in the spool; could not be written, and will be
    private @Nullable AuditStore store;
    private byte[] head;
    private long nextProbe; // System.nanoTime() of the next probe, or of the next try to make the ballast

    AuditWriter(Path file, OpenedLog opened, CommitWatermark tail, InstantSource clock) {
        this.file = file;
        this.watermark = tail;
        this.clock = clock;
        spool = opened.spool();
        reserve = opened.reserve();
        failure = opened.failure();
        var open = opened.store();
        store = open;
        head = open.head();
        tail.advanceTo(open.lastSeq());
        nextProbe = System.nanoTime() + PROBE_INTERVAL;
        thread.start();
    }

    /** Returns when it is written. */
    WriteRequest append(AuditEntry entry, Durability durability) {
        var why = failure;
        if (why != null && entry.intentSeq() == 0) {
            refusedCount.increment();
            throw new AuditWriteFailed(why);
        }
        var pending = new WriteRequest(entry, durability == Durability.SYNCED);
        if (!incoming.offer(pending)) {
            throw new AuditWriteFailed(WriteFailure.CLOSED);
        }
        pending.await();
        return pending;
    }

    /** Will write it, soon or at the next start: it lies in that slot of the spool. */
    void enqueueSpooled(AuditEntry ending, int slot) {
        var _ = incoming.offer(new WriteRequest(ending, slot));
    }

    /** Returns when what was left before is written. When nothing can be written, it returns at once. */
    void flush() {
        if (spool.isEmpty() || failure != null) {
            return;
        }
        var mark = WriteRequest.barrier();
        try {
            if (incoming.offer(mark)) {
                mark.await();
            }
        } catch (AuditWriteFailed e) {
            // Whoever reads sees what there is.
        }
    }

    /** Returns when the thread has come by; in trouble it refuses the mark, which is an answer too. */
    boolean ping() {
        var mark = WriteRequest.barrier();
        if (!incoming.offer(mark)) {
            return false;
        }
        try {
            mark.await();
        } catch (AuditWriteFailed e) {
            return true;
        }
        return true;
    }

    AuditHealth health() {
        var why = failure;
        if (why != null) {
            return new AuditHealth(AuditHealth.HealthState.RED, why.reason(), why.hint());
        }
        return reserve.isReady()
                ? AuditHealth.GREEN
                : new AuditHealth(
                        AuditHealth.HealthState.YELLOW,
                        "the disk is almost full",
                        "free at least " + ((DiskReserve.BALLAST_BYTES + DiskReserve.MARGIN_BYTES) >> 20)
                                + " MiB on the disk that holds "
                                + file.toAbsolutePath().getParent());
    }

    /** Writes what is queued, then stops. */
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
                nextProbe = System.nanoTime() + (failure == null ? BALLAST_INTERVAL : PROBE_INTERVAL);
                if (failure != null) {
                    probe();
                } else {
                    reserve.createBallast();
                }
            }
        }
        incoming.close(queue);
        writeQueue();
        closeStore();
    }

    private long waitNanos() {
        return failure == null && reserve.isReady() ? WriteQueue.FOREVER_NANOS : nextProbe - System.nanoTime();
    }

    private void writeQueue() {
        while (!queue.isEmpty()) {
            while (!queue.isEmpty() && batch.size() < MAX_BATCH) {
                batch.add(queue.removeFirst());
            }
            if (failure == null) {
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
            batch.forEach(pending -> pending.complete(spool));
            batch.clear();
            maintainLog(openStore());
        } catch (SQLException | RuntimeException | Error e) {
            onFailure(e);
            writeOutcomes();
        }
    }

    private void maintainLog(AuditStore ledger) throws SQLException {
        ledger.indexIfDue();
        if (ledger.isLogAtLeast(reserve.checkpointThreshold()) && !reserve.extendLog()) {
            var _ = ledger.checkpointLog(); // what a reader keeps is moved the next time
        }
    }

    /** In trouble: the records that close others are tried, the rest is refused. */
    private void writeOutcomes() {
        for (var pending : batch) {
            if (pending.entry.intentSeq() == 0) {
                refuse(pending);
            }
        }
        batch.removeIf(pending -> pending.entry.intentSeq() == 0);
        if (batch.isEmpty()) {
            return;
        }
        try {
            commitBatch(openStore());
            batch.forEach(pending -> pending.complete(spool));
        } catch (SQLException | RuntimeException | Error e) {
            onFailure(e);
            for (var pending : batch) {
                if (pending.isAwaited()) {
                    refuse(pending);
                } else {
                    postponed.add(pending);
                }
            }
        }
    }

    private void commitBatch(AuditStore ledger) throws SQLException {
        var synced = false;
        var marks = 0;
        for (var pending : batch) {
            synced |= pending.synced;
            marks += pending.isBarrier() ? 1 : 0;
        }
        if (marks == batch.size()) {
            return;
        }
        ledger.begin(synced);
        for (var pending : batch) {
            if (!pending.isBarrier()) {
                pending.seq = ledger.append(pending.entry);
                pending.hash = ledger.head();
            }
        }
        ledger.commit();
        onCommitted(ledger);
    }

    private void onCommitted(AuditStore ledger) {
        head = ledger.head();
        watermark.advanceTo(ledger.lastSeq());
    }

    private void refuse(WriteRequest pending) {
        if (!pending.isBarrier()) {
            refusedCount.increment();
        }
        var why = failure;
        pending.fail(why == null ? WriteFailure.CLOSED : why);
    }

    private void onFailure(Throwable failure) {
        var before = this.failure;
        var now = WriteFailure.of(failure, file);
        this.failure = now;
        closeStore();
        if (before == null) { // else the next probe is due when it was: those that fail meanwhile must not put it off
            nextProbe = System.nanoTime() + PROBE_INTERVAL;
        }
        if (now.freeingSpaceMayHelp()) {
            reserve.releaseBallast();
        }
        if (before == null || !before.reason().equals(now.reason())) {
            LOG.error("nothing can be recorded: {}; {}", now.reason(), now.hint(), failure);
        }
    }

    /**
     * Tries to record again: room first, then a new connection (nothing the old one remembers is trusted), the end of
     * the file as it was acknowledged, all of the log moved into the file and synced (a failed sync may have lost pages
     * that the system's cache still shows; this writes them again), and at last a record that says what happened.
     */
    private void probe() {
        var why = failure;
        if (why == null || (why.freeingSpaceMayHelp() && !reserve.tryRestore())) {
            return;
        }
        closeStore();
        try {
            var ledger = openStore();
            if (!ledger.checkpointLog()) {
                return; // a reader is in the way; it will not be for long
            }
            reserve.preallocateLog();
            ledger.begin(true);
            ledger.append(resumedEntry(why));
            ledger.commit();
            onCommitted(ledger);
            refusedCount.reset();
            failure = null;
            queue.addAll(postponed);
            postponed.clear();
            LOG.info("recording again");
        } catch (Exception | Error e) {
            onFailure(e);
        }
    }

    private AuditEntry resumedEntry(WriteFailure why) {
        return new AuditEntry(
                "audit.resumed",
                AuditPrincipal.system(),
                null,
                null,
                "audit.resume",
                null,
                "done",
                null,
                Details.none().with("reason", why.reason()).with("refused", refusedCount.sum()));
    }

    private AuditStore openStore() throws SQLException {
        var open = store;
        if (open == null) {
            open = AuditStore.open(file, clock);
            store = open;
            if (!open.containsRecord(watermark.lastSeq(), head)) {
                throw new AuditOpenFailed(
                        file, "records that were written are gone", "the file was replaced: put the right one back");
            }
        }
        return open;
    }

    private void closeStore() {
        var open = store;
        store = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("closing the audit log's connection", e);
            }
        }
    }
}
