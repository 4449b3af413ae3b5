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
 * The audit log. Safe for any thread; meant for many virtual ones at once.
 *
 * <p>Only one may be open for a file. Were there two by mistake, the log would stay whole: the second to use a number
 * fails, looks at the file again and goes on behind the first.
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
    /** Records of earlier runs that none has closed yet. */
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
     * Opens the file, makes it and its reserve when they are missing, and looks at its last records. On a full disk it
     * gives up the ballast and opens all the same, red: reads work, and recording begins when there is room.
     *
     * @param digestKey for {@link #digest}; copied, so the caller may wipe it
     * @throws AuditOpenFailed when the last records are damaged
     * @throws DatabaseOpenFailed when it is not an audit log, or cannot be opened
     */
    public static AuditLog open(Path file, byte[] digestKey, InstantSource clock) {
        return new AuditLog(file, OpenedLog.open(file, clock), new KeyedDigest(digestKey), clock);
    }

    /**
     * Writes one record and returns its number when it is as durable as asked. Blocks the calling thread, as a virtual
     * one cheaply; an interrupt does not shorten that and is kept.
     *
     * @throws AuditWriteFailed when it was not written; what it was to announce must then not happen, and what it was
     *     to close must not be told
     */
    public long append(AuditEntry entry, Durability durability) {
        return writer.append(entry, durability).seq;
    }

    /**
     * Writes a record that announces something, synced; its outcome is {@link AuditEntry#OPEN}.
     *
     * @throws AuditWriteFailed when it was not written; what it was to announce must then not happen
     */
    public RecordedIntent recordIntent(AuditEntry entry) {
        var written = writer.append(entry, Durability.SYNCED);
        return new RecordedIntent(entry, written.seq, written.hash);
    }

    /**
     * Records how something announced has ended: {@link AuditEntry#outcomeEntry}. When this returns, the end of this
     * process does not lose it, but it need not be in the log yet: it usually waits some milliseconds beside it for
     * company. Whoever reads here sees it, and what nobody wrote in time is written at the next start.
     *
     * @throws AuditWriteFailed when it was not recorded; how it ended must then not be told
     */
    public void recordOutcome(RecordedIntent opened, String kind, String outcome, Details details) {
        var ending = opened.entry().outcomeEntry(opened.seq(), kind, outcome, details);
        var slot = spool.store(opened, ending, clock.instant());
        if (slot == Spool.NO_SLOT) {
            append(ending, Durability.COMMITTED);
        } else {
            writer.enqueueSpooled(ending, slot);
        }
    }

    /** The keyed digest of these bytes, {@code hmac-sha256:<64 hex>}; equal bytes have equal digests in one home. */
    public String digest(byte[] bytes, int from, int to) {
        return keyedDigest.of(bytes, from, to);
    }

    /** Records in the order of their numbers. */
    public List<AuditRecord> query(AuditQuery query) {
        writer.flush();
        return reader.query(query);
    }

    /** The number of the last record; 0 when there is none. */
    public long lastSeq() {
        return watermark.lastSeq();
    }

    /** Waits until there is a record with a higher number; false when that did not happen in time. */
    public boolean awaitRecordAfter(long seq, Duration atMost) {
        return watermark.awaitAfter(seq, atMost);
    }

    /** Whether records can be written. */
    public AuditHealth health() {
        return writer.health();
    }

    /** Returns when the one thread that writes has come by, whether it can write or not; false when it has ended. */
    public boolean pingWriter() {
        return writer.ping();
    }

    /** Records of earlier runs that announced something whose end was never recorded, oldest first, at most 500. */
    public List<AuditRecord> danglingIntents() {
        return danglingSeqs.stream()
                .limit(PAGE_SIZE)
                .flatMap(seq -> reader.query(new AuditQuery(seq - 1, seq + 1, 1, null, null, null)).stream())
                .toList();
    }

    /**
     * Closes what a crash left open. Where the end was known and only not written yet, that is written now, with when
     * it was in the detail {@code ended}. Else a record of the appliance itself, kind {@code audit.interrupted},
     * outcome {@code interrupted}, names the one it closes. To be called once at start; returns how many there were.
     *
     * @throws AuditWriteFailed when one was not written; what is left is still open then, and may be tried again
     */
    public int closeDanglingIntents() {
        var count = 0;
        for (var leaves = danglingIntents(); !leaves.isEmpty(); leaves = danglingIntents()) {
            for (var leaf : leaves) {
                var ending = spool.outcomeFor(leaf);
                append(ending == null ? CrashClosure.entryFor(leaf) : ending, Durability.COMMITTED);
                spool.discard(leaf.seq());
                danglingSeqs.remove(leaf.seq());
                count++;
            }
        }
        return count;
    }

    /** Checks every record, from the first to the last there is now, without keeping anybody from writing. */
    public VerificationResult verify() {
        writer.flush();
        var verifier = new ChainVerifier();
        try (var own = new AuditReader(file)) {
            var rows = own.readAfter(Long.MIN_VALUE, PAGE_SIZE);
            while (!rows.isEmpty()) {
                for (var row : rows) {
                    if (!verifier.add(row)) {
                        return verifier.result();
                    }
                }
                rows = own.readAfter(verifier.records(), PAGE_SIZE);
            }
        } catch (AuditReadFailed e) {
            verifier.markUnreadable(String.valueOf(e.getMessage()));
        }
        return verifier.result();
    }

    /**
     * Checks a copy of an audit log or an export of one, without the appliance and without changing anything.
     *
     * @param file a database (with its {@code -wal} beside it when there was one) or JSON lines as {@link #export}
     *     writes
     * @throws AuditReadFailed when it is neither, or cannot be read
     */
    public static VerificationResult verify(Path file) {
        return OfflineVerifier.verify(file);
    }

    /**
     * Writes every record as a line {@code {"hash":…,"leaf":…}}. Does not close the stream.
     *
     * @return how many
     */
    public long export(OutputStream to) throws IOException {
        writer.flush();
        var buffered = new BufferedOutputStream(to, 1 << 16);
        var count = 0L;
        try (var own = new AuditReader(file)) {
            for (var rows = own.readAfter(Long.MIN_VALUE, PAGE_SIZE);
                    !rows.isEmpty();
                    rows = own.readAfter(rows.getLast().seq(), PAGE_SIZE)) {
                for (var row : rows) {
                    ExportLine.write(buffered, row);
                    count++;
                }
            }
        }
        buffered.flush();
        return count;
    }

    /** Writes what is queued and closes the file; later appends are refused. */
    @Override
    public void close() {
        writer.close();
        spool.close();
        watermark.close();
        reader.close();
    }
}
