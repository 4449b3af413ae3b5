package com.kruxos.cli;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Guesses whether a plain text is a secret: by its name, by the prefixes that issuers use for tokens, or because it is
 * long and random. The guess can be wrong; --not-secret overrides it.
 */
final class SecretDetector {
    private static final Pattern SECRET_NAME = Pattern.compile(
            "(^|[-_.])(token|secret|password|passwd|passphrase|pwd|pat|credential|credentials|auth|bearer"
                    + "|apikey|api[-_]?key|access[-_]?key|private[-_]?key|client[-_]?secret)($|[-_.0-9])");
    private static final List<String> TOKEN_PREFIXES = List.of(
            "krx_user_",
            "ghp_",
            "gho_",
            "ghu_",
            "ghs_",
            "ghr_",
            "github_pat_",
            "glpat-",
            "sk-",
            "sk_live_",
            "sk_test_",
            "rk_live_",
            "xoxb-",
            "xoxp-",
            "xoxa-",
            "xoxs-",
            "xapp-",
            "AKIA",
            "ASIA",
            "AIza",
            "ya29.",
            "npm_",
            "pypi-",
            "hf_",
            "lin_api_",
            "ntn_",
            "secret_",
            "SG.",
            "dop_v1_",
            "shpat_",
            "EAAC",
            "eyJ",
            "-----BEGIN ",
            "Bearer ",
            "AGE-SECRET-KEY-");
    private static final Pattern CREDENTIALS_IN_URL = Pattern.compile("[a-z][a-z0-9+.-]*://[^/@\\s]*:[^/@\\s]+@.*");
    private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z0-9_+=-]{24,}");
    private static final Pattern LONG_HEX = Pattern.compile("[0-9a-fA-F]{32,}");
    private static final double MIN_ENTROPY_BITS = 3.6;

    private SecretDetector() {}

    static boolean isSecretName(String name) {
        var words = name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        return SECRET_NAME.matcher(words).find();
    }

    static boolean isSecretValue(String value) {
        return TOKEN_PREFIXES.stream().anyMatch(mark -> value.startsWith(mark) && value.length() >= mark.length() + 8)
                || CREDENTIALS_IN_URL.matcher(value).matches()
                || LONG_HEX.matcher(value).matches()
                || (LONG_WORD.matcher(value).matches()
                        && hasLettersAndDigits(value)
                        && entropy(value) > MIN_ENTROPY_BITS);
    }

    /** Values that are harmless under a secret's name: yes or no, a number, a path. */
    static boolean isHarmlessValue(String value) {
        return value.matches("|[0-9]{1,6}|true|false|yes|no|on|off|none|basic|oauth2?|env|[./~][^\\s]*");
    }

    private static boolean hasLettersAndDigits(String value) {
        return value.matches(".*[0-9].*") && value.matches(".*[A-Za-z].*");
    }

    /** Bits per character: English words are below 3.5, random base64 of this length is above 4. */
    private static double entropy(String value) {
        return value.chars()
                .distinct()
                .mapToDouble(
                        letter -> value.chars().filter(other -> other == letter).count() / (double) value.length())
                .map(share -> -share * Math.log(share) / Math.log(2))
                .sum();
    }
}
