package com.kruxos.demo;

import java.io.Console;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** The secret that the demonstration lends: typed by the user, or random without a terminal. */
final class DemoSecret implements AutoCloseable {
    private final byte[] bytes;
    private final String how;

    private DemoSecret(byte[] bytes, String how) {
        this.bytes = bytes;
        this.how = how;
    }

    static DemoSecret read() {
        return terminal().map(DemoSecret::prompt).orElseGet(DemoSecret::random);
    }

    static Optional<Console> terminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }

    private static DemoSecret prompt(Console console) {
        var typed =
                console.readPassword("Type any secret of 8 characters or more (not shown; Enter for a random one): ");
        if (typed == null || typed.length == 0) {
            return random();
        }
        var encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
        var bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        encoded.rewind();
        encoded.put(new byte[bytes.length]);
        Arrays.fill(typed, '\0');
        return new DemoSecret(bytes, "secret you typed");
    }

    byte[] bytes() {
        return bytes;
    }

    String description() {
        return how;
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }

    private static DemoSecret random() {
        var raw = new byte[24];
        new SecureRandom().nextBytes(raw);
        return new DemoSecret(Base64.getUrlEncoder().withoutPadding().encode(raw), "random secret");
    }
}
