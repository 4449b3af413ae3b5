package com.kruxos.admin;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The result of one health check.
 *
 * @param detail the state, as text for people
 * @param hint what to do about it, if anything
 */
public record HealthCheck(
        String name,
        HealthLevel level,
        String detail,
        @Nullable String hint) {
    /** From best to worst. */
    public enum HealthLevel {
        GREEN,
        /** Works, and could be improved. */
        ADVICE,
        YELLOW,
        RED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The worst level of all checks. Advice is ignored. */
    static HealthLevel worstLevel(List<HealthCheck> checks) {
        return checks.stream()
                .map(HealthCheck::level)
                .filter(level -> level != HealthLevel.ADVICE)
                .max(Comparator.naturalOrder())
                .orElse(HealthLevel.GREEN);
    }
}
