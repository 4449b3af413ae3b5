package com.kruxos.vault;

import java.util.regex.Pattern;

/**
 * The full name of a secret. All four parts are immutable ids, and the encryption is bound to them.
 *
 * @param space the id of its Space
 * @param owner {@code space}, or {@code agent:ID} for a value of one agent
 * @param scope the unit that is granted to servers: {@code [A-Za-z0-9._-]}, at most 64 characters
 * @param key one value of the scope: same characters, same length
 */
public record SecretName(String space, String owner, String scope, String key) {
    /** The owner of a secret that belongs to the whole Space. */
    public static final String SHARED = "space";

    /** The key of a secret whose name is written without a slash. */
    private static final String DEFAULT_KEY = "value";

    private static final Pattern PART_PATTERN = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern OWNER_PATTERN = Pattern.compile("space|agent:[A-Za-z0-9._-]{1,64}");

    public SecretName {
        requireMatch(PART_PATTERN, space, "a Space id");
        requireMatch(OWNER_PATTERN, owner, "an owner");
        requireMatch(PART_PATTERN, scope, "a scope");
        requireMatch(PART_PATTERN, key, "a key");
    }

    /**
     * Parses the name of a shared secret: {@code SCOPE/KEY}, or {@code NAME} for {@code NAME/value}.
     *
     * @throws IllegalArgumentException when it is not a valid name; the message can be shown to the user
     */
    public static SecretName of(String space, String text) {
        var slash = text.indexOf('/');
        return slash < 0
                ? new SecretName(space, SHARED, text, DEFAULT_KEY)
                : new SecretName(space, SHARED, text.substring(0, slash), text.substring(slash + 1));
    }

    /** {@code scope/key}, which is also what the record is bound to. */
    public String name() {
        return scope + "/" + key;
    }

    @Override
    public String toString() {
        return name() + " of Space " + space + (owner.equals(SHARED) ? "" : " (" + owner + ")");
    }

    static void requireMatch(Pattern pattern, String text, String what) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    what + " is 1 to 64 letters, digits, dots, underscores or hyphens; a secret is SCOPE/KEY or NAME;"
                            + " got \"" + abbreviate(text) + "\"");
        }
    }

    static String requireSpaceId(String space) {
        requireMatch(PART_PATTERN, space, "a Space id");
        return space;
    }

    /** The text may be a secret that was entered in place of its name, so that only its start is repeated. */
    private static String abbreviate(String text) {
        var start = text.length() > 16 ? text.substring(0, 4) + "…" : text;
        return start.replaceAll("[^ -~…]", "?");
    }
}
