package com.kruxos.cli.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Steps through JSON text in UTF-8. Every method throws {@link InvalidJson} where the text is none. */
public final class JsonScanner {
    private static final int MAX_DEPTH = 200;

    private final byte[] text;
    private final int end;
    private final boolean allowComments;

    private JsonScanner(byte[] text, int end, boolean comments) {
        this.text = text;
        this.end = end;
        this.allowComments = comments;
    }

    /** As RFC 8259 has it. */
    public static JsonScanner strict(byte[] text) {
        return new JsonScanner(text, text.length, false);
    }

    /** With comments, and commas behind the last member or element: what editors take in their settings. */
    public static JsonScanner lenient(byte[] text) {
        return new JsonScanner(text, text.length, true);
    }

    /** Where the one value of the whole text is; a byte-order mark may stand before it. */
    public ByteSpan root() {
        var start = skipSpace(hasByteOrderMark() ? 3 : 0);
        var value = new ByteSpan(start, valueEnd(start, 0));
        if (skipSpace(value.end()) != end) {
            throw new InvalidJson(skipSpace(value.end()), "the text goes on behind its end");
        }
        return value;
    }

    /** The members of the object that begins at {@code at}; empty when it is no object. */
    public List<JsonMember> members(int at) {
        var found = new ArrayList<JsonMember>();
        if (byteAt(at) == '{') {
            objectEnd(at, 0, found);
        }
        return found;
    }

    /** Those members of the object that are whole, where the text may be cut off. */
    public List<JsonMember> completeMembers(int at) {
        var found = new ArrayList<JsonMember>();
        try {
            if (byteAt(at) == '{') {
                objectEnd(at, 0, found);
            }
        } catch (InvalidJson e) {
            // As far as it goes.
        }
        return found;
    }

    /** The elements of the array that begins at {@code at}; empty when it is no array. */
    public List<ByteSpan> elements(int at) {
        var found = new ArrayList<ByteSpan>();
        if (byteAt(at) == '[') {
            arrayEnd(at, 0, found);
        }
        return found;
    }

    /** The end of the value that begins at {@code at}. */
    public int valueEnd(int at) {
        return valueEnd(at, 0);
    }

    /** The first byte from {@code at} on that is neither space nor comment; the text's length when there is none. */
    public int skipSpace(int at) {
        var next = at;
        while (next < end) {
            var letter = text[next];
            if (letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r') {
                next++;
            } else if (letter == '/' && allowComments) {
                next = commentEnd(next);
            } else {
                return next;
            }
        }
        return next;
    }

