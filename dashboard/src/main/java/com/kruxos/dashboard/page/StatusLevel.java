package com.kruxos.dashboard.page;

/** How well something is, in order of how bad it is. */
public enum StatusLevel {
    GREEN,
    /** It is well, and could be better; never of the whole. */
    ADVICE,
    YELLOW,
    RED;

    /** The word that stands beside the colour, so that nobody has to see it. */
    public String label() {
        return switch (this) {
            case GREEN -> "ok";
            case ADVICE -> "advice";
            case YELLOW -> "warning";
            case RED -> "problem";
        };
    }

    public String cssClass() {
        return switch (this) {
            case GREEN -> "good";
            case ADVICE -> "plain";
            case YELLOW -> "warn";
            case RED -> "bad";
        };
    }
}
