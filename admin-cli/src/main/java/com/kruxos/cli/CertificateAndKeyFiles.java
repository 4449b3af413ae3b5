package com.kruxos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a certificate and its key from their files into one PEM text for the API. */
final class CertificateAndKeyFiles {
    /** The limit of the API. */
    private static final int MAX_BYTES = 64 << 10;

    private CertificateAndKeyFiles() {}

    /** The caller wipes the result. */
    static byte[] read(Path certificate, Path key) {
        var room = new byte[MAX_BYTES + 1];
        try {
            var first = readInto(room, 0, key);
            if (first < room.length) {
                room[first] = '\n';
            }
            var length = readInto(room, Math.min(first + 1, room.length), certificate);
            if (length > MAX_BYTES) {
                throw CommandFailure.usage("the two files are larger than 64 KiB", "give one key and its certificates");
            }
            return Arrays.copyOf(room, length);
        } finally {
            Arrays.fill(room, (byte) 0);
        }
    }

    private static int readInto(byte[] room, int from, Path file) {
        try (var in = Files.newInputStream(file)) {
            return from + in.readNBytes(room, from, room.length - from);
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read " + file, "check that it exists and that you may read it");
        }
    }
}
