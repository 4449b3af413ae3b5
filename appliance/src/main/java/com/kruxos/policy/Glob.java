package com.kruxos.policy;

/** A pattern in which {@code *} matches any characters, including none. All other characters match themselves. */
public record Glob(String pattern) {
    public static final Glob ANY = new Glob("*");

    /** Linear in the name for one star, and at worst name times pattern, so that no name makes it slow. */
    boolean matches(String name) {
        var at = 0;
        var in = 0;
        var star = -1;
        var retry = 0;
        while (at < name.length()) {
            if (in < pattern.length() && pattern.charAt(in) == '*') {
                star = in++;
                retry = at;
            } else if (in < pattern.length() && pattern.charAt(in) == name.charAt(at)) {
                in++;
                at++;
            } else if (star >= 0) {
                in = star + 1;
                at = ++retry;
            } else {
                return false;
            }
        }
        while (in < pattern.length() && pattern.charAt(in) == '*') {
            in++;
        }
        return in == pattern.length();
    }
}
