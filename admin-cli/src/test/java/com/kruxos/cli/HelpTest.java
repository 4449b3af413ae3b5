package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every level has a help, within 80 columns, and it names every option of that level. */
class HelpTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("everyCommand")
    void helps(List<String> command) {
        var asked = new ArrayList<>(command);
        asked.add("--help");
        var run = Run.of(home, asked.toArray(String[]::new));
        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(Texts.columns(line)).isLessThanOrEqualTo(80));
        assertThat(run.out()).contains("Usage: ", "--json", "--home", "--url", "--quiet", "--help");
    }

    @Test
    void theRootListsWhatTheLauncherSendsElsewhere() {
        assertThat(Run.of(home, "--help").out()).contains("  up ", "  serve ", "  setup ", "  agent ", "Exit codes");
    }

    @Test
    void theVersionIsTheBuilds() {
        assertThat(Run.of(home, "version").out()).matches("kruxos [0-9]+\\.[0-9]+\\.[0-9]+\\R");
        assertThat(Run.of(home, "--version").out())
                .isEqualTo(Run.of(home, "version").out());
    }

    static Stream<List<String>> everyCommand() {
        return below(List.of(), Kruxos.commands(World.here()));
    }

    private static Stream<List<String>> below(List<String> path, CommandLine command) {
        return Stream.concat(
                Stream.of(path),
                command.getSubcommands().entrySet().stream()
                        .flatMap(entry -> below(
                                Stream.concat(path.stream(), Stream.of(entry.getKey()))
                                        .toList(),
                                entry.getValue())));
    }
}
