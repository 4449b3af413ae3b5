package com.kruxos.vault;

import com.kruxos.store.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/** Vaults in otherwise empty homes. */
public final class TestVaults {
    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T10:00:00Z"));

    private TestVaults() {}

    static Database openDatabase(Path home) {
        return Database.open(home.resolve("kruxos.db"));
    }

    static Vault create(Database database, Path home) {
        return Vault.create(database, KeyFiles.in(home), CLOCK);
    }

    static Vault open(Database database, Path home) {
        return Vault.open(database, KeyFiles.in(home), CLOCK);
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Lends a secret and returns it as text. */
    static String lendText(Vault vault, SecretName name) {
        try (var lease = vault.lend(name).orElseThrow()) {
            return new String(lease.value(), StandardCharsets.UTF_8);
        }
    }

    /** A lease of a value that is in no vault. */
    public static Lease newLease(byte[] value) {
        return new Lease(SecretName.of("default", "some/secret"), 1, new SharedPlaintext(value));
    }
}
