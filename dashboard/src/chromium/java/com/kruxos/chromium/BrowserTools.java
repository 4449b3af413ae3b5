package com.kruxos.chromium;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * External tools: Debian's Chromium, and from npm axe and the W3C validator, installed once for both modules into the
 * dashboard's {@code target/npm}. If one is missing, the test is skipped with the reason, or fails when CI=true.
 */
public final class BrowserTools {
    private static final Path SOURCE = Path.of("../dashboard/src/chromium/npm");
    private static final Path TARGET = Path.of("../dashboard/target/npm");
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final long INSTALL_MINUTES = 10;

    private BrowserTools() {}

    public static Path chromiumPath() {
        if (!Files.isExecutable(CHROMIUM)) {
            skipOrFail(CHROMIUM + " is missing: apt-get install chromium");
        }
        return CHROMIUM;
    }

    public static String axeScript() {
        install();
        try {
            return Files.readString(TARGET.resolve("node_modules/axe-core/axe.min.js"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path validatorJar() {
        install();
        return TARGET.resolve("node_modules/vnu-jar/build/dist/vnu.jar");
    }

    private static synchronized void install() {
        try {
            Files.createDirectories(TARGET);
            if (Files.mismatch(SOURCE.resolve("package-lock.json"), installedStamp()) == -1) {
                return;
            }
            for (var name : List.of("package.json", "package-lock.json")) {
                Files.copy(SOURCE.resolve(name), TARGET.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
            if (!runsSuccessfully("npm", "ci", "--ignore-scripts", "--no-progress")) {
                skipOrFail("npm ci failed; see " + TARGET.resolve("npm.log"));
            }
            Files.copy(SOURCE.resolve("package-lock.json"), installedStamp(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lock file of the last installation; empty before the first. */
    private static Path installedStamp() throws IOException {
        var stamp = TARGET.resolve("installed.json");
        return Files.exists(stamp) ? stamp : Files.createFile(stamp);
    }

    private static boolean runsSuccessfully(String... command) {
        try {
            var process = new ProcessBuilder(command)
                    .directory(TARGET.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(TARGET.resolve("npm.log").toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void skipOrFail(String reason) {
        if ("true".equals(System.getenv("CI"))) {
            fail(reason);
        }
        abort("skipped: " + reason);
    }
}
