package com.kruxos.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.Datagrams;
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
final class ServiceManagerTest {
    private static final long SELF = ProcessHandle.current().pid();

    @TempDir
    Path folder;

    @Test
    void isToldAtAPath() throws Exception {
        told(folder.resolve("notify").toString());
    }

    /** Red without the zero that UnixAddress puts in front, and when more of it counts than the name is long. */
    @Test
    void isToldAtANameInTheAbstractNamespace() throws Exception {
        told("@kruxos-test-" + SELF + "-" + System.nanoTime());
    }

    private static void told(String address) throws Exception {
        try (var ear = Datagrams.at(address)) {
            var manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", address));
            assertThat(manager.ready("doors open")).isTrue();
            assertThat(manager.alive("grün")).isTrue();
            assertThat(manager.stopping("good bye", Duration.ofSeconds(25))).isTrue();
            assertThat(ear.next()).isEqualTo("READY=1|STATUS=doors open");
            assertThat(ear.next()).isEqualTo("WATCHDOG=1|STATUS=grün");
            assertThat(ear.next()).isEqualTo("STOPPING=1|EXTEND_TIMEOUT_USEC=25000000|STATUS=good bye");
        }
    }

    /** A status may quote what an operating system said. */
    @Test
    void aStatusIsNoAssignment() throws Exception {
        var address = folder.resolve("notify").toString();
        try (var ear = Datagrams.at(address)) {
            ServiceManager.of(Map.of("NOTIFY_SOCKET", address)).ready("full\nMAINPID=1\r\n");
            assertThat(ear.next()).isEqualTo("READY=1|STATUS=full MAINPID=1 ");
        }
    }

    @Test
    void nothingIsSaidWhereNobodyAsked() {
        var manager = ServiceManager.of(Map.of("WATCHDOG_USEC", "1000000"));
        assertThat(manager.listens()).isFalse();
        assertThat(manager.ready("open")).isTrue();
        assertThat(manager.watchdog()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "@", "/no/such/folder/notify", "vsock:2:1"})
    void whatCannotBeReachedIsSaid(String address) {
        assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", address)).ready("open"))
                .isFalse();
    }

    @Test
    void aPathIsAsLongAsTheKernelTakes() throws Exception {
        var room = 107 - folder.toString().length() - 1;
        var longest = folder.resolve("x".repeat(room)).toString();
        try (var ear = Datagrams.at(longest)) {
            assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", longest)).ready("open"))
                    .isTrue();
            assertThat(ear.next()).startsWith("READY=1");
        }
        assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", longest + "x")).ready("open"))
                .isFalse();
    }

    @Test
    void noDescriptorIsLeft() throws Exception {
        var address = folder.resolve("notify").toString();
        try (var ear = Datagrams.at(address)) {
            var manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", address));
            manager.ready("open");
            var before = descriptors();
            for (var i = 0; i < 100; i++) {
                manager.alive("beat");
            }
            assertThat(descriptors()).isLessThan(before + 50);
            assertThat(ear.next()).startsWith("READY=1");
        }
    }

    private static int descriptors() {
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
    void theWatchdogIsOursOrNobodys(String micros, String process, long expected) {
        var manager = ServiceManager.of(Map.of(
                "NOTIFY_SOCKET",
                "@nobody",
                "WATCHDOG_USEC",
                micros,
                "WATCHDOG_PID",
                process.equals("self") ? Long.toString(SELF) : process));
        assertThat(manager.watchdog().orElse(Duration.ZERO)).isEqualTo(Duration.ofNanos(expected * 1_000));
    }
}
