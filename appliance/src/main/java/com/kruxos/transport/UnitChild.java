package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.kruxos.host.ReadPipe;
import com.kruxos.host.UnixConnection;
import com.kruxos.host.WritePipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A child of {@link UnitLaunch}. */
final class UnitChild implements Child {
    /** A unit starts in some hundredths of a second, on a machine that does much else in some tenths. */
    private static final Duration START = Duration.ofSeconds(60);

    /** How long systemd waits at the end between asking what is left and killing it, and a little more. */
    private static final Duration LAST = Duration.ofSeconds(8);

    private static final int LONGEST_LINE = 4 << 10;
    private static final int KILLED = 137;

    private final UnixConnection line;
    private final WritePipe stdin;
    private final ReadPipe stdout;
    private final ReadPipe stderr;
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch dead = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final AtomicBoolean stopping = new AtomicBoolean();

    // Written by the thread that listens, before it counts down what is waited for.
    private volatile long pid;
    private volatile @Nullable CannotStart failure;
    private int status = KILLED;

    UnitChild(UnixConnection line, WritePipe stdin, ReadPipe stdout, ReadPipe stderr) {
        this.line = line;
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** Begins to hear how it goes; {@code ended} is not called when it never started. */
    void listen(IntConsumer ended) {
        Thread.ofPlatform().daemon().name("child-unit").stackSize(Stacks.SMALL).start(() -> {
            hear();
            line.close();
            stdin.close();
            var wasRunning = pid != 0;
            if (!wasRunning) {
                closeQuietly(stdout);
                closeQuietly(stderr);
            }
            gone.countDown();
            dead.countDown();
            started.countDown();
            if (wasRunning) {
                ended.accept(status);
            }
        });
    }

    /** To the very end: systemd holds on to the connection until nothing of the unit is left. */
    private void hear() {
        var buffer = new byte[LONGEST_LINE];
        var text = new StringBuilder();
        for (var count = line.read(buffer); count >= 0; count = line.read(buffer)) {
            text.append(new String(buffer, 0, count, UTF_8));
            for (var end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
                heard(text.substring(0, end));
                text.delete(0, end + 1);
            }
            if (text.length() > LONGEST_LINE) {
                line.end();
                text.setLength(0);
            }
        }
    }

    private void heard(String said) {
        var words = said.split(" ", 3);
        if (words[0].equals("failed")) {
            failure = failed(words.length < 2 ? "" : words[1], words.length < 3 ? "" : words[2]);
            started.countDown();
        } else if (words.length > 1 && words[1].matches("[0-9]{1,9}")) {
            var number = Integer.parseInt(words[1]);
            if (words[0].equals("started")) {
                pid = number;
                started.countDown();
            } else if (words[0].equals("ended")) {
                status = number;
                stdin.close();
                dead.countDown();
            }
        }
    }

    private static CannotStart failed(String how, String what) {
        return switch (how) {
            case "folder" ->
                new CannotStart(
                        "the program's own user cannot enter its folder: " + what,
                        "give another --cwd: it runs as a user of its own, for whom /home and /root are closed");
            case "absent" ->
                new CannotStart(
                        what + " is in none of the folders of PATH",
                        "install it for all users, give its full path, or set PATH for this server");
            case "blocked" -> new CannotStart(what + " is not executable", "chmod +x " + what);
            case "start" ->
                new CannotStart(
                        "the system did not start it: " + what,
                        "check the program's path, and that a user of its own may run it; /home and /root are closed");
            default ->
                new CannotStart("the unit did not understand us: " + how, "install units and appliance of one version");
        };
    }

    /** @throws CannotStart when it did not start; nothing of it is left then, or will be soon */
    void awaitStart() {
        if (!within(started, START.toNanos())) {
            line.end();
            throw new CannotStart("the system started no unit in time", "journalctl -u 'kruxos-child*'");
        }
        var why = failure;
        if (why != null) {
            throw why;
        }
        if (pid == 0) {
            throw new CannotStart("the unit ended before it began", "journalctl -u 'kruxos-child*'");
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
            if (!within(dead, part)) {
                say("term");
            }
            if (!within(dead, 3 * part)) {
                say("kill");
                // Behind the last word: what does not heed it is systemd's.
                line.end();
            }
        }
        return within(gone, grace.plus(LAST).toNanos());
    }

    private void say(String word) {
        try {
            line.send((word + "\n").getBytes(US_ASCII));
        } catch (IOException e) {
            // It is gone, and systemd ends the rest.
        }
    }

    private static boolean within(CountDownLatch latch, long nanos) {
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
