package com.kruxos.vault;

import static com.kruxos.vault.TestVaults.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Independent programs read the format: {@code age} decrypts the slot, and {@code docs/wire/open_vault.py} decrypts the
 * records and agrees with the test vectors. Fails after any change of the format, also one that is made in both
 * directions of the Java code and passes every other test.
 */
@Timeout(120)
class VaultInteropTest {
    private static final Path SCRIPT = Path.of("..", "docs", "wire", "open_vault.py");

    @TempDir
    Path home;

    @Test
    void ageDecryptsTheSlot() throws Exception {
        requireProgram("age", "age --version", "apt-get install age");
        var files = KeyFiles.in(home);
        try (var root = Keyring.create(files, TestVaults.CLOCK, _ -> {})) {
            var opened = run(
                    "age",
                    "-d",
                    "-i",
                    files.identityFile().toString(),
                    files.slotFile().toString());
            assertThat(opened.status).isZero();
            assertThat(opened.output).isEqualTo(root.encode());
        }
    }

    @Test
    void theDecryptorAgreesWithTheTestVectors() throws Exception {
        var python = python();
        var vectors = Path.of("src", "test", "resources", "com", "kruxos", "vault", "vectors");
        var checked = run(python, "-B", SCRIPT.toString(), "--vectors", vectors.toString());
        assertThat(checked.text()).matches("[1-9][0-9]+ vectors, 0 wrong\n");
        assertThat(checked.status).isZero();
    }

    @Test
    void theDecryptorOpensAHome() throws Exception {
        var python = python();
        requireProgram("age", "age --version", "apt-get install age");
        var value = RandomBytes.generate(300);
        try (var database = TestVaults.openDatabase(home);
                var vault = TestVaults.create(database, home)) {
            vault.createSpace("default");
            vault.put(SecretName.of("default", "github/token"), utf8("first value"), false);
            vault.put(SecretName.of("default", "github/token"), value, false);
            vault.put(new SecretName("default", "agent:a1", "mail", "password"), utf8("hunter2hunter2"), false);
            vault.systemKey("pepper").close();
        }
        var listed = run(python, "-B", SCRIPT.toString(), home.toString());
        assertThat(listed.text().lines().toList())
                .contains(
                        "default agent:a1 mail/password 1 " + digest(utf8("hunter2hunter2")),
                        "default space github/token 2 " + digest(value))
                .hasSize(3)
                .anyMatch(line -> line.startsWith("system space pepper/value 1 "));
        assertThat(listed.text()).doesNotContain("hunter2");
        assertThat(listed.status).isZero();
        assertThat(run(python, "-B", SCRIPT.toString(), home.toString(), "--values")
                        .text())
                .contains("b'hunter2hunter2'");
    }

    @Test
    void theDecryptorReportsDamagedRecords() throws Exception {
        var python = python();
        requireProgram("age", "age --version", "apt-get install age");
        try (var database = TestVaults.openDatabase(home);
                var vault = TestVaults.create(database, home)) {
            vault.createSpace("default");
            vault.put(SecretName.of("default", "github/token"), utf8("first value"), false);
            vault.put(SecretName.of("default", "other/token"), utf8("other value"), false);
            database.write(handle -> handle.execute("UPDATE vault_record SET version = 9 WHERE scope = 'github'"));
        }
        var listed = run(python, "-B", SCRIPT.toString(), home.toString());
        assertThat(listed.status).isEqualTo(1);
        assertThat(listed.text())
                .contains("default space github/token 9 DOES NOT OPEN: commitment")
                .contains("default space other/token 1 " + digest(utf8("other value")));
    }

    /** The distribution's Python first, because it has the distribution's cryptography package. */
    private static String python() throws Exception {
        for (var python : List.of("/usr/bin/python3", "python3")) {
            if (succeeds(python, "-c", "import cryptography")) {
                return python;
            }
        }
        failOrSkip("python3 with its cryptography package", "apt-get install python3-cryptography");
        throw new AssertionError();
    }

    private static void requireProgram(String program, String trial, String remedy) throws Exception {
        if (!succeeds(trial.split(" "))) {
            failOrSkip(program, remedy);
        }
    }

    /** In CI a missing program is a failure; elsewhere the test is skipped with a message. */
    private static void failOrSkip(String program, String remedy) {
        var message = "this test needs " + program + ": " + remedy;
        assertThat(System.getenv("CI")).as(message).isNotEqualTo("true");
        assumeTrue(false, message);
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return run(command).status == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static ProgramOutput run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(new ArrayList<>(Arrays.asList(command)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        var output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new ProgramOutput(process.exitValue(), output);
    }

    private static String digest(byte[] value) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
    }

    private static final class ProgramOutput {
        final int status;
        final byte[] output;

        ProgramOutput(int status, byte[] output) {
            this.status = status;
            this.output = output;
        }

        String text() {
            return new String(output, StandardCharsets.UTF_8);
        }
    }
}
