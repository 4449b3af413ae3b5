package com.kruxos.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One command run inside this process: what it printed, and its exit code.
 *
 * @param out standard output, as UTF-8
 */
record CliRun(int exit, String out, String err) {
    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    static CliRun run(Path home, String... arguments) {
        return new CliRunBuilder(home).run(arguments);
    }

    static CliRunBuilder with(Path home) {
        return new CliRunBuilder(home);
    }

    /** The world a command is run in. */
    static final class CliRunBuilder {
        private final Map<String, String> environment = new LinkedHashMap<>();
        private byte[] in = new byte[0];
        private Optional<TerminalPrompt> prompt = Optional.empty();
        private boolean terminal;

        private CliRunBuilder(Path home) {
            environment.put("KRUXOS_HOME", home.toString());
            environment.put("HOME", home.toString());
        }

        CliRunBuilder variable(String name, String value) {
            environment.put(name, value);
            return this;
        }

        CliRunBuilder input(String text) {
            in = text.getBytes(StandardCharsets.UTF_8);
            return this;
        }

        CliRunBuilder prompt(TerminalPrompt answers) {
            prompt = Optional.of(answers);
            return this;
        }

        CliRunBuilder terminal() {
            terminal = true;
            return this;
        }

        CliRun run(String... arguments) {
            var out = new ByteArrayOutputStream();
            var err = new ByteArrayOutputStream();
            var world = new ProcessContext(
                    environment,
                    new ByteArrayInputStream(in),
                    new PrintStream(out, false, StandardCharsets.UTF_8),
                    new PrintStream(err, false, StandardCharsets.UTF_8),
                    prompt,
                    terminal,
                    InstantSource.fixed(NOW));
            var exit = Kruxos.run(world, arguments);
            world.out().flush();
            world.err().flush();
            return new CliRun(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }
}
