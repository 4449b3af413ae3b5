package com.kruxos.identity;

import com.kruxos.result.Result;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rules for names and free text. Each check returns a refusal, or nothing when the value is valid. */
public final class NameRules {
    static final int MAX_NOTE_LENGTH = 200;
    private static final int MAX_NAME_LENGTH = 63;

    private NameRules() {}

    /** Names start with a letter or digit and contain no underscore, so that no name looks like an id. */
    public static <T> Optional<Result<T>> checkName(String name) {
        if (isName(name)) {
            return Optional.empty();
        }
        return Optional.of(Result.invalid(
                "a name has 1 to 63 lower-case letters, digits and hyphens and starts with a letter or digit",
                "try something like \"build-bot\""));
    }

    /** Free text that may be shown in a terminal: no control characters, limited length. */
    static <T> Optional<Result<T>> checkNote(String what, String text) {
        if (text.length() <= MAX_NOTE_LENGTH && text.codePoints().noneMatch(NameRules::isUnprintable)) {
            return Optional.empty();
        }
        return Optional.of(Result.invalid(
                "the " + what + " has at most " + MAX_NOTE_LENGTH + " characters and no control characters",
                "shorten it, on one line"));
    }

    static <T> Optional<Result<T>> checkExpiry(@Nullable Instant expires, Instant now) {
        if (expires == null || expires.isAfter(now)) {
            return Optional.empty();
        }
        return Optional.of(Result.invalid("the expiry is in the past", "choose a time after " + now));
    }

    private static boolean isName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH || name.charAt(0) == '-') {
            return false;
        }
        return name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    }

    /** Control, format (which can reverse text), private-use and unassigned characters, and unpaired surrogates. */
    private static boolean isUnprintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
