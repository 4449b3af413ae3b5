package com.kruxos.dashboard.page;

import java.util.regex.Pattern;

/** What values have to be before they get near a page. */
public final class Preconditions {
    /** Printable ASCII without a backslash, and no second slash: browsers take both for the start of a host. */
    private static final Pattern LOCAL_PATH = Pattern.compile("/(?!/)[!-\\[\\]-~]{0,2000}");

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_~-][A-Za-z0-9_.~-]{0,127}");

    private Preconditions() {}

    public static boolean isLocalPath(String place) {
        return LOCAL_PATH.matcher(place).matches();
    }

    /** A link is to a place on this site: no scheme, no host. */
    public static void requireLocalPath(String place) {
        require(isLocalPath(place), "a link that leaves this site");
    }

    /** An id becomes a piece of an address. */
    public static void requireId(String id) {
        require(ID.matcher(id).matches(), "an id that cannot stand in an address");
    }

    public static void requireNotNegative(long... counts) {
        for (var count : counts) {
            require(count >= 0, "a count below nothing");
        }
    }

    public static void require(boolean right, String what) {
        if (!right) {
            throw new IllegalArgumentException(what);
        }
    }
}
