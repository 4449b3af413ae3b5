package com.kruxos.process;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The environment variable that marks a child and its descendants: {@code KRUXOS_CHILD=<installation>:<child>}. Most
 * programs pass their environment on, so it also identifies descendants that left the process group and the session.
 */
record ChildMarker(String installationId, String childId) {
    static final String VARIABLE = "KRUXOS_CHILD";

    private static final SecureRandom RANDOM = new SecureRandom();

    ChildMarker {
        if (!installationId.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("an installation id has 1 to 64 of A-Z a-z 0-9 - _");
        }
    }

    static ChildMarker random(String installationId) {
        var bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return new ChildMarker(installationId, HexFormat.of().formatHex(bytes));
    }

    String value() {
        return installationId + ":" + childId;
    }

    /** {@code NAME=value}, as in {@code /proc/PID/environ}. */
    String environmentEntry() {
        return VARIABLE + "=" + value();
    }
}
