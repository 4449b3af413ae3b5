package com.kruxos.cli.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The differences shown are ones that {@code patch} understands. */
class UnifiedDiffTest {
    @TempDir
    Path folder;

    @Test
    void distantChangesAreSeparateHunks() {
        var before = IntStream.range(1, 21).mapToObj(Integer::toString).collect(Collectors.joining("\n")) + "\n";
        var after = before.replace("2\n3", "2\nnew\n3").replace("\n18\n", "\n");
        assertThat(UnifiedDiff.of("a", "b", bytes(before), bytes(after)))
                .containsExactly(
                        "--- a",
                        "+++ b",
                        "@@ -1,5 +1,6 @@",
                        " 1",
                        " 2",
                        "+new",
                        " 3",
                        " 4",
                        " 5",
                        "@@ -15,6 +16,5 @@",
                        " 15",
                        " 16",
                        " 17",
                        "-18",
                        " 19",
                        " 20");
        assertThat(UnifiedDiff.of("a", "b", bytes(before), bytes(before))).isEmpty();
        assertThat(UnifiedDiff.of("a", "b", new byte[0], bytes("x\r\n")))
                .isEqualTo(List.of("--- a", "+++ b", "@@ -0,0 +1,1 @@", "+x␍"));
    }

    @Test
    void patchAppliesTheDiff() throws IOException, InterruptedException {
        var random = new Random(3);
        for (var round = 0; round < 25; round++) {
            var before = lines(random);
            var after = lines(random);
            var file = Files.writeString(folder.resolve("f"), before);
            Files.write(folder.resolve("p"), UnifiedDiff.of("f", "f", bytes(before), bytes(after)));
            var patch = new ProcessBuilder("git", "apply", "--unsafe-paths", "-p0", "--whitespace=nowarn", "p")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            var said = new String(patch.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(patch.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(before.equals(after) || patch.exitValue() == 0).as(said).isTrue();
            assertThat(file).hasContent(after);
        }
    }

    private static String lines(Random random) {
        return IntStream.range(0, 30)
                .filter(line -> random.nextInt(4) != 0)
                .mapToObj(line -> "line " + (random.nextInt(6) == 0 ? "x" + random.nextInt(3) : line))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
