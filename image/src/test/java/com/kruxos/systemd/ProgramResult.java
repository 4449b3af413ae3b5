package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A program that was run to its end, and what it said on both streams. */
record ProgramResult(int exit, String said) {
    private static final long PATIENCE_SECONDS = 600;

    static ProgramResult of(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new ProgramResult(process.exitValue(), said);
    }

    static ProgramResult of(String... command) throws IOException, InterruptedException {
        return of(List.of(command));
    }

    /** What it said; it must have gone well. */
    String well() {
        assertThat(exit).as(said).isZero();
        return said;
    }

    /** Skips the test where a program is missing; where CI=true that is a failure. */
    static void needs(String... programs) {
        for (var program : programs) {
            if (!Files.isExecutable(Path.of("/usr/bin", program))
                    && !Files.isExecutable(Path.of("/usr/sbin", program))) {
                assertThat(System.getenv("CI")).as("CI must have " + program).isNotEqualTo("true");
                Assumptions.abort("skipped: there is no " + program + " here");
            }
        }
    }
}
