package com.kruxos.audit;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * An audit record as it was written.
 *
 * @param seq its sequence number
 * @param hash its hash, 64 lower-case hex digits
 * @param json the leaf, canonical JSON, always a well-formed object: where the stored bytes are no leaf because they
 *     were tampered with, {@code {"broken":"<reason>","seq":<number>}}
 */
public record AuditRecord(long seq, String hash, String json) {
    static AuditRecord of(AuditRecordRow row) {
        return new AuditRecord(row.seq(), HexFormat.of().formatHex(row.hash()), json(row));
    }

    private static String json(AuditRecordRow row) {
        var bytes = row.leaf();
        if (bytes == null) {
            return broken(row, "the leaf is missing");
        }
        try {
            LeafReader.read(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (MalformedLeaf e) {
            return broken(row, e.reason());
        }
    }

    private static String broken(AuditRecordRow row, String reason) {
        return Details.none().with("broken", reason).with("seq", row.seq()).json();
    }
}
