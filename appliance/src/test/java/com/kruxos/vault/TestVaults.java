package com.kruxos.vault;

import com.kruxos.store.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/** Homes with nothing in them but a vault. */
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

    /** What the vault lends under a name, as text. */
    static String lendText(Vault vault, SecretName name) {
        try (var lease = vault.lend(name).orElseThrow()) {
            return new String(lease.value(), StandardCharsets.UTF_8);
        }
    }
}
