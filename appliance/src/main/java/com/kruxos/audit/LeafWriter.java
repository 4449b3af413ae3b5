package com.kruxos.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Turns entries into leaves: canonical JSON of the entry with sequence number, time and the hash of the same
 * principal's previous leaf. {@code docs/wire/audit.md} is the specification. Belongs to one thread; buffers are
 * reused.
 */
final class LeafWriter {
    static final int MAX_BYTES = 64 * 1024;
    static final int HASH_BYTES = 32;
    /**
     * RFC 6962: leaves are hashed with a 0x00 prefix, so that a leaf can never be mistaken for an inner node (0x01) of
     * a tree.
     */
    private static final byte LEAF_HASH_PREFIX = 0;

    private final CanonicalJsonWriter json = new CanonicalJsonWriter(8 * 1024);
    private final TimestampFormat timestamp = new TimestampFormat();
    private final MessageDigest sha256 = sha256();

    /** @param previous hash of this principal's previous leaf, null for its first */
    void write(long seq, Instant time, byte @Nullable [] previous, AuditEntry entry) {
        json.clear();
        json.raw(ACTION).string(entry.action());
        if (entry.decision() != null) {
            json.raw(DECISION).string(entry.decision().rule());
            json.raw(TIER).string(entry.decision().tier()).raw('}');
        }
        json.raw(DETAILS);
        entry.details().write(json);
        json.raw(KIND).string(entry.kind());
        json.raw(OUTCOME).string(entry.outcome());
        if (previous != null) {
            json.raw(PREVIOUS).hex(previous).raw('"');
        }
        writePrincipal(entry.principal());
        json.raw(SEQ).integer(seq);
        writeOptional(SESSION, entry.session());
        writeOptional(SPACE, entry.space());
        writeOptional(TARGET, entry.target());
        json.raw(TIME).raw(timestamp.format(time)).raw(END);
    }

    int length() {
        return json.length();
    }

    byte[] leaf() {
        return json.copy();
    }

    byte[] hash() {
        sha256.update(LEAF_HASH_PREFIX);
        sha256.update(json.buffer(), 0, json.length());
        return sha256.digest();
    }

    /** The hash of any leaf, computed by the caller's digest. */
    static byte[] hash(MessageDigest sha256, byte[] leaf) {
        sha256.update(LEAF_HASH_PREFIX);
        return sha256.digest(leaf);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void writePrincipal(AuditPrincipal who) {
        json.raw(PRINCIPAL).string(who.id());
        json.raw(NAME).string(who.name());
        json.raw(ORIGIN).string(who.origin());
        json.raw(TYPE).string(who.type().text());
        writeOptional(VIA, who.via());
        json.raw('}');
    }

    private void writeOptional(byte[] name, @Nullable String value) {
        if (value != null) {
            json.raw(name).string(value);
        }
    }

    private static final byte[] ACTION = ascii("{\"action\":");
    private static final byte[] DECISION = ascii(",\"decision\":{\"rule\":");
    private static final byte[] TIER = ascii(",\"tier\":");
    private static final byte[] DETAILS = ascii(",\"details\":");
    private static final byte[] KIND = ascii(",\"kind\":");
    private static final byte[] OUTCOME = ascii(",\"outcome\":");
    private static final byte[] PREVIOUS = ascii(",\"previous\":\"");
    private static final byte[] PRINCIPAL = ascii(",\"principal\":{\"id\":");
    private static final byte[] NAME = ascii(",\"name\":");
    private static final byte[] ORIGIN = ascii(",\"origin\":");
    private static final byte[] TYPE = ascii(",\"type\":");
    private static final byte[] VIA = ascii(",\"via\":");
    private static final byte[] SEQ = ascii(",\"seq\":");
    private static final byte[] SESSION = ascii(",\"session\":");
    private static final byte[] SPACE = ascii(",\"space\":");
    private static final byte[] TARGET = ascii(",\"target\":");
    private static final byte[] TIME = ascii(",\"time\":\"");
    private static final byte[] END = ascii("\"}");

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
