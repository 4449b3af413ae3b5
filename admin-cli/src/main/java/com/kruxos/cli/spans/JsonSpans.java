package com.kruxos.cli.spans;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Steps through JSON text in UTF-8. Every method throws {@link NotJson} where the text is none. */
public final class JsonSpans {
    private static final int DEEPEST = 200;

    private final byte[] text;
    private final int end;
    private final boolean comments;

    private JsonSpans(byte[] text, int end, boolean comments) {
        this.text = text;
        this.end = end;
        this.comments = comments;
    }

    /** As RFC 8259 has it. */
    public static JsonSpans strict(byte[] text) {
        return new JsonSpans(text, text.length, false);
    }

    /** With comments, and commas behind the last member or element: what editors take in their settings. */
    public static JsonSpans lenient(byte[] text) {
        return new JsonSpans(text, text.length, true);
    }

    /** Where the one value of the whole text is; a byte-order mark may stand before it. */
    public Span root() {
        var start = space(hasMark() ? 3 : 0);
        var value = new Span(start, value(start, 0));
        if (space(value.end()) != end) {
            throw new NotJson(space(value.end()), "the text goes on behind its end");
        }
        return value;
    }

    /** The members of the object that begins at {@code at}; empty when it is no object. */
    public List<Member> members(int at) {
        var found = new ArrayList<Member>();
        if (byteAt(at) == '{') {
            object(at, 0, found);
        }
        return found;
    }

    /** Those members of the object that are whole, where the text may be cut off. */
    public List<Member> wholeMembers(int at) {
        var found = new ArrayList<Member>();
        try {
            if (byteAt(at) == '{') {
                object(at, 0, found);
            }
        } catch (NotJson e) {
            // As far as it goes.
        }
        return found;
    }

    /** The elements of the array that begins at {@code at}; empty when it is no array. */
    public List<Span> elements(int at) {
        var found = new ArrayList<Span>();
        if (byteAt(at) == '[') {
            array(at, 0, found);
        }
        return found;
    }

    /** The end of the value that begins at {@code at}. */
    public int value(int at) {
        return value(at, 0);
    }

    /** The first byte from {@code at} on that is neither space nor comment; the text's length when there is none. */
    public int space(int at) {
        var next = at;
        while (next < end) {
            var letter = text[next];
            if (letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r') {
                next++;
            } else if (letter == '/' && comments) {
                next = comment(next);
            } else {
                return next;
            }
        }
        return next;
    }

    /** The end of the comment that begins at {@code at}; of one to the end of its line, before the line's end. */
    public int comment(int at) {
        var second = byteAt(at + 1);
        if (second == '/') {
            var next = at + 2;
            while (next < end && text[next] != '\n' && text[next] != '\r') {
                next++;
            }
            return next;
        }
        if (second == '*') {
            for (var next = at + 2; next + 1 < end; next++) {
                if (text[next] == '*' && text[next + 1] == '/') {
                    return next + 2;
                }
            }
            throw new NotJson(at, "a comment does not end");
        }
        throw new NotJson(at, "a value, a name or a bracket is missing here");
    }

    /** What a string says, unescaped; empty when {@code span} is no string. */
    public String string(Span span) {
        return byteAt(span.start()) == '"' ? Strings.read(text, span) : "";
    }

    /** The bytes of a span as they are. */
    public byte[] bytes(Span span) {
        return Arrays.copyOfRange(text, span.start(), span.end());
    }

    /** A span's text. */
    public String raw(Span span) {
        return new String(text, span.start(), span.length(), StandardCharsets.UTF_8);
    }

    /** The byte there, −1 behind the end. */
    public int byteAt(int at) {
        return at >= 0 && at < end ? text[at] : -1;
    }

    private boolean hasMark() {
        return end >= 3 && text[0] == (byte) 0xEF && text[1] == (byte) 0xBB && text[2] == (byte) 0xBF;
    }

