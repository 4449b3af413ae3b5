package com.kruxos.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Measures agents through a real appliance process with its production flags, and the same servers called directly:
 * calls per second, latency, CPU, memory, start-up; then idle sessions, a long list, and dashboard pages.
 * Authentication, policy, audit (synced before dispatch) and a lent credential are on. Figures are printed, not judged.
 */
public final class Bench {
    /** Until all code of a route is compiled, including the end of sessions; later counts only need to settle. */
    private static final double WARM_UP_SECONDS = 20;

    private static final int WARM_UPS = 2;

    private static final int WARM_SESSIONS = 16;
    private static final double SETTLE_SECONDS = 3;
    private static final double MEASURE_SECONDS = 6;
    private static final int PASSES = 3;

    /** Sessions that call in parallel. */
    private static final int[] SESSION_COUNTS = Stream.of(
                    System.getProperty("bench.sessions", "1,16,64").split(",", -1))
            .mapToInt(Integer::parseInt)
            .toArray();

    private static final int HELD_SESSIONS = 1_000;
    private static final int TOOLS = 1_000;
    private static final int LIST_REQUESTS = 200;

    /** Longer than the delay after which the C library returns unused memory. */
    private static final int IDLE_SECONDS = 15;

    private final BenchAppliance appliance;
    private final CallRoute.RemoteEchoServer remote;

    private Bench(BenchAppliance served, CallRoute.RemoteEchoServer remote) {
        this.appliance = served;
        this.remote = remote;
    }

    /**
     * Without an argument runs everything; otherwise the routes whose names contain it, or {@code held}, {@code list}
     * or {@code pages}.
     */
    public static void main(String[] arguments) throws Exception {
        var wanted = arguments.length == 0 ? "" : arguments[0].toLowerCase(Locale.ROOT);
        try (var remote = CallRoute.RemoteEchoServer.start()) {
            onFreshAppliance(remote, Bench::measureIdle);
            for (var way : CallRoute.values()) {
                if (way.name().toLowerCase(Locale.ROOT).contains(wanted)) {
                    onFreshAppliance(remote, bench -> bench.measureCalls(way));
                }
            }
            if ("held".contains(wanted)) {
                onFreshAppliance(remote, Bench::measureHeldSessions);
            }
            if ("list".contains(wanted)) {
                onFreshAppliance(remote, Bench::measureList);
            }
            if ("pages".contains(wanted)) {
                onFreshAppliance(remote, bench -> new PageLatency(bench.appliance).print());
            }
        }
    }

    private interface Measurement {
        void run(Bench bench) throws Exception;
    }

    /** Each on a new appliance, so that code compiled for one measurement does not slow down another. */
    private static void onFreshAppliance(CallRoute.RemoteEchoServer remote, Measurement part) throws Exception {
        try (var served = new BenchAppliance(Files.createTempDirectory("kruxos-bench"))) {
            served.addEcho();
            part.run(new Bench(served, remote));
        }
    }

    private void measureIdle() throws IOException {
        System.out.printf(Locale.ROOT, "ready after %d ms%n", appliance.readyMillis());
        sleep(IDLE_SECONDS);
        System.out.printf(
                Locale.ROOT,
                "idle memory %d MiB (resident), %d threads%n",
                appliance.residentKiB() / 1_024,
                appliance.threads());
    }

    private void measureCalls(CallRoute way) throws Exception {
        appliance.addRemote(remote);
        System.out.printf("%n%s%n", way.title());
        System.out.println("sessions        calls/s     p50 ms     p99 ms   CPU ms/1000   direct/s   share   MiB");
        for (var round = 0; round < WARM_UPS; round++) {
            measureCalls(way, WARM_SESSIONS, WARM_UP_SECONDS, 0);
        }
        for (var sessions : SESSION_COUNTS) {
            measureCalls(way, sessions, SETTLE_SECONDS, PASSES);
        }
    }

    private void measureCalls(CallRoute way, int sessions, double warmUp, int passes) throws Exception {
        var callers = new ArrayList<BenchSession>();
        var directCallers = new ArrayList<BenchSession>();
        try (var direct = way.startDirect(sessions, remote)) {
            for (var i = 0; i < sessions; i++) {
                callers.add(way.openThroughAppliance(appliance));
                directCallers.add(direct.session(i));
            }
            LoadResult.measure(callers, warmUp);
            LoadResult.measure(directCallers, SETTLE_SECONDS);
            for (var pass = 0; pass < passes; pass++) {
                var before = appliance.cpuMillis();
                var through = LoadResult.measure(callers, MEASURE_SECONDS);
                var cpu = appliance.cpuMillis() - before;
                var plain = LoadResult.measure(directCallers, MEASURE_SECONDS / 2);
                System.out.printf(
                        Locale.ROOT,
                        "%8d %14.0f %10.3f %10.3f %13.1f %10.0f %6.1f%% %5d%n",
                        sessions,
                        through.callsPerSecond(),
                        through.p50Nanos() / 1e6,
                        through.p99Nanos() / 1e6,
                        cpu * 1_000 / through.calls(),
                        plain.callsPerSecond(),
                        100 * through.callsPerSecond() / plain.callsPerSecond(),
                        appliance.residentKiB() / 1_024);
            }
        } finally {
            for (var caller : callers) {
                caller.endSession();
            }
            for (var caller : directCallers) {
                caller.close();
            }
        }
    }

    /** The memory of sessions that made one call and are idle, and whether it is freed. */
    private void measureHeldSessions() throws Exception {
        System.out.printf("%n%d sessions held%n", HELD_SESSIONS);
        System.out.println("way                  before MiB   held MiB   KiB each   after MiB");
        for (var way : new CallRoute[] {CallRoute.WEBSOCKET_TO_STDIO, CallRoute.HTTP_TO_STDIO}) {
            sleep(IDLE_SECONDS);
            var before = appliance.residentKiB();
            var callers = new ArrayList<BenchSession>();
            for (var i = 0; i < HELD_SESSIONS; i++) {
                callers.add(way.openThroughAppliance(appliance));
                callers.getLast().call(1);
            }
            sleep(IDLE_SECONDS);
            var held = appliance.residentKiB();
            for (var caller : callers) {
                caller.endSession();
            }
            sleep(IDLE_SECONDS);
            System.out.printf(
                    Locale.ROOT,
                    "%-20s %10d %10d %10.1f %11d%n",
                    way.title(),
                    before / 1_024,
                    held / 1_024,
                    (held - before) / (double) HELD_SESSIONS,
                    appliance.residentKiB() / 1_024);
        }
    }

    private void measureList() throws Exception {
        appliance.add("many", BenchAppliance.commandJson(CallRoute.stdioServerCommand(TOOLS)));
        System.out.printf("%n%d tools listed, page after page%n", TOOLS);
        try (var caller = new HttpBenchSession(appliance.port(), appliance.key(), "many__echo")) {
            var times = new long[LIST_REQUESTS];
            var pages = 0;
            for (var i = -LIST_REQUESTS; i < LIST_REQUESTS; i++) {
                var began = System.nanoTime();
                pages = caller.listAllPages();
                times[Math.max(i, 0)] = System.nanoTime() - began;
            }
            Arrays.sort(times);
            System.out.printf(
                    Locale.ROOT,
                    "p50 %.2f ms, p99 %.2f ms, %d pages%n",
                    times[LIST_REQUESTS / 2] / 1e6,
                    times[LIST_REQUESTS * 99 / 100] / 1e6,
                    pages);
        }
    }

    private static void sleep(int seconds) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
    }
}
