package com.kruxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.kruxos.config.Config;
import com.kruxos.config.InvalidConfig;
import com.kruxos.os.SystemInfo;
import com.kruxos.peers.InstalledAppliance;
import com.kruxos.peers.TestAppliance;
import com.kruxos.store.DatabaseOpenFailed;
import com.kruxos.tls.CannotUseCertificate;
import com.kruxos.vault.KeyFiles;
import com.kruxos.vault.VaultLocked;
import com.kruxos.web.ListenFailed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failing start gives a reason and a hint, and changes nothing. */
class StartupFailureTest {
    private static final String SECRET = "unchanged-after-a-failed-start";

    @TempDir
    Path folder;

    private HomeDirectory home;

    @BeforeEach
    void createHomeWithASecret() {
        home = new HomeDirectory(folder.resolve("home"));
        try (var appliance = TestAppliance.start(home.folder())) {
            appliance.putSecret("a/b", SECRET);
        }
    }

    /** A key file that others can read is refused. Fails without the check of its mode in the vault. */
    @Test
    void aKeyFileThatOthersCanReadIsRefused() throws IOException {
        var key = KeyFiles.in(home.folder()).identityFile();
        for (var mode : new String[] {"rw-r--r--", "rw----r--", "rw--w----"}) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));
            assertFailure(startFails(), VaultLocked.class);
        }
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertUnchanged();
    }

    /**
     * A missing or wrong key stops the start. Fails without the comparison of the root key id in {@code Vault.open}.
     */
    @Test
    void aMissingOrWrongKeyIsRefusedAndTheExpectedOneIsNamed() throws IOException {
        var key = KeyFiles.in(home.folder()).identityFile();
        var kept = Files.readAllBytes(key);
        Files.delete(key);
        assertThat(assertFailure(startFails(), VaultLocked.class).detail()).contains("age1");
        assertThat(key).as("no new key is created for an existing vault").doesNotExist();

        var other = new HomeDirectory(folder.resolve("other"));
        HomeInitializer.initialize(other, KeyFiles.in(other.folder()), InstantSource.system());
        Files.copy(KeyFiles.in(other.folder()).identityFile(), key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThat(assertFailure(startFails(), VaultLocked.class).detail()).contains("age1");

        Files.write(key, kept);
        assertUnchanged();
    }

    /** Fails if Appliance does not check the certificate's key at start. */
    @Test
    void aCertificateKeyThatOthersCanReadIsRefused() throws IOException {
        var key = home.tls().resolve("key.pem");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(assertFailure(startFails(), CannotUseCertificate.class).hint())
                .contains("chmod 600");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertUnchanged();
    }

    @Test
    void anUnreadableTrustedCertificateIsNamed() {
        var missing = folder.resolve("missing.pem");
        var failure = catchThrowable(() -> Appliance.start(
                Config.defaults().withPort(0).withTrustedCertificates(List.of(missing)),
                home,
                KeyFiles.in(home.folder()),
                InstantSource.system()));
        assertThat(assertFailure(failure, CannotUseCertificate.class).detail()).contains(missing.toString());
        assertUnchanged();
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var failure = catchThrowable(() -> Appliance.start(
                    Config.defaults().withPort(taken.getLocalPort()),
                    home,
                    KeyFiles.in(home.folder()),
                    InstantSource.system()));
            var described = assertFailure(failure, ListenFailed.class);
            assertThat(described.detail()).contains(":" + taken.getLocalPort());
            assertThat(described.hint()).contains("--port-offset");
        }
        assertUnchanged();
    }

    @Test
    void aSecondApplianceOnTheSameHomeIsRefused() {
        try (var first = TestAppliance.start(home.folder())) {
            assertFailure(startFails(), UnusableHome.class);
            assertThat(first.adminClient().get("/status").status()).isEqualTo(200);
        }
    }

    @Test
    void aDamagedDatabaseIsRefusedAndNotReplaced() throws IOException {
        var database = home.database();
        var kept = Files.readAllBytes(database);
        Files.writeString(database, "this text overwrites the header of a database");
        Files.deleteIfExists(home.folder().resolve("kruxos.db-wal"));
        assertFailure(startFails(), DatabaseOpenFailed.class);
        assertThat(Files.readString(database)).startsWith("this text overwrites");
        Files.write(database, kept);
        assertUnchanged();
    }

    @Test
    void aDamagedAuditLogIsRefusedAndNotReplaced() throws IOException {
        var bytes = Files.readAllBytes(home.audit());
        var damaged = bytes.clone();
        Arrays.fill(damaged, 0, 2_000, (byte) 7);
        Files.write(home.audit(), damaged);
        var described = StartupFailure.of(startFails());
        assertThat(described.detail()).contains("audit");
        assertThat(described.hint()).isNotBlank();
        assertThat(Files.readAllBytes(home.audit())).isEqualTo(damaged);
    }

    @Test
    void aNewerHomeIsRefused() {
        var database = com.kruxos.store.Database.open(home.database());
        database.write(handle -> handle.execute("update schema_version set version = 99"));
        database.close();
        assertThat(assertFailure(startFails(), DatabaseOpenFailed.class).detail())
                .contains("newer");
    }

    @Test
    void aConfigurationWithUnknownKeysOrASecretIsRefused() throws IOException {
        Files.writeString(home.config(), "gatewy: {}\napi_key: abc\n");
        var failure = catchThrowable(() -> ServeSupport.config(home, 0));
        assertThat(assertFailure(failure, InvalidConfig.class).detail())
                .contains("gatewy")
                .contains("api_key");
    }

    @Test
    void aFolderWithForeignFilesIsRefused() throws IOException {
        var foreign = Files.createDirectories(folder.resolve("foreign"));
        Files.writeString(foreign.resolve("thesis.txt"), "mine");
        var failure = catchThrowable(() ->
                HomeInitializer.initialize(new HomeDirectory(foreign), KeyFiles.in(foreign), InstantSource.system()));
        assertThat(assertFailure(failure, UnusableHome.class).detail()).contains("thesis.txt");
        assertThat(foreign.resolve("kruxos.db")).doesNotExist();
    }

    /** Fails if Main catches only exceptions: an Error would leave open ports without a service. */
    @Test
    void aMissingJarEndsTheProcess() throws Exception {
        var output = folder.resolve("output");
        var started = InstalledAppliance.withoutJar("jetty-unixdomain-server")
                .serve(InstalledAppliance.prepareHome(folder.resolve("other"), 0), output);
        assertThat(started.waitFor(60, TimeUnit.SECONDS))
                .as("the process ended by itself")
                .isTrue();
        assertThat(started.exitValue()).isEqualTo(1);
        assertThat(output)
                .content()
                .contains(
                        "error: a class of the program", "org/eclipse/jetty/unixdomain", "hint: install KruxOS again");
    }

    /** Root ignores file modes, so the test uses a read-only bind mount. */
    @Test
    void aReadOnlyHomeIsRefused() throws Exception {
        var cannot = SystemInfo.effectiveUserId() != 0
                || !mount("--bind", home.folder().toString(), home.folder().toString());
        if (cannot && "true".equals(System.getenv("CI")) && SystemInfo.effectiveUserId() == 0) {
            // Some sandboxes forbid mounts even to root: then a file in place of the folder has the same effect.
            var file = Files.createFile(folder.resolve("file"));
            var failure = catchThrowable(() -> HomeInitializer.initialize(
                    new HomeDirectory(file.resolve("home")),
                    KeyFiles.in(file.resolve("home")),
                    InstantSource.system()));
            assertFailure(failure, UnusableHome.class);
            return;
        }
        assumeTrue(!cannot, "this test needs a bind mount, which is not permitted here");
        try {
            assertThat(mount("-o", "remount,ro,bind", home.folder().toString())).isTrue();
            var described = assertFailure(startFails(), UnusableHome.class);
            assertThat(described.detail()).contains(home.folder().toString());
        } finally {
            new ProcessBuilder("umount", home.folder().toString()).start().waitFor();
        }
        assertUnchanged();
    }

    private Throwable startFails() {
        var failure = catchThrowable(() -> Appliance.start(
                        Config.defaults().withPort(0), home, KeyFiles.in(home.folder()), InstantSource.system())
                .close());
        assertThat(failure).as("the start must fail").isNotNull();
        return failure;
    }

    private static StartupFailure assertFailure(Throwable failure, Class<?> kind) {
        assertThat(failure).isInstanceOf(kind);
        var described = StartupFailure.of(failure);
        assertThat(described.detail()).isNotBlank().doesNotContain(SECRET);
        assertThat(described.hint()).isNotBlank();
        return described;
    }

    private void assertUnchanged() {
        try (var appliance = TestAppliance.start(home.folder())) {
            assertThat(appliance.adminClient().get("/secrets/a/b").body()).isEqualTo(SECRET);
        }
    }

    private static boolean mount(String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(java.util.List.of("mount"));
        command.addAll(java.util.List.of(arguments));
        return new ProcessBuilder(command).start().waitFor() == 0;
    }
}
