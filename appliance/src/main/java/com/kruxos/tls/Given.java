package com.kruxos.tls;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/** A key and its certificates as somebody sent them, in one text. */
final class Given {
    private static final String HINT = "give a certificate that counts now";

    private Given() {}

    /** @throws Unusable when the two would not be shown, or clients would not take them now */
    static Pair pair(byte[] text, Instant now) throws Unusable {
        var rest = Pem.withoutKey(text);
        try {
            var chain = Pem.certificates(new String(rest, StandardCharsets.ISO_8859_1));
            var pair = Pair.of(Pem.key(text, Pair.algorithm(chain.getFirst())), chain);
            var begins = pair.certificate().getNotBefore().toInstant();
            var ends = pair.certificate().getNotAfter().toInstant();
            if (!now.isBefore(ends)) {
                throw new Unusable("ended at " + ends.truncatedTo(ChronoUnit.SECONDS), HINT);
            }
            if (now.isBefore(begins)) {
                throw new Unusable("begins only at " + begins.truncatedTo(ChronoUnit.SECONDS), HINT);
            }
            return pair;
        } finally {
            Arrays.fill(rest, (byte) 0);
        }
    }
}
