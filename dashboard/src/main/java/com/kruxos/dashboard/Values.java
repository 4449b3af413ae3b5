package com.kruxos.dashboard;

import java.util.regex.Pattern;

/** What values have to be before they get near a page. */
final class Values {
    /** Printable ASCII without a backslash, and no second slash: browsers take both for the start of a host. */
    private static final Pattern LOCAL = Pattern.compile("/(?!/)[!-\\[\\]-~]{0,2000}");

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_~-][A-Za-z0-9_.~-]{0,127}");

    private Values() {}

    static boolean isLocal(String place) {
        return LOCAL.matcher(place).matches();
    }

    /** A link is to a place on this site: no scheme, no host. */
    static void href(String place) {
        require(isLocal(place), "a link that leaves this site");
    }

    /** An id becomes a piece of an address. */
    static void id(String id) {
        require(ID.matcher(id).matches(), "an id that cannot stand in an address");
    }

    static void atLeastNothing(long... counts) {
        for (var count : counts) {
            require(count >= 0, "a count below nothing");
        }
    }

    static void require(boolean right, String what) {
        if (!right) {
            throw new IllegalArgumentException(what);
        }
    }
}
