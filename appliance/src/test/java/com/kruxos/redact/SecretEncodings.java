package com.kruxos.redact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The encodings in which a program may print a value. Independent of {@code SecretPatterns}, which they test. */
final class SecretEncodings {
    private final Random random;

    SecretEncodings(Random random) {
        this.random = random;
    }

    /** Encodings of the whole value. */
    List<String> all(byte[] value) {
        var text = new String(value, StandardCharsets.UTF_8);
        var all = new ArrayList<String>();
        all.add(text);
        all.add(HexFormat.of().formatHex(value));
        all.add(HexFormat.of().withUpperCase().formatHex(value));
        all.add(Base64.getEncoder().encodeToString(value));
        all.add(Base64.getEncoder().withoutPadding().encodeToString(value));
        all.add(Base64.getUrlEncoder().encodeToString(value));
        all.add(Base64.getUrlEncoder().withoutPadding().encodeToString(value));
        all.add(percentEncode(value, true, true));
        all.add(percentEncode(value, true, false));
        all.add(percentEncode(value, false, true));
        all.add(percentEncode(value, false, false));
        all.add(percentEncode(percentEncode(value, false, true).getBytes(StandardCharsets.UTF_8), false, true));
        all.add(percentEncode(value, false, true).replace("%20", "+"));
        all.add(percentEncode(Base64.getEncoder().encode(value), false, true));
        all.add(jsonEscape(text, 0));
        all.add(jsonEscape(jsonEscape(text, 0), 0));
        all.add(jsonEscape(text, 3));
        all.add(jsonEscape(percentEncode(value, false, false), 0));
        return all;
    }

    /** The value inside longer data in base64, such as {@code user:secret} or a file. */
    String insideBase64(byte[] value, int before, int after) {
        var whole = new byte[before + value.length + after];
        random.nextBytes(whole);
        System.arraycopy(value, 0, whole, before, value.length);
        var encoder = random.nextBoolean() ? Base64.getEncoder() : Base64.getUrlEncoder();
        return encoder.encodeToString(whole);
    }

    /**
     * The content of a JSON string. {@code wild} 0: escapes only what must be escaped; 1: a third of the characters,
     * too; 2: all; 3: all but letters and digits.
     */
    String jsonEscape(String text, int wild) {
        var out = new StringBuilder();
        text.codePoints().forEach(character -> {
            var must = character < ' ' || character == '"' || character == '\\';
            if (!must
                    && (wild == 0
                            || (wild == 1 && random.nextInt(3) > 0)
                            || (wild == 3 && Character.isLetterOrDigit(character)))) {
                out.appendCodePoint(character);
            } else {
                for (var unit : Character.toChars(character)) {
                    out.append(escape(unit, wild));
                }
            }
        });
        return out.toString();
    }

    private String escape(char character, int wild) {
        var letter = "\b\t\n\f\r\"\\/".indexOf(character);
        if (letter >= 0 && (wild == 0 || random.nextBoolean())) {
            return "\\" + "btnfr\"\\/".charAt(letter);
        }
        var code = String.format("%04x", (int) character);
        return "\\u" + (random.nextBoolean() ? code : code.toUpperCase(Locale.ROOT));
    }

    private static String percentEncode(byte[] value, boolean everything, boolean upper) {
        var hex = upper ? HexFormat.of().withUpperCase() : HexFormat.of();
        var out = new StringBuilder();
        for (var octet : value) {
            var plain = (octet >= 'a' && octet <= 'z')
                    || (octet >= 'A' && octet <= 'Z')
                    || (octet >= '0' && octet <= '9')
                    || "-_.~".indexOf(octet) >= 0;
            if (plain && !everything) {
                out.append((char) octet);
            } else {
                out.append('%').append(hex.toHexDigits(octet));
            }
        }
        return out.toString();
    }
}
