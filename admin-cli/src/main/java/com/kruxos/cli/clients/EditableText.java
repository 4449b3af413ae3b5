package com.kruxos.cli.clients;

import com.kruxos.cli.json.ByteSpan;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A file's bytes with what can be seen of its style, and the one way to change it: cuts and insertions at offsets. */
final class EditableText {
    private record Splice(ByteSpan cut, String insert) {}

    private final byte[] bytes;
    private final List<Splice> splices = new ArrayList<>();

    EditableText(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    /** The first line's end, for those to come. */
    String newline() {
        for (var i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i > 0 && bytes[i - 1] == '\r' ? "\r\n" : "\n";
            }
        }
        return "\n";
    }

    boolean hasNewline(ByteSpan in) {
        for (var i = in.start(); i < in.end(); i++) {
            if (bytes[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    int lineStart(int at) {
        var start = at;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    /** The blanks the line begins with. */
    String indent(int at) {
        var start = lineStart(at);
        var end = start;
        while (end < bytes.length && isBlank(bytes[end])) {
            end++;
        }
        return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }

    /** Whether only blanks stand before it on its line. */
    boolean isFirstOnLine(int at) {
        var start = at;
        while (start > 0 && isBlank(bytes[start - 1])) {
            start--;
        }
        return start > 0 && bytes[start - 1] == '\n';
    }

    /** The end of what stands before {@code at}, blanks and line ends left out. */
    int tokenEndBefore(int at) {
        var end = at;
        while (end > 0 && isSpace(bytes[end - 1])) {
            end--;
        }
        return end;
    }

    /** Whether the line ends behind {@code at}, but for blanks. */
    boolean isLastOnLine(int at) {
        var next = at;
        while (next < bytes.length && isBlank(bytes[next])) {
            next++;
        }
        return next == bytes.length || bytes[next] == '\n' || bytes[next] == '\r';
    }

    boolean isBlankFile() {
        var start = hasByteOrderMark() ? 3 : 0;
        return tokenEndBefore(bytes.length) <= start;
    }

    boolean hasByteOrderMark() {
        return bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
    }

    void insert(int at, String text) {
        splices.add(new Splice(new ByteSpan(at, at), text));
    }

    void delete(ByteSpan span) {
        splices.add(new Splice(span, ""));
    }

    void replace(ByteSpan span, String text) {
        splices.add(new Splice(span, text));
    }

    /** Whether anything is to change. */
    boolean isChanged() {
        return splices.stream()
                .anyMatch(
                        splice -> splice.cut().length() > 0 || !splice.insert().isEmpty());
    }

    /** All splices done; those at the same place in the order they came, but what is put in stands before a cut. */
    byte[] applySplices() {
        var out = new ByteArrayOutputStream(bytes.length + 512);
        var done = 0;
        for (var splice : splices.stream()
                .sorted(Comparator.comparingInt((Splice splice) -> splice.cut().start())
                        .thenComparing(splice -> splice.cut().length() > 0))
                .toList()) {
            out.write(bytes, done, splice.cut().start() - done);
            out.writeBytes(splice.insert().getBytes(StandardCharsets.UTF_8));
            done = splice.cut().end();
        }
        out.write(bytes, done, bytes.length - done);
        return out.toByteArray();
    }

    private static boolean isBlank(byte letter) {
        return letter == ' ' || letter == '\t';
    }

    private static boolean isSpace(byte letter) {
        return isBlank(letter) || letter == '\n' || letter == '\r';
    }
}
