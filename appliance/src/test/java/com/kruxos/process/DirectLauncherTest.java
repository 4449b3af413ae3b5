package com.kruxos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.os.ProcessFinder;
import com.kruxos.transport.FakeMessageListener;
import com.kruxos.transport.OutboundMessage;
import com.kruxos.transport.TestConnections;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class DirectLauncherTest {

    private final String installationId = "test-" + HexFormat.of().toHexDigits(new Random().nextLong());
    private final ProcessLauncher launcher = ProcessLauncher.direct(installationId);

    @AfterEach
    void close() {
        launcher.close();
        OrphanProcesses.killAll(installationId);
    }

    private static void ignoreExit(int status) {}

    /** All processes of this installation; they carry its marker. */
    private List<Long> childProcesses() {
        return ProcessFinder.findByEnvironment("KRUXOS_CHILD=" + installationId + ":");
    }

    private static String firstLine(ChildProcess child) throws IOException {
        return outputOf(child).readLine();
    }

    private static BufferedReader outputOf(ChildProcess child) {
        return new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8));
    }

    /** Fails without {@code environment.clear()} in {@code EnvironmentBlock.fill}. */
    @Test
    void theChildGetsExactlyTheGivenEnvironment() throws Exception {
        var command = new ProcessSpec(
                List.of("env"),
                Path.of("/"),
                Map.of("PATH", "/usr/bin:/bin", "GREETING", "good day"),
                Map.of("TOKEN", () -> "s3cret=\nx".getBytes(StandardCharsets.UTF_8)));
        var child = launcher.start(command, DirectLauncherTest::ignoreExit);
        var lines = new String(child.stdout().readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
        assertThat(Arrays.stream(lines).map(ids -> ids.replaceFirst(":[0-9a-f]{32}$", ":X")))
                .containsExactlyInAnyOrder(
                        "PATH=/usr/bin:/bin",
                        "GREETING=good day",
                        "TOKEN=s3cret=",
                        "x",
                        "KRUXOS_CHILD=" + installationId + ":X",
                        "");
    }

    /** Depends on the locale of the JVM. No child may ever get question marks instead of letters. */
    @Test
    void nonAsciiTextIsPassedOnOrRefused() throws Exception {
        var command = new ProcessSpec(
                List.of("printenv", "NAME", "TOKEN"),
                Path.of("/"),
                Map.of("PATH", "/usr/bin:/bin", "NAME", "grüß"),
                Map.of("TOKEN", () -> "öß".getBytes(StandardCharsets.UTF_8)));
        if (System.getProperty("sun.jnu.encoding").equals("UTF-8")) {
            assertThat(new String(
                            launcher.start(command, DirectLauncherTest::ignoreExit)
                                    .stdout()
                                    .readAllBytes(),
                            StandardCharsets.UTF_8))
                    .isEqualTo("grüß\nöß\n");
        } else {
            assertStartFails(command, "is not text in", "LANG=C.UTF-8");
        }
    }

    @Test
    void secretsAreInTheEnvironmentAndInNoCommandLine() throws Exception {
        var secret = "planted-" + installationId;
        var command = new ProcessSpec(
                List.of("cat"),
                Path.of("/"),
                TestProcesses.PATH,
                Map.of("TOKEN", () -> secret.getBytes(StandardCharsets.UTF_8)));
        var child = launcher.start(command, DirectLauncherTest::ignoreExit);
        var proc = Path.of("/proc", Long.toString(child.pid()));
        Await.until("the program runs", () -> readProcFile(proc.resolve("comm")).equals("cat\n"));
        assertThat(readProcFile(proc.resolve("environ"))).contains("TOKEN=" + secret);
        for (var process : new File("/proc").list((dir, name) -> name.matches("\\d+"))) {
            assertThat(readProcFile(Path.of("/proc", process, "cmdline"))).doesNotContain(secret);
        }
        assertThat(command.toString()).doesNotContain(secret);
    }

    private static String readProcFile(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void theExitStatusIsReportedOnce() throws Exception {
        var statuses = new LinkedBlockingQueue<Integer>();
        launcher.start(TestProcesses.shell("exit 7"), statuses::add);
        assertThat(statuses.poll(60, TimeUnit.SECONDS)).isEqualTo(7);
        var child = launcher.start(TestProcesses.shell("kill -9 $$"), statuses::add);
        assertThat(statuses.poll(60, TimeUnit.SECONDS)).isEqualTo(137);
        child.stop(ChildProcess.STOP_GRACE);
        assertThat(statuses).isEmpty();
    }

    @Test
    void aChildThatEndsWithItsInputIsStoppedByClosingIt() throws Exception {
        var statuses = new LinkedBlockingQueue<Integer>();
        var child = launcher.start(TestProcesses.of("cat"), statuses::add);
        assertThat(child.stop(ChildProcess.STOP_GRACE)).isTrue();
        assertThat(statuses.poll(60, TimeUnit.SECONDS)).isZero();
    }

    /** A stopped child leaves no process behind, even if it ignores SIGTERM. Fails without {@code DirectChild.kill}. */
    @Test
    void aChildThatIgnoresSigtermIsKilled() throws Exception {
        var statuses = new LinkedBlockingQueue<Integer>();
        var child =
                launcher.start(TestProcesses.shell("trap '' TERM; echo up; while :; do sleep 1; done"), statuses::add);
        assertThat(firstLine(child)).isEqualTo("up");
        assertThat(child.stop(Duration.ofMillis(500))).isTrue();
        assertThat(statuses.poll(60, TimeUnit.SECONDS)).isEqualTo(137);
        assertThat(childProcesses()).isEmpty();
    }

    /**
     * A program started by a launcher started by a shell, as npx does. Fails without {@code processTree.terminate} in
     * {@code DirectChild.startWatching}.
     */
    @Test
    void grandchildrenAreStopped() throws Exception {
        var child = launcher.start(
                TestProcesses.shell("sh -c 'sleep 1000 & echo up; sleep 1001' & wait"), DirectLauncherTest::ignoreExit);
        assertThat(firstLine(child)).isEqualTo("up");
        // The last process starts after the ids is printed.
        Await.until("all four processes run", () -> childProcesses().size() >= 4);
        assertThat(child.stop(ChildProcess.STOP_GRACE)).isTrue();
        assertThat(childProcesses()).isEmpty();
    }

    /**
     * Forked twice, with its own session, adopted by init: only the marker identifies it. Fails when ProcessFinder
     * checks sessions only.
     */
    @Test
    void aDaemonThatLeftItsSessionIsStopped() throws Exception {
        var child = launcher.start(
                TestProcesses.shell(
                        "(setsid sh -c 'trap \"\" TERM HUP; echo $$; exec >&- 2>&- <&-; while :; do sleep 1; done' &) ; cat"),
                DirectLauncherTest::ignoreExit);
        var daemon = Long.parseLong(firstLine(child));
        assertThat(ProcessHandle.of(daemon)).isPresent();
        assertThat(child.stop(ChildProcess.STOP_GRACE)).isTrue();
        assertThat(childProcesses()).isEmpty();
        Await.until("the daemon is gone", () -> !isAlive(daemon));
    }

    /** It cleared its environment but stayed in the session. Fails when ProcessFinder checks environments only. */
    @Test
    void aProcessWithoutMarkerInTheSessionIsStopped() throws Exception {
        var child = launcher.start(
                TestProcesses.shell("env -i sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & exec cat"),
                DirectLauncherTest::ignoreExit);
        var cleared = Long.parseLong(firstLine(child));
        assertThat(child.stop(ChildProcess.STOP_GRACE)).isTrue();
        Await.until("the process is gone", () -> !isAlive(cleared));
    }

    private static boolean isAlive(long process) {
        return !readProcFile(Path.of("/proc", Long.toString(process), "stat"))
                .replaceFirst(".*\\) ", "")
                .matches("(?s)|Z.*");
    }

    /** Fails without {@code processTree.terminate} in {@code DirectChild.startWatching}. */
    @Test
    void processesLeftByACrashedChildAreKilled() throws Exception {
        var statuses = new LinkedBlockingQueue<Integer>();
        launcher.start(TestProcesses.shell("sleep 1000 & sleep 1000 & exit 3"), statuses::add);
        assertThat(statuses.poll(60, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(childProcesses()).isEmpty();
    }

    /**
     * After kill -9 of the appliance no child outlives the next start. Fails without {@code --pdeathsig} in
     * ExecWrappers (the child survives) and without the kill in OrphanProcesses (the grandchild survives).
     */
    @Test
    void childrenDieWithTheApplianceAndOrphansAreKilledAtTheNextStart() throws Exception {
        var jvm = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LauncherProcess.class.getName(),
                        installationId)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var ids = jvm.inputReader().readLine();
        assertThat(ids).matches("\\d+ \\d+");
        var child = Long.parseLong(ids.split(" ", -1)[0]);
        var grandchild = Long.parseLong(ids.split(" ", -1)[1]);
        jvm.destroyForcibly().waitFor();

        Await.until("the kernel has killed the child", () -> !isAlive(child));
        assertThat(isAlive(grandchild)).isTrue();
        assertThat(OrphanProcesses.killAll("other-" + installationId)).isZero();
        assertThat(isAlive(grandchild)).isTrue();
        assertThat(OrphanProcesses.killAll(installationId)).isPositive();
        Await.until("the grandchild is gone", () -> !isAlive(grandchild));
        assertThat(childProcesses()).isEmpty();
        assertThat(OrphanProcesses.killAll(installationId)).isZero();
    }

    /**
     * Prints the process ids of a child that ignores the end of its input, and of a grandchild, and waits to be killed.
     */
    static final class LauncherProcess {
        public static void main(String[] arguments) throws Exception {
            var launch = ProcessLauncher.direct(arguments[0]);
            var child = launch.start(
                    TestProcesses.shell(
                            "trap '' TERM HUP; (trap '' TERM HUP; while :; do sleep 1; done) & echo $!; while :; do sleep 1; done"),
                    DirectLauncherTest::ignoreExit);
            System.out.println(child.pid() + " " + firstLine(child));
            new CountDownLatch(1).await();
        }
    }

    /**
     * The kernel sends the parent-death signal when the starting thread exits. Fails when the child is started on the
     * thread of the caller.
     */
    @Test
    void aChildOutlivesTheThreadThatStartedIt() throws Exception {
        var children = new LinkedBlockingQueue<ChildProcess>();
        var starter = Thread.ofPlatform()
                .start(() -> children.add(launcher.start(TestProcesses.of("cat"), DirectLauncherTest::ignoreExit)));
        starter.join();
        var child = children.take();
        child.stdin().write("still running\n".getBytes(StandardCharsets.UTF_8));
        assertThat(firstLine(child)).isEqualTo("still running");
    }

    @Test
    void closeStopsAllChildrenAndRefusesNewOnes() throws Exception {
        var statuses = new LinkedBlockingQueue<Integer>();
        for (var i = 0; i < 5; i++) {
            launcher.start(TestProcesses.of("cat"), statuses::add);
        }
        launcher.close();
        assertThat(childProcesses()).isEmpty();
        for (var i = 0; i < 5; i++) {
            assertThat(statuses.poll(60, TimeUnit.SECONDS)).isZero(); // 0: ended with its input, not killed
        }
        assertThatThrownBy(() -> launcher.start(TestProcesses.of("cat"), DirectLauncherTest::ignoreExit))
                .isInstanceOf(CannotStart.class);
    }

    @Test
    void twoHundredStartsLeakNothing() throws Exception {
        startAndStop(10);
        var descriptors = openDescriptors();
        startAndStop(200);
        assertThat(childProcesses()).isEmpty();
        Await.until("no descriptor is leaked", () -> openDescriptors() <= descriptors);
        Await.until("no child thread is leaked", () -> childThreads().isEmpty());
    }

    private void startAndStop(int count) throws Exception {
        var ended = new CountDownLatch(count);
        IntStream.range(0, count).parallel().forEach(i -> {
            var connection =
                    TestConnections.stdio(launcher, TestProcesses.of("cat"), new FakeMessageListener(ended::countDown));
            connection.send(OutboundMessage.of("{}".getBytes(StandardCharsets.UTF_8)));
            connection.close();
        });
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private static int openDescriptors() {
        return new File("/proc/self/fd").list().length;
    }

    private static List<String> childThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("child-") && !name.equals("child-starter"))
                .toList();
    }

    @Test
    void startFailuresAreExplained(@TempDir Path folder) throws Exception {
        var plain = Files.writeString(folder.resolve("plain"), "#!/bin/sh\n");
        var path = Map.of("PATH", folder + ":relative::/nowhere");
        assertStartFails(new ProcessSpec(List.of("plain"), folder, path, Map.of()), "is not executable", "chmod +x");
        assertStartFails(new ProcessSpec(List.of("./plain"), folder, path, Map.of()), "is not executable", "chmod +x");
        assertStartFails(
                new ProcessSpec(List.of("absent"), folder, path, Map.of()),
                "in none of the directories of PATH",
                "install");
        assertStartFails(
                new ProcessSpec(List.of("absent"), folder, Map.of(), Map.of()), "in none of the directories", "PATH");
        assertStartFails(TestProcesses.of("/no/such/program"), "/no/such/program does not exist", "check the path");
        assertStartFails(
                new ProcessSpec(List.of("cat"), Path.of("/no/such"), TestProcesses.PATH, Map.of()),
                "/no/such",
                "--cwd");
        assertStartFails(new ProcessSpec(List.of(), folder, path, Map.of()), "empty", "name a program");
        // A child that must have no network is not started with one.
        assertStartFails(
                new ProcessSpec(List.of("cat"), folder, TestProcesses.PATH, Map.of(), true), "network", "--offline");
        assertStartFails(TestProcesses.of("cat", "a\0b"), "zero byte", "");
        assertThat(plain.toFile().setExecutable(true)).isTrue();
        assertThat(launcher.start(
                                new ProcessSpec(List.of("./plain"), folder, path, Map.of()),
                                DirectLauncherTest::ignoreExit)
                        .stop(ChildProcess.STOP_GRACE))
                .isTrue();
    }

    /** The JDK would quote the value in its exception. */
    @Test
    void valuesOfRefusedVariablesAreNotPrinted() {
        assertStartFails(
                specWithSecret("T", () -> new byte[] {'h', 'u', 's', 'h', 0}),
                "the value of T contains a zero byte",
                "");
        assertStartFails(
                specWithSecret("T", () -> new byte[] {'h', 'u', 's', 'h', (byte) 0xff}),
                "the value of T is not text",
                "UTF-8");
        assertStartFails(specWithSecret("A=B", () -> new byte[] {'h', 'u', 's', 'h'}), "invalid name", "letters");
        assertStartFails(specWithSecret("PATH", () -> new byte[] {'h', 'u', 's', 'h'}), "PATH is set twice", "once");
        assertStartFails(
                specWithSecret("KRUXOS_CHILD", () -> new byte[] {'h', 'u', 's', 'h'}), "is reserved", "another");
    }

    private static ProcessSpec specWithSecret(String name, Supplier<byte[]> value) {
        return new ProcessSpec(List.of("cat"), Path.of("/"), TestProcesses.PATH, Map.of(name, value));
    }

    private void assertStartFails(ProcessSpec command, String reason, String hint) {
        assertThatThrownBy(() -> launcher.start(command, DirectLauncherTest::ignoreExit))
                .isInstanceOfSatisfying(CannotStart.class, e -> {
                    assertThat(e).hasMessageContaining(reason);
                    assertThat(e.hint()).contains(hint);
                    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                        assertThat(String.valueOf(cause.getMessage())).doesNotContain("hush");
                    }
                });
    }

    /** Without setsid there is no session to search for; the marker must suffice. */
    @Test
    void childrenAreCleanedUpWithoutSetsidAndSetpriv() throws Exception {
        try (var bare = new DirectLauncher(installationId, ExecWrappers.none())) {
            var child = bare.start(
                    TestProcesses.shell("trap '' TERM; sleep 1000 & echo up; while :; do sleep 1; done"),
                    DirectLauncherTest::ignoreExit);
            assertThat(firstLine(child)).isEqualTo("up");
            assertThat(child.stop(Duration.ofMillis(500))).isTrue();
            assertThat(childProcesses()).isEmpty();
        }
    }

    @Test
    void argumentsAreNotInterpretedByAShell() throws Exception {
        var child = launcher.start(
                TestProcesses.of("printf", "%s\n", "$(id); `id` > x | y"), DirectLauncherTest::ignoreExit);
        assertThat(firstLine(child)).isEqualTo("$(id); `id` > x | y");
    }
}
