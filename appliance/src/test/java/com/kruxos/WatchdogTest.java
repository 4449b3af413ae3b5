package com.kruxos;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.os.SystemdNotifier;
import com.kruxos.peers.DatagramListener;
import com.kruxos.peers.InstalledAppliance;
import com.kruxos.peers.TestAppliance;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The watchdog notification is sent while the appliance is alive, and not longer. */
@EnabledOnOs(OS.LINUX)
class WatchdogTest {
    @TempDir
    Path folder;

    private SystemdNotifier manager(String watchdogMicros) {
        return SystemdNotifier.fromEnvironment(
                Map.of("NOTIFY_SOCKET", folder.resolve("notify").toString(), "WATCHDOG_USEC", watchdogMicros));
    }

    private DatagramListener listener() throws Exception {
        return DatagramListener.listenAt(folder.resolve("notify").toString());
    }

    /** Fails without the liveness check in {@code Watchdog.run}. */
    @Test
    void watchdogIsNotifiedWhileAliveAndNotAfterwards() throws Exception {
        var checks = new AtomicInteger();
        var alive = new AtomicBoolean(true);
        try (var listener = listener();
                var _ = Watchdog.start(
                        manager("400000"),
                        _ -> {
                            checks.incrementAndGet();
                            return alive.get();
                        },
                        () -> "green")) {
            // A busy machine may miss a check now and then, but not all of them.
            assertThat(listener.next()).isEqualTo("WATCHDOG=1|STATUS=green");
            assertThat(listener.next()).isEqualTo("WATCHDOG=1|STATUS=green");
            alive.set(false);
            awaitMore(checks, 2); // notifications in flight have arrived
            listener.drain();
            awaitMore(checks, 3);
            assertThat(listener.drain()).isEmpty();
        }
    }

    private static void awaitMore(AtomicInteger checks, int count) {
        var before = checks.get();
        TestAppliance.await(() -> checks.get() >= before + count, () -> count + " more checks");
    }

    /** Fails if the check has no timeout, or runs on the watchdog's own thread. */
    @Test
    void aHangingCheckSendsNoNotificationAndBlocksNoLaterOne() throws Exception {
        var checks = new AtomicInteger();
        var never = new CountDownLatch(1);
        try (var listener = listener();
                var _ = Watchdog.start(
                        manager("400000"),
                        _ -> {
                            if (checks.incrementAndGet() == 1) {
                                awaitFor(never);
                            }
                            return Thread.currentThread().isVirtual();
                        },
                        () -> "check " + checks.get())) {
            assertThat(listener.next()).isEqualTo("WATCHDOG=1|STATUS=check 2");
            never.countDown();
        }
    }

    private static void awaitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** READY when all ports are open, then WATCHDOG, then STOPPING. */
    @Test
    void theApplianceReportsItsStatus() throws Exception {
        var installed = InstalledAppliance.fromClassPath();
        var home = InstalledAppliance.prepareHome(folder.resolve("home"), 0);
        try (var listener = listener()) {
            var process = installed.serve(
                    home, Map.of("NOTIFY_SOCKET", folder.resolve("notify").toString(), "WATCHDOG_USEC", "4000000"));
            try {
                var ready = listener.next();
                assertThat(ready)
                        .matches("READY=1\\|STATUS=gateway on port \\d+, API on port \\d+, dashboard on port \\d+");
                assertThat(listener.next()).isEqualTo(ready.replace("READY", "WATCHDOG"));
                assertThat(listener.next()).startsWith("WATCHDOG=1");
                process.destroy();
                assertThat(listener.next("STOPPING=1")).contains("EXTEND_TIMEOUT_USEC=60000000");
                assertThat(process.waitFor()).isEqualTo(143);
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
