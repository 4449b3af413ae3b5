package com.kruxos.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.host.Processes;
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
final class PlainLaunchTest {

    private final String home = "test-" + HexFormat.of().toHexDigits(new Random().nextLong());
    private final Launch launch = Launch.plain(home);

    @AfterEach
    void close() {
        launch.close();
        Strays.sweep(home);
    }

    private static void nobody(int status) {}

    /** Every process of this home; its children carry the marker. */
    private List<Long> family() {
        return Processes.startedWith("KRUXOS_CHILD=" + home + ":");
    }

    private static String firstLine(Child child) throws IOException {
        return reader(child).readLine();
    }

    private static BufferedReader reader(Child child) {
        return new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8));
    }

    /** Red without {@code environment.clear()} in Variables.fill. */
    @Test
    void childGetsExactlyTheEnvironmentGiven() throws Exception {
        var command = new Command(
                List.of("env"),
                Path.of("/"),
                Map.of("PATH", "/usr/bin:/bin", "GREETING", "good day"),
                Map.of("TOKEN", () -> "s3cret=\nx".getBytes(StandardCharsets.UTF_8)));
        var child = launch.start(command, PlainLaunchTest::nobody);
        var lines = new String(child.stdout().readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
        assertThat(Arrays.stream(lines).map(line -> line.replaceFirst(":[0-9a-f]{32}$", ":X")))
                .containsExactlyInAnyOrder(
                        "PATH=/usr/bin:/bin",
                        "GREETING=good day",
                        "TOKEN=s3cret=",
                        "x",
                        "KRUXOS_CHILD=" + home + ":X",
                        "");
    }

    /** Depends on the locale the JVM was started in; what must never happen is a child with question marks. */
    @Test
    void otherLettersArriveOrAreRefused() throws Exception {
        var command = new Command(
                List.of("printenv", "NAME", "TOKEN"),
                Path.of("/"),
                Map.of("PATH", "/usr/bin:/bin", "NAME", "grüß"),
                Map.of("TOKEN", () -> "öß".getBytes(StandardCharsets.UTF_8)));
        if (System.getProperty("sun.jnu.encoding").equals("UTF-8")) {
            assertThat(new String(
                            launch.start(command, PlainLaunchTest::nobody)
                                    .stdout()
                                    .readAllBytes(),
                            StandardCharsets.UTF_8))
                    .isEqualTo("grüß\nöß\n");
        } else {
            assertCannot(command, "is not text in", "LANG=C.UTF-8");
        }
    }

    @Test
    void secretIsInTheEnvironmentAndInNoCommandLine() throws Exception {
        var secret = "planted-" + home;
        var command = new Command(
                List.of("cat"),
                Path.of("/"),
                Commands.PATH,
                Map.of("TOKEN", () -> secret.getBytes(StandardCharsets.UTF_8)));
        var child = launch.start(command, PlainLaunchTest::nobody);
        var proc = Path.of("/proc", Long.toString(child.pid()));
        Await.until("the program runs", () -> read(proc.resolve("comm")).equals("cat\n"));
        assertThat(read(proc.resolve("environ"))).contains("TOKEN=" + secret);
        for (var process : new File("/proc").list((dir, name) -> name.matches("\\d+"))) {
            assertThat(read(Path.of("/proc", process, "cmdline"))).doesNotContain(secret);
        }
        assertThat(command.toString()).doesNotContain(secret);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void exitStatusIsToldOnce() throws Exception {
        var told = new LinkedBlockingQueue<Integer>();
        launch.start(Commands.shell("exit 7"), told::add);
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(7);
        var child = launch.start(Commands.shell("kill -9 $$"), told::add);
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(137);
        child.stop(Child.GRACE);
        assertThat(told).isEmpty();
    }

    @Test
    void endOfInputIsEnoughForMost() throws Exception {
        var told = new LinkedBlockingQueue<Integer>();
        var child = launch.start(Commands.of("cat"), told::add);
        assertThat(child.stop(Child.GRACE)).isTrue();
        assertThat(told.poll(60, TimeUnit.SECONDS)).isZero();
    }

    /** Row F4, for one child. Red without the SIGKILL in PlainChild.stop. */
    @Test
    void oneThatIgnoresEverythingIsKilled() throws Exception {
        var told = new LinkedBlockingQueue<Integer>();
        var child = launch.start(Commands.shell("trap '' TERM; echo up; while :; do sleep 1; done"), told::add);
        assertThat(firstLine(child)).isEqualTo("up");
        assertThat(child.stop(Duration.ofMillis(500))).isTrue();
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(137);
        assertThat(family()).isEmpty();
    }

    /**
     * Row F4, for one family. A server behind a launcher behind a shell, as npx makes them. Red without
     * {@code family.end} in PlainChild.watch.
     */
    @Test
    void grandchildrenGoToo() throws Exception {
        var child = launch.start(
                Commands.shell("sh -c 'sleep 1000 & echo up; sleep 1001' & wait"), PlainLaunchTest::nobody);
        assertThat(firstLine(child)).isEqualTo("up");
        // The last of them starts behind the word.
        Await.until("the whole family", () -> family().size() >= 4);
        assertThat(child.stop(Child.GRACE)).isTrue();
        assertThat(family()).isEmpty();
    }

    /**
     * Forked twice, own session, adopted by init: only the marker finds it. Red when Processes looks at sessions only.
     */
    @Test
    void daemonThatLeftItsSessionGoesToo() throws Exception {
        var child = launch.start(
                Commands.shell(
                        "(setsid sh -c 'trap \"\" TERM HUP; echo $$; exec >&- 2>&- <&-; while :; do sleep 1; done' &) ; cat"),
                PlainLaunchTest::nobody);
        var daemon = Long.parseLong(firstLine(child));
        assertThat(ProcessHandle.of(daemon)).isPresent();
        assertThat(child.stop(Child.GRACE)).isTrue();
        assertThat(family()).isEmpty();
        Await.until("the daemon is gone", () -> !alive(daemon));
    }

    /**
     * Wiped its environment but stayed in the session: only the session finds it. Red when Processes looks at markers
     * only.
     */
    @Test
    void oneWithoutMarkerInTheSessionGoesToo() throws Exception {
        var child = launch.start(
                Commands.shell("env -i sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & exec cat"),
                PlainLaunchTest::nobody);
        var wiped = Long.parseLong(firstLine(child));
        assertThat(child.stop(Child.GRACE)).isTrue();
        Await.until("it is gone", () -> !alive(wiped));
    }

    private static boolean alive(long process) {
        return !read(Path.of("/proc", Long.toString(process), "stat"))
                .replaceFirst(".*\\) ", "")
                .matches("(?s)|Z.*");
    }

    /** Red without {@code family.end} in PlainChild.watch. */
    @Test
    void whatACrashedChildLeavesIsKilledWithoutBeingAsked() throws Exception {
        var told = new LinkedBlockingQueue<Integer>();
        launch.start(Commands.shell("sleep 1000 & sleep 1000 & exit 3"), told::add);
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(family()).isEmpty();
    }

    /**
     * Row F4, for a kill -9 of ours. Our own process is killed without a chance to clean up. Red without
     * {@code --pdeathsig} in Wrappers (the child stays) and without the kill in Strays (the grandchild stays).
     */
    @Test
    void killedWithUs() throws Exception {
        var jvm = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        home)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var line = jvm.inputReader().readLine();
        assertThat(line).matches("\\d+ \\d+");
        var child = Long.parseLong(line.split(" ", -1)[0]);
        var grandchild = Long.parseLong(line.split(" ", -1)[1]);
        jvm.destroyForcibly().waitFor();

        Await.until("the kernel has killed the child", () -> !alive(child));
        assertThat(alive(grandchild)).isTrue();
        assertThat(Strays.sweep("other-" + home)).isZero();
        assertThat(alive(grandchild)).isTrue();
        assertThat(Strays.sweep(home)).isPositive();
        Await.until("the grandchild is gone", () -> !alive(grandchild));
        assertThat(family()).isEmpty();
        assertThat(Strays.sweep(home)).isZero();
    }

    /** Prints the ids of a child that ignores the end of its input and of a grandchild, and waits to be killed. */
    static final class Victim {
        public static void main(String[] arguments) throws Exception {
            var launch = Launch.plain(arguments[0]);
            var child = launch.start(
                    Commands.shell(
                            "trap '' TERM HUP; (trap '' TERM HUP; while :; do sleep 1; done) & echo $!; while :; do sleep 1; done"),
                    PlainLaunchTest::nobody);
            System.out.println(child.pid() + " " + firstLine(child));
            new CountDownLatch(1).await();
        }
    }

    /**
     * The kernel takes the end of the starting thread for our death. Red when the child is started on the caller's
     * thread.
     */
    @Test
    void outlivesTheThreadThatAskedForIt() throws Exception {
        var children = new LinkedBlockingQueue<Child>();
        var asking = Thread.ofPlatform()
                .start(() -> children.add(launch.start(Commands.of("cat"), PlainLaunchTest::nobody)));
        asking.join();
        var child = children.take();
        child.stdin().write("still here\n".getBytes(StandardCharsets.UTF_8));
        assertThat(firstLine(child)).isEqualTo("still here");
    }

    @Test
    void closingStopsAllAndStartsNone() throws Exception {
        var told = new LinkedBlockingQueue<Integer>();
        for (var i = 0; i < 5; i++) {
            launch.start(Commands.of("cat"), told::add);
        }
        launch.close();
        assertThat(family()).isEmpty();
        for (var i = 0; i < 5; i++) {
            assertThat(told.poll(60, TimeUnit.SECONDS)).isZero(); // 0: asked by end of input, not killed
        }
        assertThatThrownBy(() -> launch.start(Commands.of("cat"), PlainLaunchTest::nobody))
                .isInstanceOf(CannotStart.class);
    }

    @Test
    void twoHundredStartsLeaveNothing() throws Exception {
        rounds(10);
        var descriptors = descriptors();
        rounds(200);
        assertThat(family()).isEmpty();
        Await.until("no descriptor is left", () -> descriptors() <= descriptors);
        Await.until("no thread of ours is left", () -> threads().isEmpty());
    }

    private void rounds(int count) throws Exception {
        var ended = new CountDownLatch(count);
        IntStream.range(0, count).parallel().forEach(i -> {
            var connection = StdioConnection.start(launch, Commands.of("cat"), new FakeReceiver(ended::countDown));
            connection.send(Outgoing.of("{}".getBytes(StandardCharsets.UTF_8)));
            connection.close();
        });
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private static int descriptors() {
        return new File("/proc/self/fd").list().length;
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("child-") && !name.equals("child-starter"))
                .toList();
    }

    @Test
    void saysWhyItCannotStart(@TempDir Path folder) throws Exception {
        var plain = Files.writeString(folder.resolve("plain"), "#!/bin/sh\n");
        var path = Map.of("PATH", folder + ":relative::/nowhere");
        assertCannot(new Command(List.of("plain"), folder, path, Map.of()), "is not executable", "chmod +x");
        assertCannot(new Command(List.of("./plain"), folder, path, Map.of()), "is not executable", "chmod +x");
        assertCannot(
                new Command(List.of("absent"), folder, path, Map.of()), "in none of the folders of PATH", "install");
        assertCannot(new Command(List.of("absent"), folder, Map.of(), Map.of()), "in none of the folders", "PATH");
        assertCannot(Commands.of("/no/such/program"), "/no/such/program does not exist", "check the path");
        assertCannot(new Command(List.of("cat"), Path.of("/no/such"), Commands.PATH, Map.of()), "/no/such", "--cwd");
        assertCannot(new Command(List.of(), folder, path, Map.of()), "empty", "name a program");
        // Never less than what was asked for.
        assertCannot(new Command(List.of("cat"), folder, Commands.PATH, Map.of(), true), "network", "--offline");
        assertCannot(Commands.of("cat", "a\0b"), "zero byte", "");
        assertThat(plain.toFile().setExecutable(true)).isTrue();
        assertThat(launch.start(new Command(List.of("./plain"), folder, path, Map.of()), PlainLaunchTest::nobody)
                        .stop(Child.GRACE))
                .isTrue();
    }

    /** The JDK would print the value of such a variable in its exception. */
    @Test
    void refusedVariablesAreNotPrinted() {
        assertCannot(secret("T", () -> new byte[] {'h', 'u', 's', 'h', 0}), "the value of T holds a zero byte", "");
        assertCannot(
                secret("T", () -> new byte[] {'h', 'u', 's', 'h', (byte) 0xff}), "the value of T is not text", "UTF-8");
        assertCannot(secret("A=B", () -> new byte[] {'h', 'u', 's', 'h'}), "cannot hold", "letters");
        assertCannot(secret("PATH", () -> new byte[] {'h', 'u', 's', 'h'}), "PATH is given twice", "once");
        assertCannot(secret("KRUXOS_CHILD", () -> new byte[] {'h', 'u', 's', 'h'}), "is ours", "another");
    }

    private static Command secret(String name, Supplier<byte[]> value) {
        return new Command(List.of("cat"), Path.of("/"), Commands.PATH, Map.of(name, value));
    }

    private void assertCannot(Command command, String reason, String hint) {
        assertThatThrownBy(() -> launch.start(command, PlainLaunchTest::nobody))
                .isInstanceOfSatisfying(CannotStart.class, e -> {
                    assertThat(e).hasMessageContaining(reason);
                    assertThat(e.hint()).contains(hint);
                    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                        assertThat(String.valueOf(cause.getMessage())).doesNotContain("hush");
                    }
                });
    }

    /** A system without setsid and setpriv: no session to look for, the marker must do. */
    @Test
    void withoutHelpersItStillLeavesNothing() throws Exception {
        try (var bare = new PlainLaunch(home, Wrappers.none())) {
            var child = bare.start(
                    Commands.shell("trap '' TERM; sleep 1000 & echo up; while :; do sleep 1; done"),
                    PlainLaunchTest::nobody);
            assertThat(firstLine(child)).isEqualTo("up");
            assertThat(child.stop(Duration.ofMillis(500))).isTrue();
            assertThat(family()).isEmpty();
        }
    }

    @Test
    void noShellReadsTheArguments() throws Exception {
        var child = launch.start(Commands.of("printf", "%s\n", "$(id); `id` > x | y"), PlainLaunchTest::nobody);
        assertThat(firstLine(child)).isEqualTo("$(id); `id` > x | y");
    }
}
