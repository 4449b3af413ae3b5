package com.kruxos.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads canonical JSON and nothing else: what it accepts, {@link Canonical} would write again byte for byte. So names
 * are unique and in order, there is no white space, no fraction, no {@code null}, no escape that could be shorter, and
 * UTF-8 is exact.
 *
 * <p>Values come as {@code Map<String, Object>}, {@code List<Object>}, {@code String}, {@code Long} and
 * {@code Boolean}.
 */
final class CanonicalReader {
    private static final int DEPTH = 32;

    private final byte[] json;
    private int at;

    private CanonicalReader(byte[] json) {
        this.json = json;
    }

    static Map<String, Object> read(byte[] json) throws NotCanonical {
        var reader = new CanonicalReader(json);
        var object = reader.object(0);
        if (reader.at != json.length) {
            throw reader.wrong("something follows the end");
        }
        return object;
    }

    private Object value(int depth) throws NotCanonical {
        if (depth > DEPTH) {
            throw wrong("nested too deep");
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            default -> integer();
        };
    }

    private Map<String, Object> object(int depth) throws NotCanonical {
        var members = new LinkedHashMap<String, Object>();
        expect('{');
        if (peek() == '}') {
            at++;
            return members;
        }
        var last = "";
        while (true) {
            var name = string();
            if (!members.isEmpty() && last.compareTo(name) >= 0) {
                throw wrong("member names are not in order, or twice the same");
            }
            last = name;
            expect(':');
            members.put(name, value(depth + 1));
            if (!another('}')) {
                return members;
            }
        }
    }

    private List<Object> array(int depth) throws NotCanonical {
        var values = new ArrayList<Object>();
        expect('[');
        if (peek() == ']') {
            at++;
            return values;
        }
        do {
            values.add(value(depth + 1));
        } while (another(']'));
        return values;
    }

    private boolean another(char end) throws NotCanonical {
        if (peek() == end) {
            at++;
            return false;
        }
        expect(',');
        return true;
    }

    private Boolean word(String word, Boolean value) throws NotCanonical {
        for (var i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
        return value;
    }

    private Long integer() throws NotCanonical {
        var negative = peek() == '-';
        if (negative) {
            at++;
        }
        var first = at;
        var value = 0L;
        while (at < json.length && json[at] >= '0' && json[at] <= '9' && at - first < 17) {
            value = 10 * value + (json[at++] - '0');
        }
        if (at == first || (json[first] == '0' && (negative || at - first > 1)) || value > Canonical.EXACT) {
            throw wrong("not an integer as it must be written");
        }
        return negative ? -value : value;
    }

    private String string() throws NotCanonical {
        expect('"');
        var text = new StringBuilder();
        while (true) {
            var b = next();
            if (b == '"') {
                return text.toString();
            } else if (b == '\\') {
                text.append(escape());
            } else if (b < 0x20) {
                throw wrong("a control character that is not escaped");
            } else if (b < 0x80) {
                text.append((char) b);
            } else {
                text.appendCodePoint(codePoint(b));
            }
        }
    }

    private char escape() throws NotCanonical {
        var letter = next();
        for (var c = 0; c < 0x80 && letter != 0; c++) { // 0 stands for none
            if (Canonical.shortEscape((char) c) == letter) {
                return (char) c;
            }
        }
        if (letter == 'u' && next() == '0' && next() == '0') {
            var c = (char) ((hex(next()) << 4) | hex(next()));
            if (c < 0x20 && Canonical.shortEscape(c) == 0) {
                return c;
            }
        }
        throw wrong("an escape that should not be one");
    }

    private int hex(int digit) throws NotCanonical {
        if (digit >= '0' && digit <= '9') {
            return digit - '0';
        }
        if (digit >= 'a' && digit <= 'f') {
            return digit - 'a' + 10;
        }
        throw wrong("not a lower-case hex digit");
    }

    private int codePoint(int first) throws NotCanonical {
        var more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4) {
            throw wrong("not UTF-8");
        }
        var point = first & (0x3F >> more);
        for (var i = 0; i < more; i++) {
            var b = next();
            if ((b & 0xC0) != 0x80) {
                throw wrong("not UTF-8");
            }
            point = (point << 6) | (b & 0x3F);
        }
        var shortest = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
        if (point < shortest || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
            throw wrong("not UTF-8");
        }
        return point;
    }

    private int peek() throws NotCanonical {
        if (at == json.length) {
            throw wrong("ends too early");
        }
        return json[at] & 0xFF;
    }

    private int next() throws NotCanonical {
        var b = peek();
        at++;
        return b;
    }

    private void expect(char c) throws NotCanonical {
        if (next() != c) {
            throw wrong("expected " + c);
        }
    }

    private NotCanonical wrong(String reason) {
        return new NotCanonical("not canonical JSON at byte " + at + ": " + reason);
    }
}
