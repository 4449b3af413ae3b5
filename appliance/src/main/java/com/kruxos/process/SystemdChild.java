package com.kruxos.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.kruxos.os.ReadPipe;
import com.kruxos.os.ThreadStackSizes;
import com.kruxos.os.UnixSocketConnection;
import com.kruxos.os.WritePipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A child of {@link SystemdLauncher}; {@code docs/wire/child.md} defines the reports and commands. */
final class SystemdChild implements ChildProcess, StopSequence.Steps {
    /** A unit starts in hundredths of a second; the limit is for an overloaded machine. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    /** {@code TimeoutStopSec} of the unit, and a little more. */
    private static final Duration CLEANUP = Duration.ofSeconds(8);

    private static final int MAX_LINE_LENGTH = 4 << 10;
    private static final int EXIT_STATUS_KILLED = 137;

    private final UnixSocketConnection connection;
    private final WritePipe stdin;
    private final ReadPipe stdout;
    private final ReadPipe stderr;
    private final CountDownLatch started = new CountDownLatch(1);
    private final StopSequence stopSequence = new StopSequence();

    // Written by the reader thread before it counts a latch down; read after that latch.
    private volatile long pid;
    private volatile @Nullable CannotStart failure;
    private int status = EXIT_STATUS_KILLED;

    SystemdChild(UnixSocketConnection connection, WritePipe stdin, ReadPipe stdout, ReadPipe stderr) {
        this.connection = connection;
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** Reads the unit's reports until it ends. {@code onExit} is not called when the child never started. */
    void startWatching(IntConsumer onExit) {
        Thread.ofPlatform()
                .daemon()
                .name("child-unit")
                .stackSize(ThreadStackSizes.SMALL)
                .start(() -> {
                    readReports();
                    connection.close();
                    stdin.close();
                    var wasRunning = pid != 0;
                    if (!wasRunning) {
                        closeQuietly(stdout);
                        closeQuietly(stderr);
                    }
                    stopSequence.cleanedUp();
                    started.countDown();
                    if (wasRunning) {
                        onExit.accept(status);
                    }
                });
    }

    /** Returns at the end of the stream: systemd holds the connection until nothing of the unit is left. */
    private void readReports() {
        var buffer = new byte[MAX_LINE_LENGTH];
        var text = new StringBuilder();
        for (var count = connection.read(buffer); count >= 0; count = connection.read(buffer)) {
            text.append(new String(buffer, 0, count, UTF_8));
            for (var end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
                onReport(text.substring(0, end));
                text.delete(0, end + 1);
            }
            if (text.length() > MAX_LINE_LENGTH) {
                connection.shutdownOutput();
                text.setLength(0);
            }
        }
    }

    private void onReport(String report) {
        var words = report.split(" ", 3);
        if (words[0].equals("failed")) {
            failure = startFailure(words.length < 2 ? "" : words[1], words.length < 3 ? "" : words[2]);
            started.countDown();
        } else if (words.length > 1 && words[1].matches("[0-9]{1,9}")) {
            var number = Integer.parseInt(words[1]);
            if (words[0].equals("started")) {
                pid = number;
                started.countDown();
            } else if (words[0].equals("ended")) {
                status = number;
                stdin.close();
                stopSequence.exited();
            }
        }
    }

    private static CannotStart startFailure(String kind, String detail) {
        return switch (kind) {
            case "folder" ->
                new CannotStart(
                        "the program's own user cannot enter the working directory: " + detail,
                        "set another --cwd: the program runs as a user of its own, without access to /home and /root");
            case "absent" ->
                new CannotStart(
                        detail + " is in none of the directories of PATH",
                        "install it for all users, give its full path, or set PATH for this server");
            case "blocked" -> new CannotStart(detail + " is not executable", "chmod +x " + detail);
            case "start" ->
                new CannotStart(
                        "the system could not start the program: " + detail,
                        "check its path, and that a user without access to /home and /root may run it");
            default ->
                new CannotStart(
                        "the unit did not accept the request: " + kind,
                        "install the systemd units of the same version as KruxOS");
        };
    }

    /** @throws CannotStart when it did not start; nothing of it is left then, or will be soon */
    void awaitStart() {
        if (!StopSequence.await(started, START_TIMEOUT)) {
            connection.shutdownOutput();
            throw new CannotStart("systemd did not start the unit in time", "journalctl -u 'kruxos-child*'");
        }
        var startFailure = failure;
        if (startFailure != null) {
            throw startFailure;
        }
        if (pid == 0) {
            throw new CannotStart("the unit ended before the program started", "journalctl -u 'kruxos-child*'");
        }
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public InputStream stdout() {
        return stdout;
    }

    @Override
    public InputStream stderr() {
        return stderr;
    }

    @Override
    public boolean stop(Duration grace) {
        return stopSequence.run(this, grace, CLEANUP);
    }

    @Override
    public void closeStdin() {
        stdin.close();
    }

    @Override
    public void terminate() {
        sendCommand("term");
    }

    @Override
    public void kill() {
        sendCommand("kill");
        // The end of the connection makes systemd stop the unit, should the helper inside not obey.
        connection.shutdownOutput();
    }

    private void sendCommand(String command) {
        try {
            connection.send((command + "\n").getBytes(US_ASCII));
        } catch (IOException e) {
            // The helper is gone, and systemd stops the rest of the unit.
        }
    }

    static void closeQuietly(ReadPipe pipe) {
        try {
            pipe.close();
        } catch (IOException e) {
            // The descriptor is closed all the same.
        }
    }
}
