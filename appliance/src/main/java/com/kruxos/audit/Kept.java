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
 * An ending as it lies in a slot of the {@link Spool}: CRC-32C of the rest, length of the JSON, number and hash of the
 * record it closes, microseconds since 1970, then {@code {"details":…,"kind":…,"outcome":…}} as canonical JSON.
 */
final class Kept {
    private static final int CHECKSUM = Integer.BYTES;
    private static final int HEAD = CHECKSUM + Integer.BYTES + Long.BYTES + LeafWriter.HASH + Long.BYTES;

    private static final byte[] DETAILS = "{\"details\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KIND = ",\"kind\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OUTCOME = ",\"outcome\":".getBytes(StandardCharsets.US_ASCII);

    private final long opened;
    private final byte[] hash;
    private final long micros;
    private final byte[] json;

    private Kept(long opened, byte[] hash, long micros, byte[] json) {
        this.opened = opened;
        this.hash = hash;
        this.micros = micros;
        this.json = json;
    }

    static byte[] encode(Announced opened, Entry ending, Instant now) {
        var json = new Canonical(512);
        json.raw(DETAILS);
        ending.details().write(json);
        json.raw(KIND).string(ending.kind());
        json.raw(OUTCOME).string(ending.outcome()).raw('}');
        var slot = ByteBuffer.allocate(HEAD + json.length())
                .putInt(0)
                .putInt(json.length())
                .putLong(opened.seq())
                .put(opened.hash())
                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, now))
                .put(json.buffer(), 0, json.length());
        return slot.putInt(0, checksum(slot.array(), slot.capacity())).array();
    }

    /** What lies in a slot; null when it is empty, or was cut off in the writing. */
    static @Nullable Kept decode(byte[] slot) {
        var from = ByteBuffer.wrap(slot);
        var checksum = from.getInt();
        var length = from.getInt();
        if (length < 0 || length > slot.length - HEAD || checksum != checksum(slot, HEAD + length)) {
            return null;
        }
        var opened = from.getLong();
        var hash = new byte[LeafWriter.HASH];
        from.get(hash);
        var micros = from.getLong();
        var json = new byte[length];
        from.get(json);
        return new Kept(opened, hash, micros, json);
    }

    /** The number of the record it closes. */
    long opened() {
        return opened;
    }

    /** The ending of that record; null when this belongs to another one, of another log. */
    @Nullable
    Entry ending(Leaf open) {
        if (!Arrays.equals(hash, HexFormat.of().parseHex(open.hash()))) {
            return null;
        }
        try {
            var ending = CanonicalReader.read(json);
            if (ending.get("kind") instanceof String kind
                    && ending.get("outcome") instanceof String outcome
                    && ending.get("details") instanceof Map<?, ?> details) {
                var at = Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
                return LeafReader.read(open.json().getBytes(StandardCharsets.UTF_8))
                        .entry()
                        .closing(opened, kind, outcome, Details.of(details).with("ended", at));
            }
        } catch (NotCanonical e) {
            // Somebody changed the open record, or wrote this slot.
        }
        return null;
    }

    private static int checksum(byte[] slot, int to) {
        var crc = new CRC32C();
        crc.update(slot, CHECKSUM, to - CHECKSUM);
        return (int) crc.getValue();
    }
}
