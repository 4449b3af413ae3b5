package com.kruxos;

import com.kruxos.identity.Spaces;
import com.kruxos.os.SystemInfo;
import com.kruxos.store.Database;
import com.kruxos.tls.ServerCertificate;
import com.kruxos.vault.KeyFiles;
import com.kruxos.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Creates a home in an empty folder: keys, databases, the Space {@code default}. Asks no questions. An interrupted run
 * is continued.
 */
public final class HomeInitializer {
    private HomeInitializer() {}

    /**
     * Prepares {@code home} unless it is already prepared.
     *
     * @throws UnusableHome if the folder contains foreign files or is not writable
     */
    public static void initialize(HomeDirectory home, KeyFiles keys, InstantSource clock) {
        if (home.isPrepared()) {
            return;
        }
        HomeDirectory.privateFolder(home.folder());
        try (var claim = home.lock()) {
            if (home.isPrepared() || !claim.isOpen()) {
                return;
            }
            refuseForeignFiles(home);
            createContents(home, keys, clock);
            Files.writeString(
                    home.preparedMarker(),
                    "prepared by KruxOS " + ProductVersion.text() + "\n",
                    StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new UnusableHome(
                    home.folder() + " is not writable: " + e.getMessage(), "choose a writable folder with --home", e);
        }
    }

    private static void createContents(HomeDirectory home, KeyFiles keys, InstantSource clock) {
        try (var database = Database.open(home.database());
                var vault = Vault.exists(database, keys)
                        ? Vault.open(database, keys, clock)
                        : Vault.create(database, keys, clock)) {
            var spaces = new Spaces(database, clock);
            if (spaces.find(Spaces.DEFAULT_NAME).isEmpty()) {
                spaces.create(Spaces.DEFAULT_NAME);
            }
            for (var space : spaces.list()) {
                vault.createSpace(space.id());
            }
            // Created now, so that the home is complete before anything is served from it.
            vault.systemKey("pepper").close();
            vault.systemKey("audit-digest").close();
            var _ = ServerCertificate.open(
                    home.tls(), Set.of(), SystemInfo.hostName(), SystemInfo.effectiveUserId(), clock);
        }
    }

    private static void refuseForeignFiles(HomeDirectory home) throws IOException {
        try (Stream<Path> files = Files.list(home.folder())) {
            var known = Set.of("run", "keyring", "kruxos.yaml", "tls", "kruxos.db", "kruxos.db-wal", "kruxos.db-shm");
            var foreign = files.map(file -> file.getFileName().toString())
                    .filter(name -> !known.contains(name))
                    .findFirst();
            if (foreign.isPresent()) {
                throw new UnusableHome(
                        home.folder() + " contains " + foreign.get() + ", which does not belong to KruxOS",
                        "choose an empty or missing folder with --home",
                        null);
            }
        }
    }
}
