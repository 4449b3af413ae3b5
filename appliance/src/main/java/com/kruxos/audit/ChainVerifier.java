package com.kruxos.audit;

import com.kruxos.audit.VerificationResult.BrokenRecord;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks records in sequence; keeps one hash per principal. Belongs to one thread. */
final class ChainVerifier {
    private final MessageDigest sha256 = LeafWriter.sha256();
    private final Map<String, String> lastHashes = new HashMap<>();
    private long records;
    private @Nullable String head;
    private @Nullable BrokenRecord broken;
    private boolean partial; // of a log: each chain is checked from its second record in this part

    /** For the part of a log from record {@code seq} on; from 1 it is the whole log. */
    static ChainVerifier startingAt(long seq) {
        var verifier = new ChainVerifier();
        verifier.records = seq - 1;
        verifier.partial = seq > 1;
        return verifier;
    }

    /**
     * Checks the next record of an export.
     *
     * @return whether it is valid; after an invalid record, no more may be given
     */
    boolean add(byte[] hash, byte @Nullable [] leaf) {
        broken = check(hash, leaf, null);
        return broken == null;
    }

    /** Checks the next record of a database: its columns must agree with the leaf. */
    boolean add(AuditRecordRow row) {
        var due = records + 1;
        if (row.seq() != due) {
            var missing = row.seq() > due ? "it is missing; " : "it should not exist; ";
            broken = new BrokenRecord(
                    Math.min(row.seq(), due), missing + "record " + row.seq() + " is in place of " + due);
        } else {
            broken = check(row.hash(), row.leaf(), row);
        }
        return broken == null;
    }

    /** Marks the next record as unreadable. */
    void markUnreadable(String reason) {
        broken = new BrokenRecord(records + 1, reason);
    }

    long records() {
        return records;
    }

    VerificationResult result() {
        return new VerificationResult(broken == null, records, head, broken);
    }

    private @Nullable BrokenRecord check(byte[] hash, byte @Nullable [] bytes, @Nullable AuditRecordRow row) {
        var due = records + 1;
        if (bytes == null) {
            return new BrokenRecord(due, "its leaf is missing or longer than " + LeafWriter.MAX_BYTES + " bytes");
        }
        LeafReader leaf;
        try {
            leaf = LeafReader.read(bytes);
        } catch (MalformedLeaf e) {
            return new BrokenRecord(due, e.reason());
        }
        if (leaf.seq() != due) {
            return new BrokenRecord(due, "its leaf has sequence number " + leaf.seq());
        }
        if (!Arrays.equals(LeafWriter.hash(sha256, bytes), hash)) {
            return new BrokenRecord(due, "its hash does not match its leaf");
        }
        var principal = leaf.principalKey();
        var previous = lastHashes.get(principal);
        if (!(partial && previous == null) && !Objects.equals(previous, leaf.previous())) {
            return new BrokenRecord(due, "it does not link to the previous record of the same principal");
        }
        if (row != null && !(row.principal().equals(principal) && row.kind().equals(leaf.kind()))) {
            return new BrokenRecord(due, "its columns do not agree with its leaf");
        }
        head = HexFormat.of().formatHex(hash);
        lastHashes.put(principal, head);
        records = due;
        return null;
    }
}
