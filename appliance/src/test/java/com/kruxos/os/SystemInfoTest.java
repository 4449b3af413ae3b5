package com.kruxos.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class SystemInfoTest {
    @Test
    void theEffectiveUserAndGroupAreReported() throws Exception {
        assertThat(SystemInfo.isLinux()).isTrue();
        assertThat(SystemInfo.effectiveUserId()).isEqualTo(idOf("Uid:"));
        assertThat(SystemInfo.effectiveGroupId()).isEqualTo(idOf("Gid:"));
    }

    /** The line reads "Uid: real effective saved file-system". */
    private static int idOf(String name) throws Exception {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            var line = lines.filter(text -> text.startsWith(name)).findFirst().orElseThrow();
            return Integer.parseInt(line.split("\\s+", -1)[2]);
        }
    }

    @Test
    void memoryAndCpuTimeAreReported() {
        assertThat(SystemInfo.residentBytes().orElseThrow()).isBetween(10L << 20, 8L << 30);
        assertThat(SystemInfo.cpuTime().orElseThrow()).isPositive();
    }

    /** Runs in its own process, because undumpable is permanent. */
    @Test
    void theProcessBecomesUndumpable() throws Exception {
        var jvm = startJvm(UndumpableProcess.class);
        assertThat(new String(jvm.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("1 true 0\n");
        assertThat(jvm.waitFor()).isZero();
    }

    static Process startJvm(Class<?> main) throws Exception {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static final class UndumpableProcess {
        private static final int PR_GET_DUMPABLE = 3;

        public static void main(String[] arguments) {
            System.out.println(CLibrary.prctl(PR_GET_DUMPABLE, 0) + " " + SystemInfo.makeUndumpable() + " "
                    + CLibrary.prctl(PR_GET_DUMPABLE, 0));
        }
    }

    @Test
    void aSignalReachesOneProcessOrItsGroup() throws Exception {
        var one = new ProcessBuilder("sleep", "1000").start();
        assertThat(ProcessSignal.SIGTERM.send(one.pid())).isTrue();
        assertThat(one.waitFor()).isEqualTo(128 + 15);
        var leader = new ProcessBuilder("setsid", "sh", "-c", "sleep 1000 & echo up; wait").start();
        assertThat(leader.inputReader().readLine()).isEqualTo("up");
        assertThat(ProcessSignal.SIGKILL.sendGroup(leader.pid())).isTrue();
        assertThat(leader.waitFor()).isEqualTo(128 + 9);
        assertThat(leader.inputReader().readLine()).isNull(); // the sleeping process held the pipe, too
    }

    /**
     * For kill(2), 0 is our own group and −1 every process. Fails, and ends the test run, without the check in
     * ProcessSignal.
     */
    @Test
    void reservedProcessIdsAreNeverSignalled() {
        assertThat(ProcessSignal.SIGTERM.send(0)).isFalse();
        assertThat(ProcessSignal.SIGTERM.send(-1)).isFalse();
        assertThat(ProcessSignal.SIGTERM.send(1)).isFalse();
        assertThat(ProcessSignal.SIGTERM.sendGroup(0)).isFalse();
        assertThat(ProcessSignal.SIGTERM.sendGroup(1)).isFalse();
    }

    @Test
    void processesAreFoundByEnvironmentEntryAndSession() throws Exception {
        var builder = new ProcessBuilder("setsid", "sh", "-c", "env -i sleep 1000 & echo $!; wait");
        builder.environment().put("HOST_TEST", "mark:" + ProcessHandle.current().pid());
        var leader = builder.start();
        var cleared = Long.parseLong(leader.inputReader().readLine());
        var entry = "HOST_TEST=mark:" + ProcessHandle.current().pid();
        // Until exec, the forked process shows the environment of its parent, or none.
        var program = Path.of("/proc", String.valueOf(cleared), "comm");
        var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!Files.readString(program).equals("sleep\n") && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(ProcessFinder.findByEnvironment(entry)).containsExactly(leader.pid());
        assertThat(ProcessFinder.findByEnvironment("OST_TEST=mark")).isEmpty();
        assertThat(ProcessFinder.findByEnvironment(entry, leader.pid()))
                .containsExactlyInAnyOrder(leader.pid(), cleared);
        ProcessSignal.SIGKILL.sendGroup(leader.pid());
        leader.waitFor();
    }

    @Test
    void environmentEntriesMatchFromTheirStart() {
        var environment = "A=1\0BB=2\0C=B=3\0".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(containsEntry(environment, "A=1")).isTrue();
        assertThat(containsEntry(environment, "BB=")).isTrue();
        assertThat(containsEntry(environment, "C=B=3\0")).isTrue();
        assertThat(containsEntry(environment, "B=")).isFalse();
        assertThat(containsEntry(environment, "C=B=34")).isFalse();
        assertThat(containsEntry(new byte[0], "A")).isFalse();
    }

    private static boolean containsEntry(byte[] environment, String entry) {
        return ProcessFinder.containsEntry(environment, entry.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
