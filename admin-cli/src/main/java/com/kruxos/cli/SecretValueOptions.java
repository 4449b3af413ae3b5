package com.kruxos.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Reads a secret's value from the terminal, standard input or a file, never from the command line. */
final class SecretValueOptions {
    private static final int MAX_BYTES = 64 << 10;

    private boolean stdin;
    private @Nullable Path file;

    @Option(names = "--stdin", description = "Read the value from standard input, without a final newline.")
    void stdin(boolean wanted) {
        stdin = wanted;
    }

    @Option(names = "--from-file", paramLabel = "FILE", description = "Read the value from a file, byte for byte.")
    void file(@Nullable Path wanted) {
        file = wanted;
    }

    boolean isInteractive() {
        return !stdin && file == null;
    }

    /**
     * The value, which the caller wipes.
     *
     * @param what names the value in the question and in errors
     * @throws CommandFailure when there is no value, no terminal, or the value is longer than 64 KiB
     */
    byte[] read(ProcessContext world, String what) {
        if (stdin && file != null) {
            throw CommandFailure.usage("--stdin and --from-file are mutually exclusive", "give one of them");
        }
        var value = stdin ? readStdin(world) : file != null ? readFile(file) : promptFor(world, what);
        if (value.length == 0) {
            throw CommandFailure.usage("the value for " + what + " is empty", "nothing was stored; give a value");
        }
        return value;
    }

    private static byte[] readStdin(ProcessContext world) {
        try {
            return stripNewline(readBounded(world.in(), "standard input"));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "cannot read standard input", "");
        }
    }

    private static byte[] readFile(Path file) {
        try (var in = Files.newInputStream(file)) {
            return readBounded(in, file.toString());
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read " + file, "check that it exists and that you may read it");
        }
    }

    private static byte[] promptFor(ProcessContext world, String what) {
        var prompt = world.prompt()
                .orElseThrow(() -> CommandFailure.usage(
                        "no terminal to read the value of " + what, "pass it with --stdin or --from-file"));
        var typed = prompt.readHidden("Value of " + what + " (not shown): ");
        if (typed == null) {
            throw new CommandFailure(ExitCode.FAILED, "no value was given", "nothing was stored");
        }
        try {
            return encodeUtf8(typed);
        } finally {
            Arrays.fill(typed, '\0');
        }
    }

    private static byte[] readBounded(InputStream in, String source) throws IOException {
        var room = new byte[MAX_BYTES + 1];
        try {
            var length = in.readNBytes(room, 0, room.length);
            if (length > MAX_BYTES) {
                throw CommandFailure.usage("the value in " + source + " is longer than 64 KiB", "nothing was stored");
            }
            return Arrays.copyOf(room, length);
        } finally {
            Arrays.fill(room, (byte) 0);
        }
    }

    private static byte[] stripNewline(byte[] bytes) {
        var end = bytes.length;
        if (end > 0 && bytes[end - 1] == '\n') {
            end -= end > 1 && bytes[end - 2] == '\r' ? 2 : 1;
        }
        return truncateAndWipe(bytes, end);
    }

    private static byte[] encodeUtf8(char[] text) {
        // Encoded into our own array: a buffer that the encoder grows would leave copies in memory.
        var room = new byte[text.length * 3];
        var encoded = ByteBuffer.wrap(room);
        var end = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), encoded, true);
        if (!end.isUnderflow()) {
            throw CommandFailure.usage(
                    "the input is not valid text", "nothing was stored; use --from-file for binary values");
        }
        return truncateAndWipe(room, encoded.position());
    }

    private static byte[] truncateAndWipe(byte[] bytes, int length) {
        var kept = Arrays.copyOf(bytes, length);
        Arrays.fill(bytes, (byte) 0);
        return kept;
    }
}
