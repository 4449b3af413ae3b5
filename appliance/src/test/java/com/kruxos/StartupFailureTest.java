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

/** A start that cannot be good ends with a clear reason and a hint, and changes nothing. */
class StartupFailureTest {
    private static final String SECRET = "still-there-afterwards";

    @TempDir
    Path folder;

    private HomeDirectory home;

    @BeforeEach
    void aHomeWithASecret() {
        home = new HomeDirectory(folder.resolve("home"));
        try (var trial = TestAppliance.start(home.folder())) {
            trial.putSecret("a/b", SECRET);
        }
    }

    /** Row P4: red without the check of the mode in the vault's reading of the identity file. */
    @Test
    void aKeyFileOthersCanReadIsRefused() throws IOException {
        var key = KeyFiles.in(home.folder()).identityFile();
        for (var mode : new String[] {"rw-r--r--", "rw----r--", "rw--w----"}) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));
            assertTrouble(startFails(), VaultLocked.class);
        }
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertStillGood();
    }

    /** Row P9: red without the comparison of the root's id in {@code Vault.open}. */
    @Test
    void aLostOrForeignKeyIsRefusedAndTheExpectedOneNamed() throws IOException {
        var key = KeyFiles.in(home.folder()).identityFile();
        var kept = Files.readAllBytes(key);
        Files.delete(key);
        assertThat(assertTrouble(startFails(), VaultLocked.class).detail()).contains("age1");
        assertThat(key).as("no new key is made over a vault that has one").doesNotExist();

        var other = new HomeDirectory(folder.resolve("other"));
        HomeInitializer.initialize(other, KeyFiles.in(other.folder()), InstantSource.system());
        Files.copy(KeyFiles.in(other.folder()).identityFile(), key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThat(assertTrouble(startFails(), VaultLocked.class).detail()).contains("age1");

        Files.write(key, kept);
        assertStillGood();
    }

    /** The key of the certificate, like the vault's: red when Appliance opens it as somebody else, or not at all. */
    @Test
    void aCertificatesKeyOthersCanReadIsRefused() throws IOException {
        var key = home.tls().resolve("key.pem");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(assertTrouble(startFails(), CannotUseCertificate.class).hint())
                .contains("chmod 600");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertStillGood();
    }

    @Test
    void aTrustedCertificateThatCannotBeReadIsNamed() {
        var missing = folder.resolve("missing.pem");
        var failure = catchThrowable(() -> Appliance.start(
                Config.defaults().withPort(0).withTrustedCertificates(List.of(missing)),
                home,
                KeyFiles.in(home.folder()),
                InstantSource.system()));
        assertThat(assertTrouble(failure, CannotUseCertificate.class).detail()).contains(missing.toString());
        assertStillGood();
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var failure = catchThrowable(() -> Appliance.start(
                    Config.defaults().withPort(taken.getLocalPort()),
                    home,
                    KeyFiles.in(home.folder()),
                    InstantSource.system()));
            var trouble = assertTrouble(failure, ListenFailed.class);
            assertThat(trouble.detail()).contains(":" + taken.getLocalPort());
            assertThat(trouble.hint()).contains("--port-offset");
        }
        assertStillGood();
    }

    @Test
    void aSecondApplianceOnTheSameHomeIsRefused() {
        try (var first = TestAppliance.start(home.folder())) {
            assertTrouble(startFails(), UnusableHome.class);
            assertThat(first.adminClient().get("/status").status()).isEqualTo(200);
        }
    }

    @Test
    void aDamagedDatabaseIsRefusedNeverReplaced() throws IOException {
        var database = home.database();
        var kept = Files.readAllBytes(database);
        Files.writeString(database, "this was a database once, and somebody wrote a letter over its beginning");
        Files.deleteIfExists(home.folder().resolve("kruxos.db-wal"));
        assertTrouble(startFails(), DatabaseOpenFailed.class);
        assertThat(Files.readString(database)).startsWith("this was a database once");
        Files.write(database, kept);
        assertStillGood();
    }

    @Test
    void aDamagedAuditIsRefusedNeverReplaced() throws IOException {
        var bytes = Files.readAllBytes(home.audit());
        var damaged = bytes.clone();
        Arrays.fill(damaged, 0, 2_000, (byte) 7);
        Files.write(home.audit(), damaged);
        var trouble = StartupFailure.of(startFails());
        assertThat(trouble.detail()).contains("audit");
        assertThat(trouble.hint()).isNotBlank();
        assertThat(Files.readAllBytes(home.audit())).isEqualTo(damaged);
    }

    @Test
    void aNewerHomeIsRefused() {
        var database = com.kruxos.store.Database.open(home.database());
        database.write(handle -> handle.execute("update schema_version set version = 99"));
        database.close();
        assertThat(assertTrouble(startFails(), DatabaseOpenFailed.class).detail())
                .contains("newer");
    }

    @Test
    void aConfigurationWithUnknownKeysOrASecretIsRefused() throws IOException {
        Files.writeString(home.config(), "gatewy: {}\napi_key: abc\n");
        var failure = catchThrowable(() -> ServeSupport.config(home, 0));
        assertThat(assertTrouble(failure, InvalidConfig.class).detail())
                .contains("gatewy")
                .contains("api_key");
    }

    @Test
    void aFolderThatHoldsSomethingElseIsNotTaken() throws IOException {
        var stranger = Files.createDirectories(folder.resolve("stranger"));
        Files.writeString(stranger.resolve("thesis.txt"), "mine");
        var failure = catchThrowable(() ->
                HomeInitializer.initialize(new HomeDirectory(stranger), KeyFiles.in(stranger), InstantSource.system()));
        assertThat(assertTrouble(failure, UnusableHome.class).detail()).contains("thesis.txt");
        assertThat(stranger.resolve("kruxos.db")).doesNotExist();
    }

    /** Red when Main looks at exceptions only: doors that were open would stay, and nothing behind them. */
    @Test
    void aPartThatIsMissingEndsItAll() throws Exception {
        var output = folder.resolve("output");
        var started = InstalledAppliance.withoutJar("jte-runtime")
                .serve(InstalledAppliance.prepareHome(folder.resolve("other"), 0), output);
        assertThat(started.waitFor(60, TimeUnit.SECONDS))
                .as("it ended by itself")
                .isTrue();
        assertThat(started.exitValue()).isEqualTo(1);
        assertThat(output).content().contains("error: a part of the program", "gg/jte", "hint: install it again");
    }

    /** Tests run as root, whom no mode stops: a read-only bind mount does. */
    @Test
    void aHomeThatCannotBeWrittenIsRefused() throws Exception {
        var cannot = SystemInfo.effectiveUserId() != 0
                || !mount("--bind", home.folder().toString(), home.folder().toString());
        if (cannot && "true".equals(System.getenv("CI")) && SystemInfo.effectiveUserId() == 0) {
            // Some sandboxes forbid mounts even to root: then a folder in the way shows the same.
            var file = Files.createFile(folder.resolve("file"));
            var failure = catchThrowable(() -> HomeInitializer.initialize(
                    new HomeDirectory(file.resolve("home")),
                    KeyFiles.in(file.resolve("home")),
                    InstantSource.system()));
            assertTrouble(failure, UnusableHome.class);
            return;
        }
        assumeTrue(!cannot, "a bind mount is needed, and we may not make one");
        try {
            assertThat(mount("-o", "remount,ro,bind", home.folder().toString())).isTrue();
            var trouble = assertTrouble(startFails(), UnusableHome.class);
            assertThat(trouble.detail()).contains(home.folder().toString());
        } finally {
            new ProcessBuilder("umount", home.folder().toString()).start().waitFor();
        }
        assertStillGood();
    }

    private Throwable startFails() {
        var failure = catchThrowable(() -> Appliance.start(
                        Config.defaults().withPort(0), home, KeyFiles.in(home.folder()), InstantSource.system())
                .close());
        assertThat(failure).as("the start must fail").isNotNull();
        return failure;
    }

    private static StartupFailure assertTrouble(Throwable failure, Class<?> kind) {
        assertThat(failure).isInstanceOf(kind);
        var trouble = StartupFailure.of(failure);
        assertThat(trouble.detail()).isNotBlank().doesNotContain(SECRET);
        assertThat(trouble.hint()).isNotBlank();
        return trouble;
    }

    private void assertStillGood() {
        try (var trial = TestAppliance.start(home.folder())) {
            assertThat(trial.adminClient().get("/secrets/a/b").body()).isEqualTo(SECRET);
        }
    }

    private static boolean mount(String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(java.util.List.of("mount"));
        command.addAll(java.util.List.of(arguments));
        return new ProcessBuilder(command).start().waitFor() == 0;
    }
}
