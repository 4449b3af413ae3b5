package com.kruxos.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.kruxos.os.ReadPipe;
import com.kruxos.os.SystemInfo;
import com.kruxos.os.UnixSocketConnection;
import com.kruxos.os.WritePipe;
import com.kruxos.transport.FakeMessageListener;
import com.kruxos.transport.OutboundMessage;
import com.kruxos.transport.TestConnections;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Talks to the real helper program of the units; tests in the module image cover what systemd adds. */
@EnabledOnOs(OS.LINUX)
final class SystemdLauncherTest {
    @TempDir
    Path folder;

    private SocketActivatedUnits units;
    private ProcessLauncher launcher;

    @BeforeEach
    void open() throws IOException {
        units = SocketActivatedUnits.start(folder);
        launcher = new SystemdLauncher(units.socket(), folder.resolve("offline.sock"), folder);
    }

    @AfterEach
    void close() {
        launcher.close();
        units.close();
    }

    private static void ignoreExit(int status) {}

    private static BufferedReader outputOf(ChildProcess child) {
        return new BufferedReader(new InputStreamReader(child.stdout(), UTF_8));
    }

    private static byte[] readOutput(ChildProcess child) throws IOException {
        return child.stdout().readAllBytes();
    }

    private ProcessSpec spec(Map<String, Supplier<byte[]>> secrets, String... words) {
        return new ProcessSpec(List.of(words), folder, Map.of("PATH", "/usr/bin:/bin", "NAME", "grüß\nGott"), secrets);
    }

    @Test
    void theChildGetsExactlyTheGivenArgumentsAndEnvironment() throws Exception {
        var secret = new byte[] {'s', '=', '\n', (byte) 0xff, ' ', '\n'};
        var child = launcher.start(spec(Map.of("TOKEN", () -> secret), "env", "-0"), SystemdLauncherTest::ignoreExit);
        assertThat(new String(readOutput(child), ISO_8859_1).split("\0", -1))
                .containsExactlyInAnyOrder(
                        "PATH=/usr/bin:/bin",
                        "NAME=" + new String("grüß\nGott".getBytes(UTF_8), ISO_8859_1),
                        "TOKEN=s=\n\u00ff \n",
                        "");
        assertThat(secret).as("the array is not wiped").contains('s', '=');
        var printed = launcher.start(
                spec(Map.of(), "printf", "%s|", "$(id); `id` > x", "", "two\nlines", "ü"),
                SystemdLauncherTest::ignoreExit);
        assertThat(new String(readOutput(printed), UTF_8)).isEqualTo("$(id); `id` > x||two\nlines|ü|");
    }

    /** Fails without closing descriptors in the helper program, and without O_CLOEXEC on our side. */
    @Test
    void theChildHasThreeDescriptorsAllPipes() throws Exception {
        var child = launcher.start(
                spec(Map.of(), "sh", "-c", "cat >/dev/null; readlink /proc/self/fd/* | cut -c1-5; ulimit -c"),
                SystemdLauncherTest::ignoreExit);
        child.stdin().close();
        // The fourth descriptor is the directory being read.
        assertThat(new String(readOutput(child), UTF_8)
                        .lines()
                        .filter(connection -> connection.startsWith("pipe") || connection.startsWith("sock")))
                .hasSizeBetween(3, 4)
                .allMatch("pipe:"::equals);
    }

    @Test
    void theChildStartsInItsDirectoryWithItsOwnHome() throws Exception {
        var directories = launcher.directoriesFor(Path.of("/ignored"));
        assertThat(directories.home()).isEqualTo(folder.resolve("home"));
        var child = launcher.start(
                new ProcessSpec(
                        List.of("sh", "-c", "pwd; stat -c %a \"$HOME\""),
                        directories.home(),
                        Map.of(
                                "PATH",
                                "/usr/bin:/bin",
                                "HOME",
                                directories.home().toString()),
                        Map.of()),
                SystemdLauncherTest::ignoreExit);
        assertThat(new String(readOutput(child), UTF_8)).isEqualTo(directories.home() + "\n700\n");
    }

