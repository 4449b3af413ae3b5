package com.kruxos.image;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs with a clean environment that contains only PATH and HOME. */
final class ProgramRunner {
    private static final long TIMEOUT_SECONDS = 180;

    private final Path home;
    private final Path log;

    /**
     * @param home the value of HOME
     * @param log receives stderr
     */
    ProgramRunner(Path home, Path log) {
        this.home = home;
        this.log = log;
    }

    /** Runs a program and returns its stdout; a failure is an exception. */
    String run(List<String> words, String input) throws IOException, InterruptedException {
        var output = Files.createTempFile(home, "output", ".txt");
        var process = builder(words, Map.of()).redirectOutput(output.toFile()).start();
        try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
            in.write(input);
        }
        await(process, words.getLast());
        return Files.readString(output).strip();
    }

    /** Starts a program that runs until it is stopped. */
    Process start(List<String> words, Map<String, String> more) throws IOException {
        return builder(words, more)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Waits for a successful exit. */
    void await(Process process, String what) throws IOException, InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(what + " does not exit; see " + log);
        }
        // After SIGTERM, Java exits with 128 plus the number of the signal.
        if (process.exitValue() != 0 && process.exitValue() != 143) {
            throw new IOException(what + " exited with " + process.exitValue() + "; see " + log);
        }
    }

    private ProcessBuilder builder(List<String> words, Map<String, String> more) {
        var builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        var path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path == null ? "/usr/bin" + File.pathSeparator + "/bin" : path);
        builder.environment().put("HOME", home.toString());
        builder.environment().putAll(more);
        return builder;
    }
}