    /** The end of the comment that begins at {@code at}; of one to the end of its line, before the line's end. */
    public int commentEnd(int at) {
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
            throw new InvalidJson(at, "a comment does not end");
        }
        throw new InvalidJson(at, "a value, a name or a bracket is missing here");
    }

    /** What a string says, unescaped; empty when {@code span} is no string. */
    public String string(ByteSpan span) {
        return byteAt(span.start()) == '"' ? JsonStrings.read(text, span) : "";
    }

    /** The bytes of a span as they are. */
    public byte[] bytes(ByteSpan span) {
        return Arrays.copyOfRange(text, span.start(), span.end());
    }

    /** A span's text. */
    public String raw(ByteSpan span) {
        return new String(text, span.start(), span.length(), StandardCharsets.UTF_8);
    }

    /** The byte there, −1 behind the end. */
    public int byteAt(int at) {
        return at >= 0 && at < end ? text[at] : -1;
    }

    private boolean hasByteOrderMark() {
        return end >= 3 && text[0] == (byte) 0xEF && text[1] == (byte) 0xBB && text[2] == (byte) 0xBF;
    }

    private int valueEnd(int at, int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidJson(at, "it is nested more than " + MAX_DEPTH + " deep");
        }
        return switch (byteAt(at)) {
            case '{' -> objectEnd(at, depth, null);
            case '[' -> arrayEnd(at, depth, null);
            case '"' -> stringEnd(at);
            case 't' -> keywordEnd(at, "true");
            case 'f' -> keywordEnd(at, "false");
            case 'n' -> keywordEnd(at, "null");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> numberEnd(at);
            default -> throw new InvalidJson(at, "a value is missing here");
        };
    }

    private int objectEnd(int at, int depth, @Nullable List<JsonMember> found) {
        var next = skipSpace(at + 1);
        while (byteAt(next) != '}') {
            if (byteAt(next) != '"') {
                throw new InvalidJson(next, "a name in double quotes or a closing brace is missing here");
            }
            var key = new ByteSpan(next, stringEnd(next));
            next = skipSpace(key.end());
            if (byteAt(next) != ':') {
                throw new InvalidJson(next, "a colon is missing here");
            }
            var start = skipSpace(next + 1);
            var value = new ByteSpan(start, valueEnd(start, depth + 1));
            if (found != null) {
                found.add(new JsonMember(string(key), key, value));
            }
            next = separator(value.end(), '}');
        }
        return next + 1;
    }

    private int arrayEnd(int at, int depth, @Nullable List<ByteSpan> found) {
        var next = skipSpace(at + 1);
        while (byteAt(next) != ']') {
            var value = new ByteSpan(next, valueEnd(next, depth + 1));
            if (found != null) {
                found.add(value);
            }
            next = separator(value.end(), ']');
        }
        return next + 1;
    }

    /** Over the comma: the next member's start, or the closing bracket. */
    private int separator(int at, char closing) {
        var next = skipSpace(at);
        if (byteAt(next) == closing) {
            return next;
        }
        if (byteAt(next) != ',') {
            throw new InvalidJson(next, "a comma or a closing bracket is missing here");
        }
        var after = skipSpace(next + 1);
        if (byteAt(after) == closing && !allowComments) {
            throw new InvalidJson(next, "there is a comma too many");
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
                next = escapeEnd(next);
            } else if (letter >= 0 && letter < 0x20) {
                throw new InvalidJson(next, "a string does not end on its line");
            }
        }
        throw new InvalidJson(at, "a string does not end");
    }

    /** The last byte of the escape. */
    private int escapeEnd(int at) {
        var kind = byteAt(at + 1);
        if (kind == 'u') {
            for (var digit = at + 2; digit < at + 6; digit++) {
                if (Character.digit(byteAt(digit), 16) < 0) {
                    throw new InvalidJson(at, "an escape is not complete");
                }
            }
            return at + 5;
        }
        if (kind < 0 || "\"\\/bfnrt".indexOf(kind) < 0) {
            throw new InvalidJson(at, "there is no such escape");
        }
        return at + 1;
    }

    private int keywordEnd(int at, String word) {
        for (var i = 0; i < word.length(); i++) {
            if (byteAt(at + i) != word.charAt(i)) {
                throw new InvalidJson(at, "a value is missing here");
            }
        }
        return scalarEnd(at, at + word.length());
    }

    private int numberEnd(int at) {
        var next = byteAt(at) == '-' ? at + 1 : at;
        next = byteAt(next) == '0' ? next + 1 : digitsEnd(next);
        if (byteAt(next) == '.') {
            next = digitsEnd(next + 1);
        }
        if (byteAt(next) == 'e' || byteAt(next) == 'E') {
            var sign = byteAt(next + 1);
            next = digitsEnd(sign == '+' || sign == '-' ? next + 2 : next + 1);
        }
        return scalarEnd(at, next);
    }

    private int digitsEnd(int at) {
        var next = at;
        while (byteAt(next) >= '0' && byteAt(next) <= '9') {
            next++;
        }
        if (next == at) {
            throw new InvalidJson(at, "a number is not complete");
        }
        return next;
    }

    private int scalarEnd(int at, int after) {
        var letter = byteAt(after);
        if (letter >= 0 && Character.isLetterOrDigit(letter)) {
            throw new InvalidJson(at, "a value is missing here");
        }
        return after;
    }
}
