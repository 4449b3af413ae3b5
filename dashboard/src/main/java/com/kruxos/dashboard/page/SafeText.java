package com.kruxos.dashboard.page;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Untrusted text prepared for display. Templates escape HTML; this class handles characters that are invisible, change
 * the direction of the text around them, or stack up over neighbouring lines.
 */
public final class SafeText {
    public static final int DEFAULT_LENGTH = 300;
    private static final int MAX_COMBINING_MARKS = 3;
    private static final int REPLACEMENT = 0xFFFD;

    private SafeText() {}

    public static String inline(String text) {
        return inline(text, DEFAULT_LENGTH);
    }

    /** One line of at most {@code maxLength} characters; invisible characters are shown as U+FFFD. */
    public static String inline(String text, int maxLength) {
        var shown = new StringBuilder();
        var marks = 0;
        var length = 0;
        for (var index = 0; index < text.length(); ) {
            var c = text.codePointAt(index);
            index += Character.charCount(c);
            marks = isCombiningMark(c) ? marks + 1 : 0;
            if (marks > MAX_COMBINING_MARKS) {
                continue;
            }
            if (length == maxLength) {
                return shown.append('…').toString();
            }
            shown.appendCodePoint(isSpace(c) ? ' ' : isVisible(c) ? c : REPLACEMENT);
            length++;
        }
        return shown.toString();
    }

    /** Each line as {@link #inline(String)}. */
    public static String multiline(String text) {
        return text.lines().map(SafeText::inline).collect(Collectors.joining("\n"));
    }

    /**
     * The value of a form field, which must come back unchanged: only the characters that HTML forbids are removed. A
     * field isolates the direction of its text and has a fixed width, so nothing else needs replacing.
     */
    public static String fieldValue(String text) {
        return text.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .filter(c -> (c & 0xFFFE) != 0xFFFE && (c < 0xFDD0 || c > 0xFDEF))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** With grouped digits, such as {@code 128,403}. */
    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Such as {@code 1 warning} or {@code 3 warnings}. */
    public static String quantity(long number, String singular, String plural) {
        return number(number) + " " + (number == 1 ? singular : plural);
    }

    private static boolean isCombiningMark(int c) {
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

    /** Letters and symbols without width or ink, which could make a name look empty or like another name. */
    private static boolean isInvisibleLetter(int c) {
        return c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || c == 0x2800 || c == 0x3164 || c == 0xFFA0;
    }
}
