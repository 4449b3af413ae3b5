package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The verifier in Python, which shares no code with ours. Both must agree. */
final class PythonVerifier {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Path SCRIPT = Path.of("..", "docs", "wire", "verify_audit.py");

    /** @param output without its line end */
    record VerifierOutput(int exit, String output) {}

    private PythonVerifier() {}

    /** Skips the test where Python is not installed; fails it there when CI=true. */
    static void requirePython() {
        if (!Files.isExecutable(PYTHON)) {
            assertThat(System.getenv("CI")).as("CI must have /usr/bin/python3").isNotEqualTo("true");
            Assumptions.abort("skipped: there is no /usr/bin/python3 here");
        }
    }

    static VerifierOutput run(String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(Stream.of(PYTHON.toString(), "-B", SCRIPT.toString()), Stream.of(arguments))
                .toList();
        return run(command);
    }

    private static VerifierOutput run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new VerifierOutput(process.exitValue(), output.strip());
    }
}
