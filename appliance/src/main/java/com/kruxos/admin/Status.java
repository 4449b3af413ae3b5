package com.kruxos.admin;

import java.util.List;

/**
 * How the appliance is.
 *
 * @param records how many records the audit holds
 * @param head the hash of the last one, in hex; empty when there is none
 */
public record Status(Facts facts, List<Check> checks, Counts counts, long records, String head) {
    /** How much there is of everything, over all Spaces. */
    public record Counts(int spaces, int agents, int servers, int sessions, int secrets) {}

    public Status {
        checks = List.copyOf(checks);
    }

    public Check.Level level() {
        return Check.worst(checks);
    }
}
