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
 * Makes an empty folder a home: keys, databases, the Space {@code default}. Asks nobody anything. A preparation that
 * was cut short is taken up where it stopped.
 */
public final class HomeInitializer {
    private HomeInitializer() {}

    /**
     * Prepares {@code home} unless that was done before.
     *
     * @throws UnusableHome when something that is not ours lies there, or we may not write
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
                    home.folder() + " cannot be written: " + e.getMessage(),
                    "choose a folder you may write with --home",
                    e);
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
            // Made now, so that a home is complete before anything is served from it.
            vault.systemKey("pepper").close();
            vault.systemKey("audit-digest").close();
            var _ = ServerCertificate.open(
                    home.tls(), Set.of(), SystemInfo.hostName(), SystemInfo.effectiveUserId(), clock);
        }
    }

    private static void refuseForeignFiles(HomeDirectory home) throws IOException {
        try (Stream<Path> files = Files.list(home.folder())) {
            var ours = Set.of("run", "keyring", "kruxos.yaml", "tls", "kruxos.db", "kruxos.db-wal", "kruxos.db-shm");
            var stranger = files.map(file -> file.getFileName().toString())
                    .filter(name -> !ours.contains(name))
                    .findFirst();
            if (stranger.isPresent()) {
                throw new UnusableHome(
                        home.folder() + " holds " + stranger.get() + ", which is not ours",
                        "name an empty or missing folder with --home",
                        null);
            }
        }
    }
}
