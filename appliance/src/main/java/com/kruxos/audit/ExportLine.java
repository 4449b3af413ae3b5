package com.kruxos.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A line of an export: {@code {"hash":"<64 hex>","leaf":<the leaf's bytes>}} and a line feed. */
final class ExportLine {
    private static final byte[] HASH_PREFIX = ascii("{\"hash\":\"");
    private static final byte[] LEAF_PREFIX = ascii("\",\"leaf\":");
    private static final byte[] LINE_END = ascii("}\n");
    private static final int HASH_HEX_LENGTH = 2 * LeafWriter.HASH_BYTES;
    private static final int LEAF_OFFSET = HASH_PREFIX.length + HASH_HEX_LENGTH + LEAF_PREFIX.length;
    private static final int MAX_LENGTH = LEAF_OFFSET + LeafWriter.MAX_BYTES + LINE_END.length;

    private ExportLine() {}

    static void write(OutputStream to, AuditRecordRow row) throws IOException {
        to.write(HASH_PREFIX);
        to.write(ascii(HexFormat.of().formatHex(row.hash())));
        to.write(LEAF_PREFIX);
        to.write(row.leaf() == null ? ascii("null") : row.leaf());
        to.write(LINE_END);
    }

    /** Checks lines until one is invalid or the stream ends. */
    static VerificationResult verify(InputStream from) throws IOException {
        var verifier = new ChainVerifier();
        for (var line = readLine(from); line.length > 0; line = readLine(from)) {
            var hash = parseHash(line);
            if (hash == null) {
                verifier.markUnreadable("it is not a line of an export");
                break;
            }
            if (!verifier.add(hash, Arrays.copyOfRange(line, LEAF_OFFSET, line.length - 1))) {
                break;
            }
        }
        return verifier.result();
    }

    private static byte @Nullable [] parseHash(byte[] line) {
        var end = HASH_PREFIX.length + HASH_HEX_LENGTH;
        if (line.length <= LEAF_OFFSET
                || line[line.length - 1] != '}'
                || !Arrays.equals(HASH_PREFIX, 0, HASH_PREFIX.length, line, 0, HASH_PREFIX.length)
                || !Arrays.equals(LEAF_PREFIX, 0, LEAF_PREFIX.length, line, end, LEAF_OFFSET)) {
            return null;
        }
        var hex = new String(line, HASH_PREFIX.length, HASH_HEX_LENGTH, StandardCharsets.ISO_8859_1);
        return hex.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0)
                ? HexFormat.of().parseHex(hex)
                : null;
    }

    /**
     * A line without its line feed; empty at the end of the stream. Of a line longer than the maximum, the beginning.
     */
    private static byte[] readLine(InputStream from) throws IOException {
        var line = new ByteArrayOutputStream(1024);
        for (var b = from.read(); b >= 0 && line.size() < MAX_LENGTH; b = from.read()) {
            if (b == '\n') {
                return line.size() == 0 ? new byte[] {'\n'} : line.toByteArray();
            }
            line.write(b);
        }
        return line.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
