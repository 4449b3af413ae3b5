package com.kruxos.audit;

import com.kruxos.store.DatabaseOpenFailed;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The audit log. Safe for any thread; designed for many virtual threads.
 *
 * <p>Only one instance may be open for a file. If a second one writes by mistake, the log stays intact: the writer that
 * reuses a sequence number fails, reads the file again and continues after the other's records.
 */
public final class AuditLog implements AutoCloseable {
    private static final int PAGE_SIZE = 500;

    private final Path file;
    private final AuditReader reader;
    private final AuditWriter writer;
    private final CommitWatermark watermark = new CommitWatermark();
    private final Spool spool;
    private final InstantSource clock;
    private final KeyedDigest keyedDigest;
    /** Intents of earlier runs that no outcome has closed. */
    private final ConcurrentSkipListSet<Long> danglingSeqs;

    private AuditLog(Path file, OpenedLog opened, KeyedDigest digests, InstantSource clock) {
        this.file = file;
        this.keyedDigest = digests;
        this.clock = clock;
        reader = opened.reader();
        spool = opened.spool();
        danglingSeqs = new ConcurrentSkipListSet<>(opened.store().openIntents());
        writer = new AuditWriter(file, opened, watermark, clock);
    }

    /**
     * Opens the file, creates it and its disk reserve when they are missing, and checks its last records. On a full
     * disk it releases the ballast and opens with health RED: reads work, and recording begins when there is space.
     *
     * @param digestKey for {@link #digest}; copied, so the caller may wipe it
     * @throws AuditOpenFailed when the last records are damaged
     * @throws DatabaseOpenFailed when it is not an audit log, or cannot be opened
     */
    public static AuditLog open(Path file, byte[] digestKey, InstantSource clock) {
        return new AuditLog(file, OpenedLog.open(file, clock), new KeyedDigest(digestKey), clock);
    }

    /**
     * Writes one record and returns its sequence number once it is as durable as requested. Blocks the calling thread.
     * An interrupt does not cut the wait short; the interrupt status is kept.
     *
     * @throws AuditWriteFailed when it was not written: an announced act must not happen, an outcome must not be
     *     reported
     */
    public long append(AuditEntry entry, Durability durability) {
        return writer.append(entry, durability).seq;
    }

    /**
     * Writes the record of an intent, synced; its outcome is {@link AuditEntry#OPEN}.
     *
     * @throws AuditWriteFailed when it was not written: the act must not happen
     */
    public RecordedIntent recordIntent(AuditEntry entry) {
        var written = writer.append(entry, Durability.SYNCED);
        return new RecordedIntent(entry, written.seq, written.hash);
    }

    /**
     * Records how an intent ended: {@link AuditEntry#outcomeEntry}. When this returns, the end of this process does not
     * lose the record, though it may still be in the spool for some milliseconds, to be written together with others.
     * Readers of this log see it. What was not written in time is written at the next start.
     *
     * @throws AuditWriteFailed when it was not recorded: the outcome must not be reported
     */
    public void recordOutcome(RecordedIntent intent, String kind, String outcome, Details details) {
        var outcomeEntry = intent.entry().outcomeEntry(intent.seq(), kind, outcome, details);
        var slot = spool.store(intent, outcomeEntry, clock.instant());
        if (slot == Spool.NO_SLOT) {
            append(outcomeEntry, Durability.COMMITTED);
        } else {
            writer.enqueueSpooled(outcomeEntry, slot);
        }
    }

    /**
     * The keyed digest of a range of bytes, {@code hmac-sha256:<64 hex>}. Equal bytes have equal digests within one
     * home.
     */
    public String digest(byte[] bytes, int from, int to) {
        return keyedDigest.of(bytes, from, to);
    }

    /** Records in ascending order of their sequence numbers. */
    public List<AuditRecord> query(AuditQuery query) {
        writer.flush();
        return reader.query(query);
    }

    /** The sequence number of the last record; 0 when there is none. */
    public long lastSeq() {
        return watermark.lastSeq();
    }

    /** Waits for a record with a higher sequence number; false after the timeout. */
    public boolean awaitRecordAfter(long seq, Duration atMost) {
        return watermark.awaitAfter(seq, atMost);
    }

    public AuditHealth health() {
        return writer.health();
    }

    /** Waits for the writer thread to react, whether it can write or not; false when the thread has ended. */
    public boolean pingWriter() {
        return writer.ping();
    }

    /** Intents of earlier runs without a recorded outcome, oldest first, at most 500. */
    public List<AuditRecord> danglingIntents() {
        return danglingSeqs.stream()
                .limit(PAGE_SIZE)
                .flatMap(seq -> reader.query(new AuditQuery(seq - 1, seq + 1, 1, null, null, null)).stream())
                .toList();
    }

    /**
     * Closes the intents that a crash left open. An outcome that was spooled but not written is written now, with its
     * time in the detail {@code ended}. Any other intent is closed by a record of the appliance, kind
     * {@code audit.interrupted}, outcome {@code interrupted}. Called once at start; returns the number of intents
     * closed.
     *
     * @throws AuditWriteFailed when a record was not written; the remaining intents are still open and may be tried
     *     again
     */
    public int closeDanglingIntents() {
        var count = 0;
        for (var intents = danglingIntents(); !intents.isEmpty(); intents = danglingIntents()) {
            for (var intent : intents) {
                var outcome = spool.outcomeFor(intent);
                append(outcome == null ? CrashClosure.entryFor(intent) : outcome, Durability.COMMITTED);
                spool.discard(intent.seq());
                danglingSeqs.remove(intent.seq());
                count++;
            }
        }
        return count;
    }

    /** Checks every record from the first to the last at this moment, without blocking writers. */
    public VerificationResult verify() {
        writer.flush();
        var verifier = new ChainVerifier();
        try (var reader = new AuditReader(file)) {
            var rows = reader.readAfter(Long.MIN_VALUE, PAGE_SIZE);
            while (!rows.isEmpty()) {
                for (var row : rows) {
                    if (!verifier.add(row)) {
                        return verifier.result();
                    }
                }
                rows = reader.readAfter(verifier.records(), PAGE_SIZE);
            }
        } catch (AuditReadFailed e) {
            verifier.markUnreadable(String.valueOf(e.getMessage()));
        }
        return verifier.result();
    }

    /**
     * Checks a copy or an export of an audit log, without a running appliance and without changing anything.
     *
     * @param file a database (with its {@code -wal} file, if there is one) or JSON lines as {@link #export} writes them
     * @throws AuditReadFailed when it is neither, or cannot be read
     */
    public static VerificationResult verify(Path file) {
        return OfflineVerifier.verify(file);
    }

    /**
     * Writes every record as a line {@code {"hash":…,"leaf":…}}. Does not close the stream.
     *
     * @return the number of records
     */
    public long export(OutputStream to) throws IOException {
        writer.flush();
        var buffered = new BufferedOutputStream(to, 1 << 16);
        var count = 0L;
        try (var reader = new AuditReader(file)) {
            for (var rows = reader.readAfter(Long.MIN_VALUE, PAGE_SIZE);
                    !rows.isEmpty();
                    rows = reader.readAfter(rows.getLast().seq(), PAGE_SIZE)) {
                for (var row : rows) {
                    ExportLine.write(buffered, row);
                    count++;
                }
            }
        }
        buffered.flush();
        return count;
    }

    /** Writes queued entries and closes the file; later appends are refused. */
    @Override
    public void close() {
        writer.close();
        spool.close();
        watermark.close();
        reader.close();
    }
}
