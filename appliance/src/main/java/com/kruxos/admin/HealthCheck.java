package com.kruxos.admin;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be well or not.
 *
 * @param detail how it is, for a person
 * @param hint what to do about it; absent when there is nothing to do
 */
public record HealthCheck(
        String name,
        HealthLevel level,
        String detail,
        @Nullable String hint) {
    /** In order of how bad it is. */
    public enum HealthLevel {
        GREEN,
        /** It is well, and could be better. */
        ADVICE,
        YELLOW,
        RED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How everything is: as bad as the worst check, where advice is nothing bad. */
    static HealthLevel worstLevel(List<HealthCheck> checks) {
        return checks.stream()
                .map(HealthCheck::level)
                .filter(level -> level != HealthLevel.ADVICE)
                .max(Comparator.naturalOrder())
                .orElse(HealthLevel.GREEN);
    }
}
