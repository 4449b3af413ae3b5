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

    /** Fails without the leading zero in UnixSocketAddress, and when its length is not that of the name. */
    @Test
    void notifiesAnAbstractSocket() throws Exception {
        assertNotifies("@kruxos-test-" + SELF + "-" + System.nanoTime());
    }

    private static void assertNotifies(String address) throws Exception {
        try (var listener = DatagramListener.listenAt(address)) {
            var notifier = SystemdNotifier.fromEnvironment(Map.of("NOTIFY_SOCKET", address));
            assertThat(notifier.notifyReady("listening")).isTrue();
            assertThat(notifier.notifyWatchdog("grün")).isTrue();
            assertThat(notifier.notifyStopping("stopping", Duration.ofSeconds(25)))
                    .isTrue();
            assertThat(listener.next()).isEqualTo("READY=1|STATUS=listening");
            assertThat(listener.next()).isEqualTo("WATCHDOG=1|STATUS=grün");
            assertThat(listener.next()).isEqualTo("STOPPING=1|EXTEND_TIMEOUT_USEC=25000000|STATUS=stopping");
        }
    }

    /** A status may contain an error message of the operating system. */
    @Test
    void lineBreaksInAStatusAreReplaced() throws Exception {
        var address = folder.resolve("notify").toString();
        try (var listener = DatagramListener.listenAt(address)) {
            SystemdNotifier.fromEnvironment(Map.of("NOTIFY_SOCKET", address)).notifyReady("full\nMAINPID=1\r\n");
            assertThat(listener.next()).isEqualTo("READY=1|STATUS=full MAINPID=1 ");
        }
    }

    @Test
    void nothingIsSentWithoutANotifySocket() {
        var notifier = SystemdNotifier.fromEnvironment(Map.of("WATCHDOG_USEC", "1000000"));
        assertThat(notifier.isEnabled()).isFalse();
        assertThat(notifier.notifyReady("open")).isTrue();
        assertThat(notifier.watchdogTimeout()).isEmpty();
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
        var length = 107 - folder.toString().length() - 1;
        var longest = folder.resolve("x".repeat(length)).toString();
        try (var listener = DatagramListener.listenAt(longest)) {
            assertThat(SystemdNotifier.fromEnvironment(Map.of("NOTIFY_SOCKET", longest))
                            .notifyReady("open"))
                    .isTrue();
            assertThat(listener.next()).startsWith("READY=1");
        }
        assertThat(SystemdNotifier.fromEnvironment(Map.of("NOTIFY_SOCKET", longest + "x"))
                        .notifyReady("open"))
                .isFalse();
    }

    @Test
    void noDescriptorIsLeaked() throws Exception {
        var address = folder.resolve("notify").toString();
        try (var listener = DatagramListener.listenAt(address)) {
            var notifier = SystemdNotifier.fromEnvironment(Map.of("NOTIFY_SOCKET", address));
            notifier.notifyReady("open");
            var before = openDescriptors();
            for (var i = 0; i < 100; i++) {
                notifier.notifyWatchdog("beat");
            }
            assertThat(openDescriptors()).isLessThan(before + 50);
            assertThat(listener.next()).startsWith("READY=1");
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
        var notifier = SystemdNotifier.fromEnvironment(Map.of(
                "NOTIFY_SOCKET",
                "@nobody",
                "WATCHDOG_USEC",
                micros,
                "WATCHDOG_PID",
                process.equals("self") ? Long.toString(SELF) : process));
        assertThat(notifier.watchdogTimeout().orElse(Duration.ZERO)).isEqualTo(Duration.ofNanos(expected * 1_000));
    }
}
