package com.kruxos.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real file system of a few MiB in memory that a test can fill. Mounting it needs root. */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;
    private final Path filler;

    private SmallDisk(Path folder) {
        this.folder = folder;
        filler = folder.resolve("filler");
    }

    /** Skips the test where it cannot mount, or fails it with CI=true. */
    public static SmallDisk mount(int mebibytes) throws IOException {
        var folder = Files.createTempDirectory("small-disk");
        var mounted = run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString());
        if (!mounted) {
            Files.delete(folder);
            assertThat(System.getenv("CI"))
                    .as("tests of a full disk must be able to mount one in CI")
                    .isNotEqualTo("true");
            Assumptions.abort("skipped: a small disk cannot be mounted here, run the tests as root");
        }
        return new SmallDisk(folder);
    }

    public Path folder() {
        return folder;
    }

    /** Fills it. */
    public void fill() throws IOException {
        var chunk = ByteBuffer.allocate(4096);
        try (var channel = FileChannel.open(
                filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE)) {
            while (true) {
                channel.write(chunk.clear());
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    /** Deletes the filler. */
    public void free() throws IOException {
        Files.delete(filler);
    }

    @Override
    public void close() throws IOException {
        assertThat(run("umount", "--lazy", folder.toString())).isTrue();
        Files.delete(folder);
    }

    private static boolean run(String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
