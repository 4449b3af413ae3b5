package com.kruxos.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.kruxos.egress.CannotConnect;
import com.kruxos.os.ReadPipe;
import com.kruxos.os.ThreadStackSizes;
import com.kruxos.os.UnixSocketConnection;
import com.kruxos.os.WritePipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A child of {@link SystemdLauncher}. */
final class SystemdChild implements ChildProcess {
    /** A unit starts in some hundredths of a second, on a machine that does much else in some tenths. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    /** How long systemd waits at the end between asking what is left and killing it, and a little more. */
    private static final Duration SYSTEMD_STOP_TIMEOUT = Duration.ofSeconds(8);

    private static final int MAX_LINE_LENGTH = 4 << 10;
    private static final int EXIT_STATUS_KILLED = 137;

    private final UnixSocketConnection connection;
    private final WritePipe stdin;
    private final ReadPipe stdout;
    private final ReadPipe stderr;
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch exited = new CountDownLatch(1);
    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final AtomicBoolean stopping = new AtomicBoolean();

    // Written by the thread that listens, before it counts down what is waited for.
    private volatile long pid;
    private volatile @Nullable CannotConnect failure;
    private int status = EXIT_STATUS_KILLED;

    SystemdChild(UnixSocketConnection line, WritePipe stdin, ReadPipe stdout, ReadPipe stderr) {
        this.connection = line;
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** Begins to hear how it goes; {@code ended} is not called when it never started. */
    void startListening(IntConsumer ended) {
        Thread.ofPlatform()
                .daemon()
                .name("child-unit")
                .stackSize(ThreadStackSizes.NO_CALLBACKS)
                .start(() -> {
                    readReports();
                    connection.close();
                    stdin.close();
                    var wasRunning = pid != 0;
                    if (!wasRunning) {
                        closeQuietly(stdout);
                        closeQuietly(stderr);
                    }
                    cleanedUp.countDown();
                    exited.countDown();
                    started.countDown();
                    if (wasRunning) {
                        ended.accept(status);
                    }
                });
    }

    /** To the very end: systemd holds on to the connection until nothing of the unit is left. */
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

    private void onReport(String said) {
        var words = said.split(" ", 3);
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
                exited.countDown();
            }
        }
    }

    private static CannotConnect startFailure(String how, String what) {
        return switch (how) {
            case "folder" ->
                new CannotConnect(
                        "the program's own user cannot enter its folder: " + what,
                        "give another --cwd: it runs as a user of its own, for whom /home and /root are closed");
            case "absent" ->
                new CannotConnect(
                        what + " is in none of the folders of PATH",
                        "install it for all users, give its full path, or set PATH for this server");
            case "blocked" -> new CannotConnect(what + " is not executable", "chmod +x " + what);
            case "start" ->
                new CannotConnect(
                        "the system did not start it: " + what,
                        "check the program's path, and that a user of its own may run it; /home and /root are closed");
            default ->
                new CannotConnect(
                        "the unit did not understand us: " + how, "install units and appliance of one version");
        };
    }

    /** @throws CannotConnect when it did not start; nothing of it is left then, or will be soon */
    void awaitStart() {
        if (!awaitLatch(started, START_TIMEOUT.toNanos())) {
            connection.shutdownOutput();
            throw new CannotConnect("the system started no unit in time", "journalctl -u 'kruxos-child*'");
        }
        var why = failure;
        if (why != null) {
            throw why;
        }
        if (pid == 0) {
            throw new CannotConnect("the unit ended before it began", "journalctl -u 'kruxos-child*'");
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

    /** A fifth of the time to notice the closed input, three fifths after being asked, then it is killed. */
    @Override
    public boolean stop(Duration grace) {
        var part = grace.toNanos() / 5;
        if (stopping.compareAndSet(false, true)) {
            stdin.close();
            if (!awaitLatch(exited, part)) {
                sendCommand("term");
            }
            if (!awaitLatch(exited, 3 * part)) {
                sendCommand("kill");
                // Behind the last word: what does not heed it is systemd's.
                connection.shutdownOutput();
            }
        }
        return awaitLatch(cleanedUp, grace.plus(SYSTEMD_STOP_TIMEOUT).toNanos());
    }

    private void sendCommand(String word) {
        try {
            connection.send((word + "\n").getBytes(US_ASCII));
        } catch (IOException e) {
            // It is gone, and systemd ends the rest.
        }
    }

    private static boolean awaitLatch(CountDownLatch latch, long nanos) {
        try {
            return latch.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false; // go on without patience
        }
    }

    static void closeQuietly(ReadPipe pipe) {
        try {
            pipe.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }
}
