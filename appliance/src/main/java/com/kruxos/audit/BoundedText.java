package com.kruxos.audit;

/**
 * Makes any string one that a leaf can carry: well-formed UTF-16 that fits a number of bytes as JSON.
 *
 * <p>A record is never refused because somebody chose a long or broken name. What is too long is cut and ends with how
 * much is missing, {@code …(1234 more)}, counted in UTF-16 code units; half a surrogate pair becomes U+FFFD.
 */
final class BoundedText {
    /** Room for the longest mark that a cut leaves behind. */
    private static final int MARKER_BYTES = 24;

    private BoundedText() {}

    /** The string itself when it is well formed and takes at most {@code most} bytes, else a mended and cut one. */
    static String truncate(String text, int most) {
        var size = 0L;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!isSurrogatePair(text, i)) {
                    return repairAndTruncate(text, most);
                }
                i++;
                size += 4;
            } else {
                size += jsonSize(c);
            }
            if (size > most) {
                return repairAndTruncate(text, most);
            }
        }
        return text;
    }

    /** Bytes this character takes inside a canonical JSON string; for half of a pair, those of U+FFFD. */
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

    private static String repairAndTruncate(String text, int most) {
        var kept = new StringBuilder();
        var size = 0L;
        var fits = 0; // how much of kept still leaves room for the mark
        var read = 0; // how much of text that is
        for (var i = 0; i < text.length() && size <= most; i++) {
            if (isSurrogatePair(text, i)) {
                kept.append(text, i, i + 2);
                i++;
                size += 4;
            } else {
                var c = text.charAt(i);
                kept.append(Character.isSurrogate(c) ? '\uFFFD' : c);
                size += jsonSize(c);
            }
            if (size <= most - MARKER_BYTES) {
                fits = kept.length();
                read = i + 1;
            }
        }
        if (size <= most) {
            return kept.toString();
        }
        kept.setLength(fits);
        return kept.append("…(").append(text.length() - read).append(" more)").toString();
    }
}
