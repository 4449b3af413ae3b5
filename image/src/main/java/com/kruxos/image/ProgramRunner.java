package com.kruxos.image;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs with an environment of their own: nothing of the builder's is in it but the way to programs. */
final class ProgramRunner {
    private static final long PATIENCE_SECONDS = 180;

    private final Path home;
    private final Path log;

    /**
     * @param home stands for the person's
     * @param log takes what is said to the error output
     */
    ProgramRunner(Path home, Path log) {
        this.home = home;
        this.log = log;
    }

    /** Runs to the end and gives back what came out; anything but success is an exception. */
    String run(List<String> words, String input) throws IOException, InterruptedException {
        var said = Files.createTempFile(home, "said", ".txt");
        var process = builder(words, Map.of()).redirectOutput(said.toFile()).start();
        try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
            in.write(input);
        }
        await(process, words.getLast());
        return Files.readString(said).strip();
    }

    /** Starts what goes on until it is told to end. */
    Process start(List<String> words, Map<String, String> more) throws IOException {
        return builder(words, more)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Waits for an end in good order. */
    void await(Process process, String what) throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(what + " does not end; see " + log);
        }
        // Told to end by SIGTERM, Java says 128 and the signal's number.
        if (process.exitValue() != 0 && process.exitValue() != 143) {
            throw new IOException(what + " ended with " + process.exitValue() + "; see " + log);
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
