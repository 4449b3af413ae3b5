package com.kruxos.config;

import java.util.regex.Pattern;

/** Recognizes probable secrets by name or by form, so that none is stored outside of the vault. */
public final class SecretHeuristics {
    private static final Pattern NAME_PATTERN = Pattern.compile(
            "(?i).*(secret|passw|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|credential|bearer|(^|[_-])token($|[_-])|_key$).*");
    private static final Pattern VALUE_PATTERN = Pattern.compile(
            "(?s).*(krx_user_[A-Za-z0-9_-]{8,}|AGE-SECRET-KEY-1|gh[pousr]_[A-Za-z0-9]{16,}"
                    + "|github_pat_[A-Za-z0-9_]{16,}|sk-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}"
                    + "|-----BEGIN [A-Z ]*PRIVATE KEY|eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}\\.|\\b[0-9a-f]{64}\\b).*");

    private static final Pattern HEADER_NAME_PATTERN =
            Pattern.compile("(?i).*(auth|token|key|secret|cookie|pass|cred).*");

    private SecretHeuristics() {}

    /** Whether a setting with this name probably holds a secret. */
    static boolean isSecretName(String key) {
        return NAME_PATTERN.matcher(key).matches();
    }

    /** Whether an HTTP header with this name probably holds a secret. Broader than for settings. */
    public static boolean isSecretHeader(String name) {
        return HEADER_NAME_PATTERN.matcher(name).matches();
    }

    /** Whether a value has none of the forms of known credentials. */
    static boolean isHarmlessValue(String value) {
        return !VALUE_PATTERN.matcher(value).matches();
    }
}
