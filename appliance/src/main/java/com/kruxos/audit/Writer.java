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
 * <p>When writing fails, {@link #trouble} is set: callers are refused at once, and every second the thread tries to get
 * going again ({@link #probe}). Only records that close others are still tried meanwhile: the reserve is kept for them.
 */
final class Writer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    /** Most records in one transaction, so that the first of them does not wait for ever. */
    private static final int BATCH = 256;

    private static final long PROBE = TimeUnit.SECONDS.toNanos(1);
    private static final long RESERVE = TimeUnit.SECONDS.toNanos(10);

    private final Path file;
    private final InstantSource clock;
    private final Tail tail;
    private final Spool spool;
    private final Reserve reserve;
    private final Thread thread = Thread.ofPlatform().name("audit").daemon().unstarted(this::run);
    private final Inbox inbox = new Inbox(thread);
    private final LongAdder refused = new LongAdder();
    private volatile @Nullable Trouble trouble;
    private volatile boolean closing;

    // The rest belongs to the thread, once it runs.
    private final ArrayDeque<Pending> queue = new ArrayDeque<>();
    private final List<Pending> batch = new ArrayList<>(BATCH);
    private final List<Pending> owed = new ArrayList<>(); // in the spool; could not be written, and will be
    private @Nullable Ledger ledger;
    private byte[] head;
    private long due; // System.nanoTime() of the next probe, or of the next try to make the ballast

    Writer(Path file, Opening opened, Tail tail, InstantSource clock) {
        this.file = file;
        this.tail = tail;
        this.clock = clock;
        spool = opened.spool();
        reserve = opened.reserve();
        trouble = opened.trouble();
        var open = opened.ledger();
        ledger = open;
        head = open.head();
        tail.moveTo(open.last());
        due = System.nanoTime() + PROBE;
        thread.start();
    }

    /** Returns when it is written. */
    Pending append(Entry entry, Durability durability) {
        var why = trouble;
        if (why != null && entry.closes() == 0) {
            refused.increment();
            throw new CannotRecord(why);
        }
        var pending = new Pending(entry, durability == Durability.SYNCED);
        if (!inbox.put(pending)) {
            throw new CannotRecord(Trouble.CLOSED);
        }
        pending.await();
        return pending;
    }

    /** Will write it, soon or at the next start: it lies in that slot of the spool. */
    void leave(Entry ending, int slot) {
        var _ = inbox.put(new Pending(ending, slot));
    }

    /** Returns when what was left before is written. When nothing can be written, it returns at once. */
    void settle() {
        if (spool.settled() || trouble != null) {
            return;
        }
        var mark = Pending.mark();
        try {
            if (inbox.put(mark)) {
                mark.await();
            }
        } catch (CannotRecord e) {
            // Whoever reads sees what there is.
        }
    }

    /** Returns when the thread has come by; in trouble it refuses the mark, which is an answer too. */
    boolean turns() {
        var mark = Pending.mark();
        if (!inbox.put(mark)) {
            return false;
        }
        try {
            mark.await();
        } catch (CannotRecord e) {
            return true;
        }
        return true;
    }

    Health health() {
        var why = trouble;
        if (why != null) {
            return new Health(Health.State.RED, why.reason(), why.hint());
        }
        return reserve.ready()
                ? Health.GREEN
                : new Health(
                        Health.State.YELLOW,
                        "the disk is almost full",
                        "free at least " + ((Reserve.BALLAST + Reserve.MARGIN) >> 20) + " MiB on the disk that holds "
                                + file.toAbsolutePath().getParent());
    }

    /** Writes what is queued, then stops. */
    @Override
    public void close() {
        closing = true;
        var _ = inbox.put(Pending.mark());
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
            inbox.take(queue, patience());
            writeQueue();
            if (patience() <= 0) {
                due = System.nanoTime() + (trouble == null ? RESERVE : PROBE);
                if (trouble != null) {
                    probe();
                } else {
                    reserve.make();
                }
            }
        }
        inbox.shut(queue);
        writeQueue();
        discard();
    }

    private long patience() {
        return trouble == null && reserve.ready() ? Inbox.FOREVER : due - System.nanoTime();
    }

    private void writeQueue() {
        while (!queue.isEmpty()) {
            while (!queue.isEmpty() && batch.size() < BATCH) {
                batch.add(queue.removeFirst());
            }
            if (trouble == null) {
                writeBatch();
            } else {
                writeClosing();
            }
            batch.clear();
        }
    }

    private void writeBatch() {
        try {
            transact(open());
            batch.forEach(pending -> pending.done(spool));
            batch.clear();
            tidy(open());
        } catch (SQLException | RuntimeException | Error e) {
            fail(e);
            writeClosing();
        }
    }

    private void tidy(Ledger ledger) throws SQLException {
        ledger.tidy();
        if (ledger.logged(reserve.half()) && !reserve.stretchLog()) {
            var _ = ledger.moveLog(); // what a reader keeps is moved the next time
        }
    }

    /** In trouble: the records that close others are tried, the rest is refused. */
    private void writeClosing() {
        for (var pending : batch) {
            if (pending.entry.closes() == 0) {
                refuse(pending);
            }
        }
        batch.removeIf(pending -> pending.entry.closes() == 0);
        if (batch.isEmpty()) {
            return;
        }
        try {
            transact(open());
            batch.forEach(pending -> pending.done(spool));
        } catch (SQLException | RuntimeException | Error e) {
            fail(e);
            for (var pending : batch) {
                if (pending.isAwaited()) {
                    refuse(pending);
                } else {
                    owed.add(pending);
                }
            }
        }
    }

    private void transact(Ledger ledger) throws SQLException {
        var synced = false;
        var marks = 0;
        for (var pending : batch) {
            synced |= pending.synced;
            marks += pending.isMark() ? 1 : 0;
        }
        if (marks == batch.size()) {
            return;
        }
        ledger.begin(synced);
        for (var pending : batch) {
            if (!pending.isMark()) {
                pending.seq = ledger.add(pending.entry);
                pending.hash = ledger.head();
            }
        }
        ledger.commit();
        committed(ledger);
    }

    private void committed(Ledger ledger) {
        head = ledger.head();
        tail.moveTo(ledger.last());
    }

    private void refuse(Pending pending) {
        if (!pending.isMark()) {
            refused.increment();
        }
        var why = trouble;
        pending.refuse(why == null ? Trouble.CLOSED : why);
    }

    private void fail(Throwable failure) {
        var before = trouble;
        var now = Trouble.of(failure, file);
        trouble = now;
        discard();
        if (before == null) { // else the next probe is due when it was: those that fail meanwhile must not put it off
            due = System.nanoTime() + PROBE;
        }
        if (now.room()) {
            reserve.release();
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
        var why = trouble;
        if (why == null || (why.room() && !reserve.roomAgain())) {
            return;
        }
        discard();
        try {
            var ledger = open();
            if (!ledger.moveLog()) {
                return; // a reader is in the way; it will not be for long
            }
            reserve.growLog();
            ledger.begin(true);
            ledger.add(resumed(why));
            ledger.commit();
            committed(ledger);
            refused.reset();
            trouble = null;
            queue.addAll(owed);
            owed.clear();
            LOG.info("recording again");
        } catch (Exception | Error e) {
            fail(e);
        }
    }

    private Entry resumed(Trouble why) {
        return new Entry(
                "audit.resumed",
                Principal.system(),
                null,
                null,
                "audit.resume",
                null,
                "done",
                null,
                Details.none().with("reason", why.reason()).with("refused", refused.sum()));
    }

    private Ledger open() throws SQLException {
        var open = ledger;
        if (open == null) {
            open = Ledger.open(file, clock);
            ledger = open;
            if (!open.has(tail.last(), head)) {
                throw new CannotOpenAudit(
                        file, "records that were written are gone", "the file was replaced: put the right one back");
            }
        }
        return open;
    }

    private void discard() {
        var open = ledger;
        ledger = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("closing the audit log's connection", e);
            }
        }
    }
}
