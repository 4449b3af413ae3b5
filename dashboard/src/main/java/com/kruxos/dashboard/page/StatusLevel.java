package com.kruxos.dashboard.page;

/** The severity of a health check, from best to worst. */
public enum StatusLevel {
    GREEN,
    /** Works, and could be improved. Only for a single check, never for the appliance. */
    ADVICE,
    YELLOW,
    RED;

    /** The word next to the colour, for readers who cannot see the colour. */
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
