package com.kruxos.cli;

import java.io.Closeable;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Plays every transcript, each against an appliance of its own. A subclass says which kind of appliance. */
abstract class TranscriptTest {
    @TempDir
    Path folder;

    /** Starts an appliance with an empty home, listening on its admin socket when this returns. */
    abstract Closeable start(Path home) throws Exception;

    /** What every command finds in its environment, beside the home. */
    Map<String, String> environment(Path home) {
        return Map.of();
    }

    /** Transcripts this kind of appliance cannot play. */
    List<String> skipped() {
        return List.of();
    }

    @TestFactory
    Stream<DynamicTest> playsEveryTranscript() throws IOException, URISyntaxException {
        var files = Path.of(Objects.requireNonNull(TranscriptTest.class.getResource("transcripts"))
                .toURI());
        try (var list = Files.list(files)) {
            return list.sorted().toList().stream()
                    .filter(file -> !skipped().contains(String.valueOf(file.getFileName())))
                    .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> play(file)));
        }
    }

    private void play(Path file) throws Exception {
        var home = Files.createTempDirectory(folder, "h");
        try (var _ = start(home)) {
            var transcript = new Transcript(environment(home));
            for (var step : Transcript.read(file)) {
                transcript.play(step, home);
            }
        }
    }
}
