package com.kruxos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.egress.CannotConnect;
import com.kruxos.os.ProcessFinder;
import com.kruxos.transport.FakeMessageListener;
import com.kruxos.transport.OutboundMessage;
import com.kruxos.transport.StdioConnection;
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

    /** Every process of this home; its children carry the marker. */
    private List<Long> childProcesses() {
        return ProcessFinder.findByEnvironment("KRUXOS_CHILD=" + installationId + ":");
    }

    private static String firstLine(ChildProcess child) throws IOException {
        return outputOf(child).readLine();
    }

    private static BufferedReader outputOf(ChildProcess child) {
        return new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8));
    }

    /** Red without {@code environment.clear()} in Variables.fill. */
    @Test
    void theChildGetsExactlyTheGivenEnvironment() throws Exception {
        var command = new ProcessSpec(
                List.of("env"),
                Path.of("/"),
                Map.of("PATH", "/usr/bin:/bin", "GREETING", "good day"),
                Map.of("TOKEN", () -> "s3cret=\nx".getBytes(StandardCharsets.UTF_8)));
        var child = launcher.start(command, DirectLauncherTest::ignoreExit);
        var lines = new String(child.stdout().readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
        assertThat(Arrays.stream(lines).map(line -> line.replaceFirst(":[0-9a-f]{32}$", ":X")))
                .containsExactlyInAnyOrder(
                        "PATH=/usr/bin:/bin",
                        "GREETING=good day",
                        "TOKEN=s3cret=",
                        "x",
                        "KRUXOS_CHILD=" + installationId + ":X",
                        "");
    }

    /** Depends on the locale the JVM was started in; what must never happen is a child with question marks. */
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
        var told = new LinkedBlockingQueue<Integer>();
        launcher.start(TestProcesses.shell("exit 7"), told::add);
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(7);
        var child = launcher.start(TestProcesses.shell("kill -9 $$"), told::add);
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(137);
        child.stop(ChildProcess.STOP_GRACE);
        assertThat(told).isEmpty();
    }

    @Test
    void aChildThatEndsWithItsInputIsStoppedByClosingIt() throws Exception {
        var told = new LinkedBlockingQueue<Integer>();
        var child = launcher.start(TestProcesses.of("cat"), told::add);
        assertThat(child.stop(ChildProcess.STOP_GRACE)).isTrue();
        assertThat(told.poll(60, TimeUnit.SECONDS)).isZero();
    }

    /** Row F4, for one child. Red without the SIGKILL in DirectChild.stop. */
    @Test
    void aChildThatIgnoresSigtermIsKilled() throws Exception {
        var told = new LinkedBlockingQueue<Integer>();
        var child = launcher.start(TestProcesses.shell("trap '' TERM; echo up; while :; do sleep 1; done"), told::add);
        assertThat(firstLine(child)).isEqualTo("up");
        assertThat(child.stop(Duration.ofMillis(500))).isTrue();
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(137);
        assertThat(childProcesses()).isEmpty();
    }

    /**
     * Row F4, for one family. A server behind a launcher behind a shell, as npx makes them. Red without
     * {@code family.end} in DirectChild.startWatching.
     */
    @Test
    void grandchildrenAreStopped() throws Exception {
        var child = launcher.start(
                TestProcesses.shell("sh -c 'sleep 1000 & echo up; sleep 1001' & wait"), DirectLauncherTest::ignoreExit);
        assertThat(firstLine(child)).isEqualTo("up");
        // The last of them starts behind the word.
        Await.until("the whole family", () -> childProcesses().size() >= 4);
        assertThat(child.stop(ChildProcess.STOP_GRACE)).isTrue();
        assertThat(childProcesses()).isEmpty();
    }

    /**
     * Forked twice, own session, adopted by init: only the marker finds it. Red when Processes looks at sessions only.
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

    /**
     * Wiped its environment but stayed in the session: only the session finds it. Red when Processes looks at markers
     * only.
     */
    @Test
    void aProcessWithoutMarkerInTheSessionIsStopped() throws Exception {
        var child = launcher.start(
                TestProcesses.shell("env -i sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & exec cat"),
                DirectLauncherTest::ignoreExit);
        var wiped = Long.parseLong(firstLine(child));
        assertThat(child.stop(ChildProcess.STOP_GRACE)).isTrue();
        Await.until("it is gone", () -> !isAlive(wiped));
    }

    private static boolean isAlive(long process) {
        return !readProcFile(Path.of("/proc", Long.toString(process), "stat"))
                .replaceFirst(".*\\) ", "")
                .matches("(?s)|Z.*");
    }

    /** Red without {@code family.end} in DirectChild.startWatching. */
    @Test
    void processesLeftByACrashedChildAreKilled() throws Exception {
        var told = new LinkedBlockingQueue<Integer>();
        launcher.start(TestProcesses.shell("sleep 1000 & sleep 1000 & exit 3"), told::add);
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(childProcesses()).isEmpty();
    }

    /**
     * Row F4, for a kill -9 of ours. Our own process is killed without a chance to clean up. Red without
     * {@code --pdeathsig} in Wrappers (the child stays) and without the kill in Strays (the grandchild stays).
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
        var line = jvm.inputReader().readLine();
        assertThat(line).matches("\\d+ \\d+");
        var child = Long.parseLong(line.split(" ", -1)[0]);
        var grandchild = Long.parseLong(line.split(" ", -1)[1]);
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

    /** Prints the ids of a child that ignores the end of its input and of a grandchild, and waits to be killed. */
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
     * The kernel takes the end of the starting thread for our death. Red when the child is started on the caller's
     * thread.
     */
    @Test
    void aChildOutlivesTheThreadThatStartedIt() throws Exception {
        var children = new LinkedBlockingQueue<ChildProcess>();
        var asking = Thread.ofPlatform()
                .start(() -> children.add(launcher.start(TestProcesses.of("cat"), DirectLauncherTest::ignoreExit)));
        asking.join();
        var child = children.take();
        child.stdin().write("still here\n".getBytes(StandardCharsets.UTF_8));
        assertThat(firstLine(child)).isEqualTo("still here");
    }

    @Test
    void closeStopsAllChildrenAndRefusesNewOnes() throws Exception {
        var told = new LinkedBlockingQueue<Integer>();
        for (var i = 0; i < 5; i++) {
            launcher.start(TestProcesses.of("cat"), told::add);
        }
        launcher.close();
        assertThat(childProcesses()).isEmpty();
        for (var i = 0; i < 5; i++) {
            assertThat(told.poll(60, TimeUnit.SECONDS)).isZero(); // 0: asked by end of input, not killed
        }
        assertThatThrownBy(() -> launcher.start(TestProcesses.of("cat"), DirectLauncherTest::ignoreExit))
                .isInstanceOf(CannotConnect.class);
    }

    @Test
    void twoHundredStartsLeakNothing() throws Exception {
        startAndStop(10);
        var descriptors = openDescriptors();
        startAndStop(200);
        assertThat(childProcesses()).isEmpty();
        Await.until("no descriptor is left", () -> openDescriptors() <= descriptors);
        Await.until("no thread of ours is left", () -> childThreads().isEmpty());
    }

    private void startAndStop(int count) throws Exception {
        var ended = new CountDownLatch(count);
        IntStream.range(0, count).parallel().forEach(i -> {
            var connection =
                    StdioConnection.start(launcher, TestProcesses.of("cat"), new FakeMessageListener(ended::countDown));
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
                "in none of the folders of PATH",
                "install");
        assertStartFails(
                new ProcessSpec(List.of("absent"), folder, Map.of(), Map.of()), "in none of the folders", "PATH");
        assertStartFails(TestProcesses.of("/no/such/program"), "/no/such/program does not exist", "check the path");
        assertStartFails(
                new ProcessSpec(List.of("cat"), Path.of("/no/such"), TestProcesses.PATH, Map.of()),
                "/no/such",
                "--cwd");
        assertStartFails(new ProcessSpec(List.of(), folder, path, Map.of()), "empty", "name a program");
        // Never less than what was asked for.
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

    /** The JDK would print the value of such a variable in its exception. */
    @Test
    void valuesOfRefusedVariablesAreNotPrinted() {
        assertStartFails(
                specWithSecret("T", () -> new byte[] {'h', 'u', 's', 'h', 0}), "the value of T holds a zero byte", "");
        assertStartFails(
                specWithSecret("T", () -> new byte[] {'h', 'u', 's', 'h', (byte) 0xff}),
                "the value of T is not text",
                "UTF-8");
        assertStartFails(specWithSecret("A=B", () -> new byte[] {'h', 'u', 's', 'h'}), "cannot hold", "letters");
        assertStartFails(specWithSecret("PATH", () -> new byte[] {'h', 'u', 's', 'h'}), "PATH is given twice", "once");
        assertStartFails(specWithSecret("KRUXOS_CHILD", () -> new byte[] {'h', 'u', 's', 'h'}), "is ours", "another");
    }

    private static ProcessSpec specWithSecret(String name, Supplier<byte[]> value) {
        return new ProcessSpec(List.of("cat"), Path.of("/"), TestProcesses.PATH, Map.of(name, value));
    }

    private void assertStartFails(ProcessSpec command, String reason, String hint) {
        assertThatThrownBy(() -> launcher.start(command, DirectLauncherTest::ignoreExit))
                .isInstanceOfSatisfying(CannotConnect.class, e -> {
                    assertThat(e).hasMessageContaining(reason);
                    assertThat(e.hint()).contains(hint);
                    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                        assertThat(String.valueOf(cause.getMessage())).doesNotContain("hush");
                    }
                });
    }

    /** A system without setsid and setpriv: no session to look for, the marker must do. */
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
