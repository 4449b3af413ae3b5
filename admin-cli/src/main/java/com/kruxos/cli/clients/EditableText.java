package com.kruxos.cli.clients;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The bytes of a settings file, its style, and the changes to apply: deletions and insertions at byte offsets. */
final class EditableText {
    private record Splice(int start, int end, String insert) {}

    private final byte[] bytes;
    private final List<Splice> splices = new ArrayList<>();

    EditableText(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The line end of the first line; LF when there is none. */
    String newline() {
        for (var i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i > 0 && bytes[i - 1] == '\r' ? "\r\n" : "\n";
            }
        }
        return "\n";
    }

    boolean hasNewline(int start, int end) {
        return text(start, end).indexOf('\n') >= 0;
    }

    /** The bytes as ISO 8859-1, so that one character is one byte. */
    String text(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    int lineStart(int at) {
        var start = at;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    /** Spaces and tabs at the beginning of the line that contains {@code at}. */
    String indent(int at) {
        var start = lineStart(at);
        return text(start, skip(start, " \t"));
    }

    /** Whether only spaces and tabs precede it on its line; false on the first line. */
    boolean isFirstOnLine(int at) {
        var start = lineStart(at);
        return start > 0 && skip(start, " \t") >= at;
    }

    /** Whether only spaces and tabs follow on the line. */
    boolean isLastOnLine(int at) {
        var next = skip(at, " \t");
        return next == bytes.length || bytes[next] == '\n' || bytes[next] == '\r';
    }

    /** The end of the last token before {@code at}. */
    int tokenEndBefore(int at) {
        return text(0, at).stripTrailing().length();
    }

    int skipSpace(int at) {
        return skip(at, " \t\r\n");
    }

    /** The end of a JSON comment; a line comment ends before its line end. */
    int commentEnd(int at) {
        var text = text(at, bytes.length);
        return at + (text.startsWith("//") ? (text + "\n").split("[\r\n]", 2)[0].length() : text.indexOf("*/", 2) + 2);
    }

    void insert(int at, String text) {
        splices.add(new Splice(at, at, text));
    }

    void delete(int start, int end) {
        splices.add(new Splice(start, end, ""));
    }

    void replace(int start, int end, String text) {
        splices.add(new Splice(start, end, text));
    }

    boolean isChanged() {
        return splices.stream()
                .anyMatch(splice ->
                        splice.end() > splice.start() || !splice.insert().isEmpty());
    }

    /** The changed text. Changes at one offset apply in the order they were added, insertions before a deletion. */
    byte[] applySplices() {
        var out = new ByteArrayOutputStream(bytes.length + 512);
        var done = 0;
        var ordered = splices.stream()
                .sorted(Comparator.comparingInt(Splice::start).thenComparing(splice -> splice.end() > splice.start()))
                .toList();
        for (var splice : ordered) {
            out.write(bytes, done, splice.start() - done);
            out.writeBytes(splice.insert().getBytes(StandardCharsets.UTF_8));
            done = splice.end();
        }
        out.write(bytes, done, bytes.length - done);
        return out.toByteArray();
    }

    private int skip(int at, String characters) {
        var next = at;
        while (next < bytes.length && characters.indexOf(bytes[next]) >= 0) {
            next++;
        }
        return next;
    }
}