    private int value(int at, int depth) {
        if (depth > DEEPEST) {
            throw new NotJson(at, "it is nested more than " + DEEPEST + " deep");
        }
        return switch (byteAt(at)) {
            case '{' -> object(at, depth, null);
            case '[' -> array(at, depth, null);
            case '"' -> stringEnd(at);
            case 't' -> word(at, "true");
            case 'f' -> word(at, "false");
            case 'n' -> word(at, "null");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(at);
            default -> throw new NotJson(at, "a value is missing here");
        };
    }

    private int object(int at, int depth, @Nullable List<Member> found) {
        var next = space(at + 1);
        while (byteAt(next) != '}') {
            if (byteAt(next) != '"') {
                throw new NotJson(next, "a name in double quotes or a closing brace is missing here");
            }
            var key = new Span(next, stringEnd(next));
            next = space(key.end());
            if (byteAt(next) != ':') {
                throw new NotJson(next, "a colon is missing here");
            }
            var start = space(next + 1);
            var value = new Span(start, value(start, depth + 1));
            if (found != null) {
                found.add(new Member(string(key), key, value));
            }
            next = separator(value.end(), '}');
        }
        return next + 1;
    }

    private int array(int at, int depth, @Nullable List<Span> found) {
        var next = space(at + 1);
        while (byteAt(next) != ']') {
            var value = new Span(next, value(next, depth + 1));
            if (found != null) {
                found.add(value);
            }
            next = separator(value.end(), ']');
        }
        return next + 1;
    }

    /** Over the comma: the next member's start, or the closing bracket. */
    private int separator(int at, char closing) {
        var next = space(at);
        if (byteAt(next) == closing) {
            return next;
        }
        if (byteAt(next) != ',') {
            throw new NotJson(next, "a comma or a closing bracket is missing here");
        }
        var after = space(next + 1);
        if (byteAt(after) == closing && !comments) {
            throw new NotJson(next, "there is a comma too many");
        }
        return after;
    }

    private int stringEnd(int at) {
        for (var next = at + 1; next < end; next++) {
            var letter = text[next];
            if (letter == '"') {
                return next + 1;
            }
            if (letter == '\\') {
                next = escape(next);
            } else if (letter >= 0 && letter < 0x20) {
                throw new NotJson(next, "a string does not end on its line");
            }
        }
        throw new NotJson(at, "a string does not end");
    }

    /** The last byte of the escape. */
    private int escape(int at) {
        var kind = byteAt(at + 1);
        if (kind == 'u') {
            for (var digit = at + 2; digit < at + 6; digit++) {
                if (Character.digit(byteAt(digit), 16) < 0) {
                    throw new NotJson(at, "an escape is not complete");
                }
            }
            return at + 5;
        }
        if (kind < 0 || "\"\\/bfnrt".indexOf(kind) < 0) {
            throw new NotJson(at, "there is no such escape");
        }
        return at + 1;
    }

    private int word(int at, String word) {
        for (var i = 0; i < word.length(); i++) {
            if (byteAt(at + i) != word.charAt(i)) {
                throw new NotJson(at, "a value is missing here");
            }
        }
        return scalarEnd(at, at + word.length());
    }

    private int number(int at) {
        var next = byteAt(at) == '-' ? at + 1 : at;
        next = byteAt(next) == '0' ? next + 1 : digits(next);
        if (byteAt(next) == '.') {
            next = digits(next + 1);
        }
        if (byteAt(next) == 'e' || byteAt(next) == 'E') {
            var sign = byteAt(next + 1);
            next = digits(sign == '+' || sign == '-' ? next + 2 : next + 1);
        }
        return scalarEnd(at, next);
    }

    private int digits(int at) {
        var next = at;
        while (byteAt(next) >= '0' && byteAt(next) <= '9') {
            next++;
        }
        if (next == at) {
            throw new NotJson(at, "a number is not complete");
        }
        return next;
    }

    private int scalarEnd(int at, int after) {
        var letter = byteAt(after);
        if (letter >= 0 && Character.isLetterOrDigit(letter)) {
            throw new NotJson(at, "a value is missing here");
        }
        return after;
    }
}
