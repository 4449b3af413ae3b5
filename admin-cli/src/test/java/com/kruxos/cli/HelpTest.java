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
        var run = CliRun.run(home, asked.toArray(String[]::new));
        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(TerminalText.displayWidth(line)).isLessThanOrEqualTo(80));
        assertThat(run.out()).contains("Usage: ", "--json", "--home", "--url", "--quiet", "--help");
    }

    @Test
    void theRootHelpListsTheLauncherCommands() {
        assertThat(CliRun.run(home, "--help").out())
                .contains("  up ", "  serve ", "  setup ", "  agent ", "Exit codes");
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(CliRun.run(home, "version").out()).matches("kruxos [0-9]+\\.[0-9]+\\.[0-9]+\\R");
        assertThat(CliRun.run(home, "--version").out())
                .isEqualTo(CliRun.run(home, "version").out());
    }

    static Stream<List<String>> everyCommand() {
        return descendants(List.of(), Kruxos.commandLine(ProcessContext.current()));
    }

    private static Stream<List<String>> descendants(List<String> path, CommandLine command) {
        return Stream.concat(
                Stream.of(path),
                command.getSubcommands().entrySet().stream()
                        .flatMap(entry -> descendants(
                                Stream.concat(path.stream(), Stream.of(entry.getKey()))
                                        .toList(),
                                entry.getValue())));
    }
}
