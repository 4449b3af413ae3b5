package com.kruxos.dashboard.page;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Texts from outside, made harmless to look at. Escaping is the templates' business; this is about characters that
 * cannot be seen, turn the text around them, or pile up until they cover the neighbours.
 */
public final class SafeText {
    public static final int DEFAULT_LENGTH = 300;
    private static final int MAX_COMBINING_MARKS = 3;
    private static final int REPLACEMENT = 0xFFFD;

    private SafeText() {}

    public static String inline(String text) {
        return inline(text, DEFAULT_LENGTH);
    }

    /** At most so many characters, each of them visible; what cannot be seen is shown as one that can. */
    public static String inline(String text, int most) {
        var shown = new StringBuilder();
        var marks = 0;
        var length = 0;
        for (var at = 0; at < text.length(); ) {
            var c = text.codePointAt(at);
            at += Character.charCount(c);
            marks = isMark(c) ? marks + 1 : 0;
            if (marks > MAX_COMBINING_MARKS) {
                continue;
            }
            if (length == most) {
                return shown.append('…').toString();
            }
            shown.appendCodePoint(isSpace(c) ? ' ' : isVisible(c) ? c : REPLACEMENT);
            length++;
        }
        return shown.toString();
    }

    /** Several lines, each as {@link #inline(String)}. */
    public static String multiline(String text) {
        return text.lines().map(SafeText::inline).collect(Collectors.joining("\n"));
    }

    /**
     * For a field that comes back as it went out: every character stays but those HTML itself forbids. A field is an
     * island for the direction of text, and has a width.
     */
    public static String fieldValue(String text) {
        return text.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .filter(c -> (c & 0xFFFE) != 0xFFFE && (c < 0xFDD0 || c > 0xFDEF))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    public static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    public static String quantity(long count, String one, String many) {
        return number(count) + " " + (count == 1 ? one : many);
    }

    private static boolean isMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> false;
        };
    }

    private static boolean isSpace(int c) {
        return c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029;
    }

    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> !isInvisibleLetter(c);
        };
    }

    /** Letters and symbols of no width or without ink, by which a name could look empty or like another one. */
    private static boolean isInvisibleLetter(int c) {
        return c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || c == 0x2800 || c == 0x3164 || c == 0xFFA0;
    }
}
