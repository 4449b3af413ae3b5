package com.kruxos.dashboard;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Texts from outside, made harmless to look at. Escaping is the templates' business; this is about characters that
 * cannot be seen, turn the text around them, or pile up until they cover the neighbours.
 */
final class Words {
    static final int USUAL = 300;
    private static final int MARKS_IN_A_ROW = 3;
    private static final int INSTEAD = 0xFFFD;

    private Words() {}

    static String inert(String text) {
        return inert(text, USUAL);
    }

    /** At most so many characters, each of them visible; what cannot be seen is shown as one that can. */
    static String inert(String text, int most) {
        var shown = new StringBuilder();
        var marks = 0;
        var length = 0;
        for (var at = 0; at < text.length(); ) {
            var c = text.codePointAt(at);
            at += Character.charCount(c);
            marks = isMark(c) ? marks + 1 : 0;
            if (marks > MARKS_IN_A_ROW) {
                continue;
            }
            if (length == most) {
                return shown.append('…').toString();
            }
            shown.appendCodePoint(isSpace(c) ? ' ' : isSeen(c) ? c : INSTEAD);
            length++;
        }
        return shown.toString();
    }

    /** Several lines, each as {@link #inert(String)}. */
    static String lines(String text) {
        return text.lines().map(Words::inert).collect(Collectors.joining("\n"));
    }

    /**
     * For a field that comes back as it went out: every character stays but those HTML itself forbids. A field is an
     * island for the direction of text, and has a width.
     */
    static String field(String text) {
        return text.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .filter(c -> (c & 0xFFFE) != 0xFFFE && (c < 0xFDD0 || c > 0xFDEF))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String counted(long count, String one, String many) {
        return count(count) + " " + (count == 1 ? one : many);
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

    private static boolean isSeen(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> !isBlankLetter(c);
        };
    }

    /** Letters and symbols of no width or without ink, by which a name could look empty or like another one. */
    private static boolean isBlankLetter(int c) {
        return c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || c == 0x2800 || c == 0x3164 || c == 0xFFA0;
    }
}
