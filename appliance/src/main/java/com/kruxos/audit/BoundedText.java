package com.kruxos.audit;

/**
 * Makes any string fit a leaf: well-formed UTF-16 within a number of bytes as JSON.
 *
 * <p>A record is never refused because of a long or malformed string. A string that is too long is truncated and ends
 * in {@code …(1234 more)}, the number of omitted UTF-16 code units; an unpaired surrogate becomes U+FFFD.
 */
final class BoundedText {
    /** Bytes reserved for the longest truncation marker. */
    private static final int MARKER_BYTES = 24;

    private BoundedText() {}

    /**
     * The string itself when it is well-formed and takes at most {@code maxBytes} bytes, else a repaired and truncated
     * one.
     */
    static String truncate(String text, int maxBytes) {
        var size = 0L;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!isSurrogatePair(text, i)) {
                    return repairAndTruncate(text, maxBytes);
                }
                i++;
                size += 4;
            } else {
                size += jsonSize(c);
            }
            if (size > maxBytes) {
                return repairAndTruncate(text, maxBytes);
            }
        }
        return text;
    }

    /** Bytes this character takes in a canonical JSON string; for an unpaired surrogate, those of U+FFFD. */
    static int jsonSize(char c) {
        if (c < 0x80) {
            return c >= 0x20 && c != '"' && c != '\\' ? 1 : CanonicalJsonWriter.shortEscape(c) != 0 ? 2 : 6;
        }
        return c < 0x800 ? 2 : 3;
    }

    private static boolean isSurrogatePair(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }

    private static String repairAndTruncate(String text, int maxBytes) {
        var kept = new StringBuilder();
        var size = 0L;
        var fits = 0; // length of kept that leaves space for the marker
        var read = 0; // length of text that this represents
        for (var i = 0; i < text.length() && size <= maxBytes; i++) {
            if (isSurrogatePair(text, i)) {
                kept.append(text, i, i + 2);
                i++;
                size += 4;
            } else {
                var c = text.charAt(i);
                kept.append(Character.isSurrogate(c) ? '\uFFFD' : c);
                size += jsonSize(c);
            }
            if (size <= maxBytes - MARKER_BYTES) {
                fits = kept.length();
                read = i + 1;
            }
        }
        if (size <= maxBytes) {
            return kept.toString();
        }
        kept.setLength(fits);
        return kept.append("…(").append(text.length() - read).append(" more)").toString();
    }
}
