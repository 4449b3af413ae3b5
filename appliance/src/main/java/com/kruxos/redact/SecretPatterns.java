package com.kruxos.redact;

import com.kruxos.vault.Vault;
import com.kruxos.vault.Wipe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * All encodings of a secret value: the value itself, each line of it that is long enough, hexadecimal, and base64 at
 * every alignment. The escapes of JSON and URLs are not among them, because {@link DecodingScanner} and
 * {@link EscapeNormalizer} decode the text.
 */
final class SecretPatterns {
    private static final byte[] LOWER_HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UPPER_HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private final List<SecretPattern> patterns = new ArrayList<>();

    private SecretPatterns() {}

    static List<SecretPattern> of(byte[] value) {
        var patterns = new SecretPatterns();
        patterns.addAllEncodings(value);
        var trimmed = trim(value);
        if (trimmed.length < value.length) {
            patterns.addAllEncodings(trimmed);
        }
        patterns.addLines(value);
        Wipe.bytes(trimmed);
        return patterns.patterns;
    }

    private void addAllEncodings(byte[] value) {
        if (value.length < Vault.MIN_REDACTABLE_LENGTH) {
            return;
        }
        add(value.clone(), false, false);
        add(latin1ToUtf8(value), false, false);
        addHex(value);
        for (var before = 0; before < 3; before++) {
            addBase64(value, before);
        }
    }

    /** A log shows a value of several lines, such as a PEM key, line by line. */
    private void addLines(byte[] value) {
        var from = 0;
        for (var at = 0; at <= value.length; at++) {
            if (at == value.length || value[at] == '\n' || value[at] == '\r') {
                if (at - from < value.length) {
                    add(Arrays.copyOfRange(value, from, at), false, false);
                }
                from = at + 1;
            }
        }
    }

    private void addHex(byte[] value) {
        var lower = new byte[value.length * 2];
        var upper = new byte[value.length * 2];
        for (var at = 0; at < value.length; at++) {
            for (var half = 0; half < 2; half++) {
                var digit = (value[at] >> (4 - 4 * half)) & 15;
                lower[2 * at + half] = LOWER_HEX[digit];
                upper[2 * at + half] = UPPER_HEX[digit];
            }
        }
        add(lower, false, false);
        add(upper, false, false);
    }

    /**
     * The base64 characters that depend only on the value, if {@code before} bytes of other data precede it in a group
     * of three. The characters at both ends also hold bits of the adjacent data: they are not part of the pattern, but
     * are redacted with it.
     */
    private void addBase64(byte[] value, int before) {
        var shifted = new byte[before + value.length];
        System.arraycopy(value, 0, shifted, before, value.length);
        var encoded = Base64.getEncoder().withoutPadding().encode(shifted);
        var standard = Arrays.copyOfRange(encoded, before == 0 ? 0 : before + 1, shifted.length * 8 / 6);
        var url = standard.clone();
        for (var at = 0; at < url.length; at++) {
            url[at] = url[at] == '+' ? (byte) '-' : url[at] == '/' ? (byte) '_' : url[at];
        }
        var after = shifted.length * 8 % 6 != 0;
        add(standard, before > 0, after);
        add(url, before > 0, after);
        Wipe.bytes(shifted);
        Wipe.bytes(encoded);
    }

    /** Takes over {@code bytes}, and adds them as they are and in normal form. */
    private void add(byte[] bytes, boolean partialCharBefore, boolean partialCharAfter) {
        var normalized = EscapeNormalizer.normalize(bytes);
        addIfNew(bytes, partialCharBefore, partialCharAfter, false);
        addIfNew(normalized, partialCharBefore, partialCharAfter, true);
    }

    private void addIfNew(byte[] bytes, boolean partialCharBefore, boolean partialCharAfter, boolean normalized) {
        for (var other : patterns) {
            if (other.normalized == normalized && Arrays.equals(other.bytes, bytes)) {
                Wipe.bytes(bytes);
                return;
            }
        }
        if (bytes.length < Vault.MIN_REDACTABLE_LENGTH) {
            Wipe.bytes(bytes);
            return;
        }
        patterns.add(new SecretPattern(bytes, partialCharBefore, partialCharAfter, normalized));
    }

    /** The output of a program that decodes the bytes as Latin-1 and encodes them as UTF-8. */
    private static byte[] latin1ToUtf8(byte[] value) {
        var size = value.length;
        for (var octet : value) {
            size += octet < 0 ? 1 : 0;
        }
        var text = new byte[size];
        var at = 0;
        for (var octet : value) {
            if (octet >= 0) {
                text[at++] = octet;
            } else {
                text[at++] = (byte) (0xC0 | ((octet & 0xFF) >> 6));
                text[at++] = (byte) (0x80 | (octet & 0x3F));
            }
        }
        return text;
    }

    private static byte[] trim(byte[] value) {
        var from = 0;
        var to = value.length;
        while (from < to && value[from] <= ' ' && value[from] >= 0) {
            from++;
        }
        while (to > from && value[to - 1] <= ' ' && value[to - 1] >= 0) {
            to--;
        }
        return Arrays.copyOfRange(value, from, to);
    }
}
