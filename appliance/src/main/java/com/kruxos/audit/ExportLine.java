package com.kruxos.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** One line of an export: {@code {"hash":"<64 hex>","leaf":<the leaf's bytes>}} and a line end. */
final class ExportLine {
    private static final byte[] HASH = ascii("{\"hash\":\"");
    private static final byte[] LEAF = ascii("\",\"leaf\":");
    private static final byte[] END = ascii("}\n");
    private static final int HEX = 2 * LeafWriter.HASH;
    private static final int BEFORE = HASH.length + HEX + LEAF.length;
    private static final int MOST = BEFORE + LeafWriter.MOST + END.length;

    private ExportLine() {}

    static void write(OutputStream to, Row row) throws IOException {
        to.write(HASH);
        to.write(ascii(HexFormat.of().formatHex(row.hash())));
        to.write(LEAF);
        to.write(row.leaf() == null ? ascii("null") : row.leaf());
        to.write(END);
    }

    /** Checks line by line until one does not hold or the stream ends. */
    static Verification verify(InputStream from) throws IOException {
        var verifier = new Verifier();
        for (var line = next(from); line.length > 0; line = next(from)) {
            var hash = hash(line);
            if (hash == null) {
                verifier.unreadable("it is not a line of an export");
                break;
            }
            if (!verifier.add(hash, Arrays.copyOfRange(line, BEFORE, line.length - 1))) {
                break;
            }
        }
        return verifier.result();
    }

    private static byte @Nullable [] hash(byte[] line) {
        var end = HASH.length + HEX;
        if (line.length <= BEFORE
                || line[line.length - 1] != '}'
                || !Arrays.equals(HASH, 0, HASH.length, line, 0, HASH.length)
                || !Arrays.equals(LEAF, 0, LEAF.length, line, end, BEFORE)) {
            return null;
        }
        var hex = new String(line, HASH.length, HEX, StandardCharsets.ISO_8859_1);
        return hex.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0)
                ? HexFormat.of().parseHex(hex)
                : null;
    }

    /** A line without its end; none when the stream has ended; of a line longer than any can be, the beginning. */
    private static byte[] next(InputStream from) throws IOException {
        var line = new ByteArrayOutputStream(1024);
        for (var b = from.read(); b >= 0 && line.size() < MOST; b = from.read()) {
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