    /**
     * O_NONBLOCK would be inherited. Fails without {@code CLibrary.setFileFlags} in {@code WritePipe.blockingReadEnd}.
     */
    @Test
    void largeDataPassesInBothDirections() throws Exception {
        var child = launcher.start(spec(Map.of(), "cat"), SystemdLauncherTest::ignoreExit);
        var bytes = new byte[20 << 20];
        new Random(7).nextBytes(bytes);
        var writer = Thread.startVirtualThread(() -> {
            try (var to = child.stdin()) {
                to.write(bytes);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(Arrays.equals(readOutput(child), bytes)).isTrue();
        writer.join();
    }

    @Test
    void stderrIsSeparateFromStdout() throws Exception {
        var child = launcher.start(
                spec(Map.of(), "sh", "-c", "echo out; echo oops > /dev/stderr"), SystemdLauncherTest::ignoreExit);
        assertThat(new String(child.stderr().readAllBytes(), UTF_8)).isEqualTo("oops\n");
        assertThat(new String(readOutput(child), UTF_8)).isEqualTo("out\n");
    }

    @Test
    void theExitStatusIsReportedOnce() throws Exception {
        var statuses = new LinkedBlockingQueue<Integer>();
        launcher.start(spec(Map.of(), "sh", "-c", "exit 7"), statuses::add);
        assertThat(statuses.poll(60, TimeUnit.SECONDS)).isEqualTo(7);
        var child = launcher.start(spec(Map.of(), "sh", "-c", "kill -9 $$"), statuses::add);
        assertThat(statuses.poll(60, TimeUnit.SECONDS)).isEqualTo(137);
        assertThat(child.stop(ChildProcess.STOP_GRACE)).isTrue();
        assertThat(statuses).isEmpty();
    }

    @Test
    void aChildThatEndsWithItsInputIsStoppedByClosingIt() throws Exception {
        var statuses = new LinkedBlockingQueue<Integer>();
        var child = launcher.start(spec(Map.of(), "cat"), statuses::add);
        assertThat(child.pid()).isPositive();
        assertThat(child.stop(ChildProcess.STOP_GRACE)).isTrue();
        assertThat(statuses.poll(60, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void aChildThatIgnoresEndOfInputGetsSigterm() throws Exception {
        var statuses = new LinkedBlockingQueue<Integer>();
        var child = launcher.start(
                spec(Map.of(), "sh", "-c", "trap 'exit 3' TERM; echo up; while :; do sleep 0.1; done"), statuses::add);
        assertThat(outputOf(child).readLine()).isEqualTo("up");
        assertThat(child.stop(Duration.ofSeconds(30))).isTrue();
        assertThat(statuses.poll(60, TimeUnit.SECONDS)).isEqualTo(3);
    }

    @Test
    void aChildThatIgnoresSigtermIsKilledWithItsProcessGroup() throws Exception {
        var statuses = new LinkedBlockingQueue<Integer>();
        var child = launcher.start(
                spec(Map.of(), "sh", "-c", "trap '' TERM; sleep 1000 & echo $!; while :; do sleep 1; done"),
                statuses::add);
        var other = Long.parseLong(outputOf(child).readLine());
        assertThat(child.stop(Duration.ofMillis(500))).isTrue();
        assertThat(statuses.poll(60, TimeUnit.SECONDS)).isEqualTo(137);
        Await.until(
                "the grandchild is gone",
                () -> ProcessHandle.of(other).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void closeStopsAllChildrenAndRefusesNewOnes() throws Exception {
        var statuses = new LinkedBlockingQueue<Integer>();
        for (var i = 0; i < 3; i++) {
            launcher.start(spec(Map.of(), "cat"), statuses::add);
        }
        launcher.close();
        for (var i = 0; i < 3; i++) {
            assertThat(statuses.poll(60, TimeUnit.SECONDS)).isZero();
        }
        assertThatThrownBy(() -> launcher.start(spec(Map.of(), "cat"), SystemdLauncherTest::ignoreExit))
                .isInstanceOf(CannotStart.class);
    }

    @Test
    void startFailuresAreExplained() throws Exception {
        var plain = Files.writeString(folder.resolve("plain"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rw-r--r--"));
        var path = Map.of("PATH", folder + ":relative::/nowhere");
        assertStartFails(new ProcessSpec(List.of("plain"), folder, path, Map.of()), "is not executable", "chmod +x");
        assertStartFails(
                new ProcessSpec(List.of("absent"), folder, path, Map.of()), "in none of the directories", "install");
        assertStartFails(new ProcessSpec(List.of("/no/such"), folder, path, Map.of()), "No such file", "check");
        assertStartFails(new ProcessSpec(List.of("cat"), Path.of("/no/such"), path, Map.of()), "cannot enter", "--cwd");
        assertStartFails(new ProcessSpec(List.of(), folder, path, Map.of()), "empty", "name a program");
        assertStartFails(spec(Map.of(), "cat", "a\0b"), "zero byte", "");
        var other = new SystemdLauncher(folder.resolve("absent.sock"), units.socket(), folder);
        assertThatThrownBy(() -> other.start(spec(Map.of(), "cat"), SystemdLauncherTest::ignoreExit))
                .isInstanceOfSatisfying(
                        CannotStart.class,
                        e -> assertThat(e.hint())
                                .contains("systemctl status kruxos-absent.sock", "children.launch: plain"));
    }

    @Test
    void valuesOfRefusedVariablesAreNotPrinted() {
        Supplier<byte[]> value = () -> "hush".getBytes(UTF_8);
        assertStartFails(spec(Map.of("T", () -> new byte[] {'h', 'u', 's', 'h', 0}), "cat"), "zero byte", "text");
        assertStartFails(spec(Map.of("A=B", value), "cat"), "invalid name", "letters");
        assertStartFails(spec(Map.of("PATH", value), "cat"), "PATH is set twice", "once");
        assertStartFails(spec(Map.of("T", () -> new byte[9 << 20]), "cat"), "zero byte", "");
        assertStartFails(spec(Map.of("T", () -> "x".repeat(9 << 20).getBytes(UTF_8)), "cat"), "longer than", "less");
    }

    private void assertStartFails(ProcessSpec command, String reason, String hint) {
        assertThatThrownBy(() -> launcher.start(command, SystemdLauncherTest::ignoreExit))
                .isInstanceOfSatisfying(CannotStart.class, e -> {
                    assertThat(e).hasMessageContaining(reason);
                    assertThat(e.hint()).contains(hint);
                    assertThat(e.getMessage() + e.hint()).doesNotContain("hush");
                });
    }

    /** The error message names the socket that was used. */
    @Test
    void anOfflineChildUsesTheOfflineSocket() {
        var offline = new ProcessSpec(List.of("cat"), folder, Map.of(), Map.of(), true);
        assertThatThrownBy(() -> launcher.start(offline, SystemdLauncherTest::ignoreExit))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("offline.sock");
        assertThat(launcher.supportsOffline()).isTrue();
        var other = new SystemdLauncher(folder.resolve("absent.sock"), units.socket(), folder);
        var child = other.start(
                new ProcessSpec(List.of("cat"), folder, TestProcesses.PATH, Map.of(), true),
                SystemdLauncherTest::ignoreExit);
        assertThat(child).isNotNull();
        other.close();
    }

    /** Fails without the check of the peer in {@code SystemdLauncher.connect}. */
    @Test
    void nothingIsSentToASocketOfAnotherUser() throws Exception {
        assumeTrue(SystemInfo.effectiveUserId() == 0, "only root can be another user");
        var foreign = Files.createDirectory(folder.resolve("theirs"));
        Files.setAttribute(foreign, "unix:uid", 12_345);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var stranger = SocketActivatedUnits.start(foreign, "setpriv", "--reuid", "12345", "--clear-groups")) {
            var launch = new SystemdLauncher(stranger.socket(), units.socket(), folder);
            assertThatThrownBy(() -> launch.start(spec(Map.of(), "cat"), SystemdLauncherTest::ignoreExit))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContaining("user 12345 listens on");
        }
    }

    @Test
    void fiftyStartsLeakNothing() throws Exception {
        startAndStop(5);
        var descriptors = openDescriptors();
        startAndStop(50);
        Await.until("no descriptor is leaked", () -> openDescriptors() <= descriptors);
        Await.until(
                "no child thread is leaked",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("child-")));
    }

    private void startAndStop(int count) throws Exception {
        var ended = new CountDownLatch(count);
        for (var i = 0; i < count; i++) {
            var connection =
                    TestConnections.stdio(launcher, spec(Map.of(), "cat"), new FakeMessageListener(ended::countDown));
            connection.send(OutboundMessage.of("{}".getBytes(UTF_8)));
            connection.close();
        }
        assertThat(ended.await(120, TimeUnit.SECONDS)).isTrue();
    }

    private static int openDescriptors() {
        return new File("/proc/self/fd").list().length;
    }

    /** The helper runs nothing unless it has parsed the whole request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello\n",
                "kruxos-child 2 10\nacat|d/tmp|\0\0",
                "kruxos-child 1 99999999\n",
                "kruxos-child 1 0\n",
                "kruxos-child 1 5\nacat|",
                "kruxos-child 1 6\nd/tmp|",
                "kruxos-child 1 12\nacat|d/tmp|q|",
                "kruxos-child 1 15\nacat|d/tmp|eA|x",
                "kruxos-child 1 12\n||acat|d/tmp",
            })
    void anInvalidRequestIsNotRun(String header) throws Exception {
        var in = WritePipe.open().orElseThrow();
        var out = ReadPipe.open().orElseThrow();
        var errors = ReadPipe.open().orElseThrow();
        try (in;
                out;
                errors;
                var connection = UnixSocketConnection.connect(units.socket())) {
            connection.send(header.replace('|', '\0').getBytes(UTF_8), in, out, errors);
            assertThat(readReport(connection)).startsWith("failed protocol");
        }
    }

    @Test
    void aRequestWithoutDescriptorsIsNotRun() throws Exception {
        try (var connection = UnixSocketConnection.connect(units.socket())) {
            connection.send("kruxos-child 1 12\nacat\0d/tmp\0".getBytes(UTF_8));
            assertThat(readReport(connection)).startsWith("failed protocol descriptors");
        }
    }

    private static String readReport(UnixSocketConnection connection) {
        var buffer = new byte[1024];
        var count = connection.read(buffer);
        return count < 0 ? "" : new String(buffer, 0, count, UTF_8);
    }
}
