package com.kruxos.audit;

/**
 * Whether records can be written.
 *
 * @param reason empty when green
 * @param hint what a person can do; empty when green
 */
public record Health(State state, String reason, String hint) {
    /**
     * YELLOW: records are written, but there is no reserve for the day the disk is full. RED: nothing new is recorded.
     */
    public enum State {
        GREEN,
        YELLOW,
        RED
    }

    static final Health GREEN = new Health(State.GREEN, "", "");
}
