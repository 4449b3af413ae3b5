package com.kruxos.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prepares text for a terminal: control characters, display width, truncation, wrapping. */
final class TerminalText {
    private static final String ELLIPSIS = "…";

    private TerminalText() {}

    /** Replaces control and direction characters: names, descriptions and log lines are untrusted. */
    static String sanitize(String text) {
        var clean = new StringBuilder(text.length());
        text.codePoints().forEach(point -> clean.appendCodePoint(isUnsafe(point) ? '\uFFFD' : point));
        return clean.toString();
    }

    /** Sanitized, on one line. */
    static String singleLine(String text) {
        return sanitize(text.replaceAll("[\\r\\n\\t]+", " ")).strip();
    }

    /** The columns that a sanitized text takes. */
    static int displayWidth(String text) {
        return text.codePoints().map(TerminalText::displayWidth).sum();
    }

    /** Truncates to a width and ends with an ellipsis. */
    static String truncate(String text, int width) {
        if (displayWidth(text) <= width) {
            return text;
        }
        var cut = new StringBuilder();
        var left = width - 1;
        for (var point : text.codePoints().toArray()) {
            left -= displayWidth(point);
            if (left < 0) {
                break;
            }
            cut.appendCodePoint(point);
        }
        return cut.toString().stripTrailing() + ELLIPSIS;
    }

    /** Wraps at spaces to lines of at most {@code width}. A longer word is kept whole, so that it can be copied. */
    static List<String> wrap(String text, int width) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (var word : text.split(" ", -1)) {
            if (!line.isEmpty() && displayWidth(line.toString()) + 1 + displayWidth(word) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** A time of the API without fractions of a second; any other text unchanged. */
    static String formatTime(String iso) {
        try {
            return Instant.parse(iso).truncatedTo(ChronoUnit.SECONDS).toString();
        } catch (DateTimeException e) {
            return singleLine(iso);
        }
    }

    static String formatDuration(Duration duration) {
        var seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min";
        }
        return seconds < 48 * 3600 ? seconds / 3600 + " h " + seconds % 3600 / 60 + " min" : seconds / 86400 + " days";
    }

    static String formatCount(long number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }

    private static boolean isUnsafe(int point) {
        var type = Character.getType(point);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }

    private static int displayWidth(int point) {
        if (point < 0x300) {
            return 1;
        }
        var type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        return Character.isIdeographic(point) || isWide(point) ? 2 : 1;
    }

    // Terminals show Hangul, kana, full-width forms and emoji in two columns.
    private static boolean isWide(int point) {
        return (point >= 0x1100 && point <= 0x115F)
                || (point >= 0x2E80 && point <= 0xA4CF)
                || (point >= 0xAC00 && point <= 0xD7A3)
                || (point >= 0xFE30 && point <= 0xFE6F)
                || (point >= 0xFF00 && point <= 0xFF60)
                || (point >= 0x1F300 && point <= 0x1FAFF);
    }
}
