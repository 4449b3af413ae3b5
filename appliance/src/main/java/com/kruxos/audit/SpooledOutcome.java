package com.kruxos.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An outcome in a slot of the {@link Spool}: CRC-32C of the rest, length of the JSON, sequence number and hash of the
 * intent, microseconds since 1970, then {@code {"details":…,"kind":…,"outcome":…}} as canonical JSON.
 */
final class SpooledOutcome {
    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int HEADER_BYTES =
            CHECKSUM_BYTES + Integer.BYTES + Long.BYTES + LeafWriter.HASH_BYTES + Long.BYTES;

    private static final byte[] DETAILS_PREFIX = "{\"details\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KIND_PREFIX = ",\"kind\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OUTCOME_PREFIX = ",\"outcome\":".getBytes(StandardCharsets.US_ASCII);

    private final long intentSeq;
    private final byte[] intentHash;
    private final long micros;
    private final byte[] json;

    private SpooledOutcome(long opened, byte[] hash, long micros, byte[] json) {
        this.intentSeq = opened;
        this.intentHash = hash;
        this.micros = micros;
        this.json = json;
    }

    static byte[] encode(RecordedIntent intent, AuditEntry outcome, Instant now) {
        var json = new CanonicalJsonWriter(512);
        json.raw(DETAILS_PREFIX);
        outcome.details().write(json);
        json.raw(KIND_PREFIX).string(outcome.kind());
        json.raw(OUTCOME_PREFIX).string(outcome.outcome()).raw('}');
        var slot = ByteBuffer.allocate(HEADER_BYTES + json.length())
                .putInt(0)
                .putInt(json.length())
                .putLong(intent.seq())
                .put(intent.hash())
                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, now))
                .put(json.buffer(), 0, json.length());
        return slot.putInt(0, checksum(slot.array(), slot.capacity())).array();
    }

    /** Null when the slot is empty, or its content was cut off while it was written. */
    static @Nullable SpooledOutcome decode(byte[] slot) {
        var from = ByteBuffer.wrap(slot);
        var checksum = from.getInt();
        var length = from.getInt();
        if (length < 0 || length > slot.length - HEADER_BYTES || checksum != checksum(slot, HEADER_BYTES + length)) {
            return null;
        }
        var opened = from.getLong();
        var hash = new byte[LeafWriter.HASH_BYTES];
        from.get(hash);
        var micros = from.getLong();
        var json = new byte[length];
        from.get(json);
        return new SpooledOutcome(opened, hash, micros, json);
    }

    /** The sequence number of the intent. */
    long intentSeq() {
        return intentSeq;
    }

    /** The outcome entry of that intent; null when this outcome belongs to an intent of another log. */
    @Nullable
    AuditEntry entryFor(AuditRecord intent) {
        if (!Arrays.equals(intentHash, HexFormat.of().parseHex(intent.hash()))) {
            return null;
        }
        try {
            var outcome = CanonicalJsonReader.read(json);
            if (outcome.get("kind") instanceof String kind
                    && outcome.get("outcome") instanceof String outcomeWord
                    && outcome.get("details") instanceof Map<?, ?> details) {
                var at = Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
                return LeafReader.read(intent.json().getBytes(StandardCharsets.UTF_8))
                        .entry()
                        .outcomeEntry(
                                intentSeq,
                                kind,
                                outcomeWord,
                                Details.of(details).with("ended", at));
            }
        } catch (MalformedLeaf e) {
            // The intent or this slot was tampered with.
        }
        return null;
    }

    private static int checksum(byte[] slot, int to) {
        var crc = new CRC32C();
        crc.update(slot, CHECKSUM_BYTES, to - CHECKSUM_BYTES);
        return (int) crc.getValue();
    }
}
