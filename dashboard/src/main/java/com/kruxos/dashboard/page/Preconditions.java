package com.kruxos.dashboard.page;

import java.util.regex.Pattern;

/** Checks on the values of page records; each throws {@link IllegalArgumentException}. */
public final class Preconditions {
    /** Printable ASCII without backslash, and no second slash: browsers take either for the start of a host. */
    private static final Pattern LOCAL_PATH = Pattern.compile("/(?!/)[!-\\[\\]-~]{0,2000}");

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_~-][A-Za-z0-9_.~-]{0,127}");

    private Preconditions() {}

    /** Whether it is a path on this site: no scheme and no host. */
    public static boolean isLocalPath(String path) {
        return LOCAL_PATH.matcher(path).matches();
    }

    public static void requireLocalPath(String path) {
        require(isLocalPath(path), "a link leaves this site");
    }

    /** An id becomes a segment of a URL path. */
    public static void requireId(String id) {
        require(ID.matcher(id).matches(), "an id cannot be a segment of a path");
    }

    public static void requireNotNegative(long... counts) {
        for (var count : counts) {
            require(count >= 0, "a count is negative");
        }
    }

    public static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
