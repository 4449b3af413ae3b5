package com.kruxos.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads canonical JSON and nothing else: whatever it accepts, {@link CanonicalJsonWriter} writes again byte for byte.
 * So member names are unique and in order, and there is no white space, fraction, {@code null}, escape that could be
 * shorter, or invalid UTF-8.
 *
 * <p>Values are {@code Map<String, Object>}, {@code List<Object>}, {@code String}, {@code Long} and {@code Boolean}.
 */
final class CanonicalJsonReader {
    private static final int MAX_DEPTH = 32;

    private final byte[] json;
    private int position;

    private CanonicalJsonReader(byte[] json) {
        this.json = json;
    }

    static Map<String, Object> read(byte[] json) throws MalformedLeaf {
        var reader = new CanonicalJsonReader(json);
        var object = reader.object(0);
        if (reader.position != json.length) {
            throw reader.malformed("unexpected bytes after the end");
        }
        return object;
    }

    private Object value(int depth) throws MalformedLeaf {
        if (depth > MAX_DEPTH) {
            throw malformed("nested too deeply");
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            default -> integer();
        };
    }

    private Map<String, Object> object(int depth) throws MalformedLeaf {
        var members = new LinkedHashMap<String, Object>();
        expect('{');
        if (peek() == '}') {
            position++;
            return members;
        }
        var last = "";
        while (true) {
            var name = string();
            if (!members.isEmpty() && last.compareTo(name) >= 0) {
                throw malformed("member names are out of order or repeated");
            }
            last = name;
            expect(':');
            members.put(name, value(depth + 1));
            if (!hasNextElement('}')) {
                return members;
            }
        }
    }

    private List<Object> array(int depth) throws MalformedLeaf {
        var values = new ArrayList<Object>();
        expect('[');
        if (peek() == ']') {
            position++;
            return values;
        }
        do {
            values.add(value(depth + 1));
        } while (hasNextElement(']'));
        return values;
    }

    private boolean hasNextElement(char end) throws MalformedLeaf {
        if (peek() == end) {
            position++;
            return false;
        }
        expect(',');
        return true;
    }

    private Boolean literal(String word, Boolean value) throws MalformedLeaf {
        for (var i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
        return value;
    }

    private Long integer() throws MalformedLeaf {
        var negative = peek() == '-';
        if (negative) {
            position++;
        }
        var first = position;
        var value = 0L;
        while (position < json.length && json[position] >= '0' && json[position] <= '9' && position - first < 17) {
            value = 10 * value + (json[position++] - '0');
        }
        if (position == first
                || (json[first] == '0' && (negative || position - first > 1))
                || value > CanonicalJsonWriter.MAX_SAFE_INTEGER) {
            throw malformed("not a canonical integer");
        }
        return negative ? -value : value;
    }

    private String string() throws MalformedLeaf {
        expect('"');
        var text = new StringBuilder();
        while (true) {
            var b = next();
            if (b == '"') {
                return text.toString();
            } else if (b == '\\') {
                text.append(escape());
            } else if (b < 0x20) {
                throw malformed("an unescaped control character");
            } else if (b < 0x80) {
                text.append((char) b);
            } else {
                text.appendCodePoint(codePoint(b));
            }
        }
    }

    private char escape() throws MalformedLeaf {
        var letter = next();
        for (var c = 0; c < 0x80 && letter != 0; c++) { // 0 means no short escape
            if (CanonicalJsonWriter.shortEscape((char) c) == letter) {
                return (char) c;
            }
        }
        if (letter == 'u' && next() == '0' && next() == '0') {
            var c = (char) ((hex(next()) << 4) | hex(next()));
            if (c < 0x20 && CanonicalJsonWriter.shortEscape(c) == 0) {
                return c;
            }
        }
        throw malformed("not a canonical escape");
    }

    private int hex(int digit) throws MalformedLeaf {
        if (digit >= '0' && digit <= '9') {
            return digit - '0';
        }
        if (digit >= 'a' && digit <= 'f') {
            return digit - 'a' + 10;
        }
        throw malformed("not a lower-case hex digit");
    }

    private int codePoint(int first) throws MalformedLeaf {
        var more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4) {
            throw malformed("not UTF-8");
        }
        var point = first & (0x3F >> more);
        for (var i = 0; i < more; i++) {
            var b = next();
            if ((b & 0xC0) != 0x80) {
                throw malformed("not UTF-8");
            }
            point = (point << 6) | (b & 0x3F);
        }
        var shortest = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
        if (point < shortest || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
            throw malformed("not UTF-8");
        }
        return point;
    }

    private int peek() throws MalformedLeaf {
        if (position == json.length) {
            throw malformed("unexpected end");
        }
        return json[position] & 0xFF;
    }

    private int next() throws MalformedLeaf {
        var b = peek();
        position++;
        return b;
    }

    private void expect(char c) throws MalformedLeaf {
        if (next() != c) {
            throw malformed("expected " + c);
        }
    }

    private MalformedLeaf malformed(String reason) {
        return new MalformedLeaf("not canonical JSON at byte " + position + ": " + reason);
    }
}
