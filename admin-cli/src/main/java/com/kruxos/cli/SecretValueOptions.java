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

/** Where a secret's value comes from: the person, standard input or a file; never the command line. */
final class SecretValueOptions {
    private static final int MAX_BYTES = 64 << 10;

    private boolean stdin;
    private @Nullable Path file;

    @Option(names = "--stdin", description = "Read the value from standard input; one newline at its end is dropped.")
    void stdin(boolean wanted) {
        stdin = wanted;
    }

    @Option(names = "--from-file", paramLabel = "FILE", description = "Read the value from a file, every byte of it.")
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
     * @throws CommandFailure when there is no value, nobody to ask, or it is longer than 64 KiB
     */
    byte[] read(ProcessContext world, String what) {
        if (stdin && file != null) {
            throw CommandFailure.usage("--stdin and --from-file exclude each other", "give one of them");
        }
        var value = stdin ? readStdin(world) : file != null ? readFile(file) : promptFor(world, what);
        if (value.length == 0) {
            throw CommandFailure.usage("the value for " + what + " is empty", "nothing was kept; give a value");
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
                        "there is no terminal to ask for the value of " + what,
                        "pipe it in with --stdin, or name a file with --from-file"));
        var typed = prompt.readHidden("Value for " + what + " (not shown): ");
        if (typed == null) {
            throw new CommandFailure(ExitCode.FAILED, "no value was given", "nothing was kept");
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
                throw CommandFailure.usage("the value in " + source + " is longer than 64 KiB", "nothing was kept");
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
        // Into an array of our own: a buffer the encoder grew would leave copies behind.
        var room = new byte[text.length * 3];
        var encoded = ByteBuffer.wrap(room);
        var end = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), encoded, true);
        if (!end.isUnderflow()) {
            throw CommandFailure.usage("what was typed is not text", "nothing was kept; use --from-file for bytes");
        }
        return truncateAndWipe(room, encoded.position());
    }

    private static byte[] truncateAndWipe(byte[] bytes, int length) {
        var kept = Arrays.copyOf(bytes, length);
        Arrays.fill(bytes, (byte) 0);
        return kept;
    }
}
