package com.kruxos.os;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.DatagramListener;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
final class SystemdNotifierTest {
    private static final long SELF = ProcessHandle.current().pid();

    @TempDir
    Path folder;

    @Test
    void notifiesASocketPath() throws Exception {
        assertNotifies(folder.resolve("notify").toString());
    }

    /** Red without the zero that UnixSocketAddress puts in front, and when more of it counts than the name is long. */
    @Test
    void notifiesAnAbstractSocket() throws Exception {
        assertNotifies("@kruxos-test-" + SELF + "-" + System.nanoTime());
    }

    private static void assertNotifies(String address) throws Exception {
        try (var ear = DatagramListener.listenAt(address)) {
            var manager = SystemdNotifier.fromEnvironment(Map.of("NOTIFY_SOCKET", address));
            assertThat(manager.notifyReady("doors open")).isTrue();
            assertThat(manager.notifyWatchdog("grün")).isTrue();
            assertThat(manager.notifyStopping("good bye", Duration.ofSeconds(25)))
                    .isTrue();
            assertThat(ear.next()).isEqualTo("READY=1|STATUS=doors open");
            assertThat(ear.next()).isEqualTo("WATCHDOG=1|STATUS=grün");
            assertThat(ear.next()).isEqualTo("STOPPING=1|EXTEND_TIMEOUT_USEC=25000000|STATUS=good bye");
        }
    }

    /** A status may quote what an operating system said. */
    @Test
    void lineBreaksInAStatusAreReplaced() throws Exception {
        var address = folder.resolve("notify").toString();
        try (var ear = DatagramListener.listenAt(address)) {
            SystemdNotifier.fromEnvironment(Map.of("NOTIFY_SOCKET", address)).notifyReady("full\nMAINPID=1\r\n");
            assertThat(ear.next()).isEqualTo("READY=1|STATUS=full MAINPID=1 ");
        }
    }

    @Test
    void nothingIsSentWithoutANotifySocket() {
        var manager = SystemdNotifier.fromEnvironment(Map.of("WATCHDOG_USEC", "1000000"));
        assertThat(manager.isEnabled()).isFalse();
        assertThat(manager.notifyReady("open")).isTrue();
        assertThat(manager.watchdogTimeout()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "@", "/no/such/folder/notify", "vsock:2:1"})
    void unreachableSocketsAreReported(String address) {
        assertThat(SystemdNotifier.fromEnvironment(Map.of("NOTIFY_SOCKET", address))
                        .notifyReady("open"))
                .isFalse();
    }

    @Test
    void socketPathsUpToTheKernelLimitWork() throws Exception {
        var room = 107 - folder.toString().length() - 1;
        var longest = folder.resolve("x".repeat(room)).toString();
        try (var ear = DatagramListener.listenAt(longest)) {
            assertThat(SystemdNotifier.fromEnvironment(Map.of("NOTIFY_SOCKET", longest))
                            .notifyReady("open"))
                    .isTrue();
            assertThat(ear.next()).startsWith("READY=1");
        }
        assertThat(SystemdNotifier.fromEnvironment(Map.of("NOTIFY_SOCKET", longest + "x"))
                        .notifyReady("open"))
                .isFalse();
    }

    @Test
    void noDescriptorIsLeaked() throws Exception {
        var address = folder.resolve("notify").toString();
        try (var ear = DatagramListener.listenAt(address)) {
            var manager = SystemdNotifier.fromEnvironment(Map.of("NOTIFY_SOCKET", address));
            manager.notifyReady("open");
            var before = openDescriptors();
            for (var i = 0; i < 100; i++) {
                manager.notifyWatchdog("beat");
            }
            assertThat(openDescriptors()).isLessThan(before + 50);
            assertThat(ear.next()).startsWith("READY=1");
        }
    }

    private static int openDescriptors() {
        return new File("/proc/self/fd").list().length;
    }

    @ParameterizedTest
    @CsvSource({
        "30000000, '', 30000000",
        "30000000, self, 30000000",
        "30000000, 1, 0",
        "0, '', 0",
        "-1, '', 0",
        "soon, '', 0",
        "99999999999999999999, '', 0",
        "9223372036854775807, '', 0",
    })
    void theWatchdogTimeoutIsReadFromTheEnvironment(String micros, String process, long expected) {
        var manager = SystemdNotifier.fromEnvironment(Map.of(
                "NOTIFY_SOCKET",
                "@nobody",
                "WATCHDOG_USEC",
                micros,
                "WATCHDOG_PID",
                process.equals("self") ? Long.toString(SELF) : process));
        assertThat(manager.watchdogTimeout().orElse(Duration.ZERO)).isEqualTo(Duration.ofNanos(expected * 1_000));
    }
}
