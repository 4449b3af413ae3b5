package com.kruxos.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a command sees of its process; tests pass their own.
 *
 * @param prompt absent without a terminal
 * @param outputIsTerminal whether standard output is a terminal
 */
record ProcessContext(
        Map<String, String> environment,
        InputStream in,
        PrintStream out,
        PrintStream err,
        Optional<TerminalPrompt> prompt,
        boolean outputIsTerminal,
        InstantSource clock) {
    private static final int DEFAULT_WIDTH = 80;
    private static final int MIN_WIDTH = 40;

    static ProcessContext current() {
        return new ProcessContext(
                System.getenv(),
                System.in,
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .map(ProcessContext::promptOn),
                isTerminal(1),
                InstantSource.system());
    }

    @Nullable
    String variable(String name) {
        var value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** The output width: COLUMNS on a terminal, otherwise 80. */
    int width() {
        var columns = variable("COLUMNS");
        if (!outputIsTerminal || columns == null || !columns.matches("[0-9]{1,4}")) {
            return DEFAULT_WIDTH;
        }
        return Math.max(MIN_WIDTH, Integer.parseInt(columns));
    }

    // Output is UTF-8 in every locale, because it may be saved and read elsewhere.
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    /** Without /proc the JDK can only tell whether both input and output are a terminal. */
    private static boolean isTerminal(int descriptor) {
        try {
            var target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return console().isPresent();
        }
    }

    /** Present only when input and output are both a terminal. */
    private static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }

    private static TerminalPrompt promptOn(Console console) {
        return new TerminalPrompt() {
            @Override
            public char @Nullable [] readHidden(String question) {
                return console.readPassword("%s", question);
            }

            @Override
            public String readLine(String question) {
                var line = console.readLine("%s", question);
                return line == null ? "" : line;
            }
        };
    }
}
