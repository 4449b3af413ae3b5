package com.kruxos.process;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The variable by which a child and whatever it starts is recognised: {@code KRUXOS_CHILD=<home>:<child>}. Programs
 * pass their environment on without thinking, so it reaches grandchildren that left group and session.
 */
record ChildMarker(String installationId, String childId) {
    static final String VARIABLE = "KRUXOS_CHILD";

    private static final SecureRandom RANDOM = new SecureRandom();

    ChildMarker {
        if (!installationId.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("a home id is 1 to 64 of A-Z a-z 0-9 - _");
        }
    }

    static ChildMarker random(String home) {
        var bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return new ChildMarker(home, HexFormat.of().formatHex(bytes));
    }

    String value() {
        return installationId + ":" + childId;
    }

    /** As it stands in an environment. */
    String environmentEntry() {
        return VARIABLE + "=" + value();
    }
}
