package com.kruxos.cli.clients;

import com.kruxos.cli.json.ByteSpan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the tables and keys of a TOML file and where they are written. Values are stepped over, not read. */
final class TomlScanner {
    enum StatementKind {
        TABLE,
        ARRAY_TABLE,
        PAIR
    }

    /**
     * A table's header, or a key with its value.
     *
     * @param path the whole name, from the root
     * @param table the whole name of the table it stands in; of a header its own
     * @param lines from the beginning of its first line to behind the end of its last
     * @param value of a pair; of a header what is in the brackets
     */
    record TomlStatement(StatementKind kind, List<String> path, List<String> table, ByteSpan lines, ByteSpan value) {
        boolean isUnder(List<String> prefix) {
            return path.size() >= prefix.size()
                    && path.subList(0, prefix.size()).equals(prefix);
        }
    }

    private static final String REPAIR_HINT = "mend the file, or write the entry by hand; nothing was changed";
    private static final int MAX_DEPTH = 200;
    private static final Set<String> KEYWORDS = Set.of("true", "false", "inf", "nan", "+inf", "-inf", "+nan", "-nan");
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9][0-9A-Za-z_+.:-]*");
    private static final Pattern TIME = Pattern.compile("[0-9]{2}:[0-9A-Z:.+-]*");

    private final byte[] text;
    private int at;

    private TomlScanner(byte[] text) {
        this.text = text;
        this.at = new EditableText(text).hasByteOrderMark() ? 3 : 0;
    }

    /** @throws SettingsNotEditable when it is no TOML */
    static List<TomlStatement> scan(byte[] text) {
        return new TomlScanner(text).statements();
    }

    private List<TomlStatement> statements() {
        var found = new ArrayList<TomlStatement>();
        List<String> table = List.of();
        for (skipSpace(); at < text.length; skipSpace()) {
            var start = new EditableText(text).lineStart(at);
            var statement = peek() == '[' ? header(start) : pair(start, table);
            found.add(statement);
            table = statement.table();
        }
        return List.copyOf(found);
    }

    private TomlStatement header(int start) {
        at++;
        var array = peek() == '[';
        if (array) {
            at++;
        }
        var inner = at;
        var path = path();
        var value = new ByteSpan(inner, at);
        expect(']');
        if (array) {
            expect(']');
        }
        return new TomlStatement(
                array ? StatementKind.ARRAY_TABLE : StatementKind.TABLE,
                path,
                path,
                new ByteSpan(start, lineEnd()),
                value);
    }

    private TomlStatement pair(int start, List<String> table) {
        var path = new ArrayList<>(table);
        path.addAll(path());
        expect('=');
        skipBlanks();
        var begin = at;
        value(0);
        var value = new ByteSpan(begin, at);
        return new TomlStatement(StatementKind.PAIR, List.copyOf(path), table, new ByteSpan(start, lineEnd()), value);
    }

    /** Nothing but a comment may follow on the line. */
    private int lineEnd() {
        skipBlanks();
        if (peek() == '#') {
            skipComment();
        }
        if (peek() == '\r' && at + 1 < text.length && text[at + 1] == '\n') {
            at++;
        }
        if (at < text.length) {
            expect('\n');
        }
        return at;
    }

    private List<String> path() {
        var path = new ArrayList<String>();
        do {
            skipBlanks();
            path.add(key());
            skipBlanks();
        } while (skipIf('.'));
        return List.copyOf(path);
    }

    private String key() {
        var start = at;
        if (peek() == '"' || peek() == '\'') {
            string();
            return TomlStrings.read(text, start, at);
        }
        while (isBare(peek())) {
            at++;
        }
        if (at == start) {
            throw refusal("a key is missing here");
        }
        return new String(text, start, at - start, StandardCharsets.US_ASCII);
    }

    private void value(int depth) {
        if (depth > MAX_DEPTH) {
            throw refusal("it is nested more than " + MAX_DEPTH + " deep");
        }
        switch (peek()) {
            case '"', '\'' -> string();
            case '[' -> array(depth);
            case '{' -> inlineTable(depth);
            default -> scalar();
        }
    }

    private void array(int depth) {
        at++;
        for (skipSpace(); !skipIf(']'); skipSpace()) {
            value(depth + 1);
            skipSpace();
            if (!skipIf(',') && peek() != ']') {
                throw refusal("a comma or a closing bracket is missing here");
            }
        }
    }

    private void inlineTable(int depth) {
        at++;
        for (skipSpace(); !skipIf('}'); skipSpace()) {
            var _ = path();
            expect('=');
            skipBlanks();
            value(depth + 1);
            skipSpace();
            if (!skipIf(',') && peek() != '}') {
                throw refusal("a comma or a closing brace is missing here");
            }
        }
    }

    private void scalar() {
        var start = at;
        while (isBare(peek()) || "+.:".indexOf(peek()) >= 0) {
            at++;
        }
        var word = word(start);
        if (!KEYWORDS.contains(word) && !NUMBER.matcher(word).matches()) {
            at = start;
            throw refusal("a value is missing here");
        }
        // A date and its time may have a blank between them.
        if (word.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}") && peek() == ' ') {
            var blank = at++;
            var time = at;
            while (isBare(peek()) || "+.:".indexOf(peek()) >= 0) {
                at++;
            }
            at = TIME.matcher(word(time)).matches() ? at : blank;
        }
    }

    private String word(int start) {
        return new String(text, start, at - start, StandardCharsets.US_ASCII);
    }

    private void string() {
        var quote = peek();
        var triple = byteAt(at + 1) == quote && byteAt(at + 2) == quote;
        var start = at;
        at += triple ? 3 : 1;
        while (at < text.length) {
            var letter = peek();
            if (letter == '\\' && quote == '"') {
                at += 2;
            } else if (letter == '\n' && !triple) {
                break;
            } else if (letter == quote && (!triple || (byteAt(at + 1) == quote && byteAt(at + 2) == quote))) {
                at += triple ? 3 : 1;
                // Up to two quotes may stand right before the closing three.
                for (var more = 0; triple && more < 2 && peek() == quote; more++) {
                    at++;
                }
                return;
            } else {
                at++;
            }
        }
        at = start;
        throw refusal("a string does not end");
    }

    private void skipSpace() {
        while (at < text.length) {
            var letter = peek();
            if (letter == '#') {
                skipComment();
            } else if (letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r') {
                at++;
            } else {
                return;
            }
        }
    }

    private void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    private void skipComment() {
        while (at < text.length && text[at] != '\n' && text[at] != '\r') {
            at++;
        }
    }

    private boolean skipIf(char wanted) {
        if (peek() == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) {
        skipBlanks();
        if (!skipIf(wanted)) {
            throw refusal(wanted == '\n' ? "the line goes on behind its end" : "a " + wanted + " is missing here");
        }
    }

    private int peek() {
        return byteAt(at);
    }

    private int byteAt(int index) {
        return index < text.length ? text[index] : -1;
    }

    private static boolean isBare(int letter) {
        return (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z')
                || (letter >= '0' && letter <= '9')
                || letter == '_'
                || letter == '-';
    }

    private SettingsNotEditable refusal(String why) {
        return SettingsNotEditable.atOffset(text, at, "this is not TOML: " + why, REPAIR_HINT);
    }
}
