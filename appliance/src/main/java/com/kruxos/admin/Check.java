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
public record Check(
        String name, Level level, String detail, @Nullable String hint) {
    /** In order of how bad it is. */
    public enum Level {
        GREEN,
        /** It is well, and could be better. */
        ADVICE,
        YELLOW,
        RED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How everything is: as bad as the worst check, where advice is nothing bad. */
    static Level worst(List<Check> checks) {
        return checks.stream()
                .map(Check::level)
                .filter(level -> level != Level.ADVICE)
                .max(Comparator.naturalOrder())
                .orElse(Level.GREEN);
    }
}
