package com.kruxos.tls;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/** A key and its certificates as somebody sent them, in one text. */
final class PemBundle {
    private static final String VALIDITY_HINT = "give a certificate that counts now";

    private PemBundle() {}

    /** @throws InvalidTlsFile when the two would not be shown, or clients would not take them now */
    static CertifiedKey parse(byte[] text, Instant now) throws InvalidTlsFile {
        var rest = Pem.blankKey(text);
        try {
            var chain = Pem.parseCertificates(new String(rest, StandardCharsets.ISO_8859_1));
            var pair = CertifiedKey.of(Pem.parsePrivateKey(text, CertifiedKey.keyAlgorithm(chain.getFirst())), chain);
            var begins = pair.certificate().getNotBefore().toInstant();
            var ends = pair.certificate().getNotAfter().toInstant();
            if (!now.isBefore(ends)) {
                throw new InvalidTlsFile("ended at " + ends.truncatedTo(ChronoUnit.SECONDS), VALIDITY_HINT);
            }
            if (now.isBefore(begins)) {
                throw new InvalidTlsFile("begins only at " + begins.truncatedTo(ChronoUnit.SECONDS), VALIDITY_HINT);
            }
            return pair;
        } finally {
            Arrays.fill(rest, (byte) 0);
        }
    }
}
