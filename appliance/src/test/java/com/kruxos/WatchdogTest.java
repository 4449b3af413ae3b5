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

/** The service manager hears that we are alive as long as that is so, and not a beat longer. */
@EnabledOnOs(OS.LINUX)
class WatchdogTest {
    @TempDir
    Path folder;

    private SystemdNotifier manager(String patienceMicros) {
        return SystemdNotifier.fromEnvironment(
                Map.of("NOTIFY_SOCKET", folder.resolve("notify").toString(), "WATCHDOG_USEC", patienceMicros));
    }

    private DatagramListener ear() throws Exception {
        return DatagramListener.listenAt(folder.resolve("notify").toString());
    }

    /** Red without the question in {@code Pulse.run}. */
    @Test
    void watchdogIsNotifiedWhileAliveAndNotAfterwards() throws Exception {
        var looks = new AtomicInteger();
        var alive = new AtomicBoolean(true);
        try (var ear = ear();
                var _ = Watchdog.start(
                        manager("400000"),
                        _ -> {
                            looks.incrementAndGet();
                            return alive.get();
                        },
                        () -> "well")) {
            // A busy machine may miss a look now and then, but not all of them.
            assertThat(ear.next()).isEqualTo("WATCHDOG=1|STATUS=well");
            assertThat(ear.next()).isEqualTo("WATCHDOG=1|STATUS=well");
            alive.set(false);
            more(looks, 2); // what was under way has come
            ear.drain();
            more(looks, 3);
            assertThat(ear.drain()).isEmpty();
        }
    }

    private static void more(AtomicInteger looks, int count) {
        var before = looks.get();
        TestAppliance.await(() -> looks.get() >= before + count, () -> count + " more looks");
    }

    /** Red when the look is waited for without a limit, and when it runs on the pulse's own thread. */
    @Test
    void aHangingCheckSendsNoNotificationAndBlocksNoLaterOne() throws Exception {
        var looks = new AtomicInteger();
        var never = new CountDownLatch(1);
        try (var ear = ear();
                var _ = Watchdog.start(
                        manager("400000"),
                        _ -> {
                            if (looks.incrementAndGet() == 1) {
                                awaitFor(never);
                            }
                            return Thread.currentThread().isVirtual();
                        },
                        () -> "look " + looks.get())) {
            assertThat(ear.next()).isEqualTo("WATCHDOG=1|STATUS=look 2");
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

    /**
     * The whole appliance as a service: ready when its doors are open, alive, stopping; and its children know nothing.
     */
    @Test
    void theApplianceReportsItsStatus() throws Exception {
        var installed = InstalledAppliance.fromClassPath();
        var home = InstalledAppliance.prepareHome(folder.resolve("home"), 0);
        try (var ear = ear()) {
            var process = installed.serve(
                    home, Map.of("NOTIFY_SOCKET", folder.resolve("notify").toString(), "WATCHDOG_USEC", "4000000"));
            try {
                var ready = ear.next();
                assertThat(ready)
                        .matches("READY=1\\|STATUS=agents on port \\d+, people on port \\d+, dashboard on port \\d+");
                assertThat(ear.next()).isEqualTo(ready.replace("READY", "WATCHDOG"));
                assertThat(ear.next()).startsWith("WATCHDOG=1");
                process.destroy();
                assertThat(ear.next("STOPPING=1")).contains("EXTEND_TIMEOUT_USEC=60000000");
                assertThat(process.waitFor()).isEqualTo(143);
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
