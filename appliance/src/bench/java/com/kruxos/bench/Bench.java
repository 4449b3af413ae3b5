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
 * Agents through a real appliance process with its production flags, beside the same servers called directly: calls a
 * second, latency, CPU of the appliance, memory, start-up; then sessions that are only held, a long list, and pages.
 * Authentication, policy, audit (synced before dispatch) and a lent credential are on. Figures are printed, never
 * judged.
 */
public final class Bench {
    /**
     * Until the compiler has seen all of a way, the end of sessions too; afterwards each count only needs to settle.
     */
    private static final double WARM_UP = 20;

    private static final int WARM_UPS = 2;

    private static final int WARM_SESSIONS = 16;
    private static final double SETTLE = 3;
    private static final double SECONDS = 6;
    private static final int PASSES = 3;

    /** How many sessions call at the same time. */
    private static final int[] COUNTS = Stream.of(
                    System.getProperty("bench.sessions", "1,16,64").split(",", -1))
            .mapToInt(Integer::parseInt)
            .toArray();

    private static final int HELD = 1_000;
    private static final int TOOLS = 1_000;
    private static final int LISTS = 200;

    /** Longer than what the appliance's flags give the C library's heap before unused memory goes back. */
    private static final int IDLE_SECONDS = 15;

    private final Served served;
    private final Way.Remote remote;

    private Bench(Served served, Way.Remote remote) {
        this.served = served;
        this.remote = remote;
    }

    /**
     * Without an argument all is run; else the ways whose names contain it, or {@code held}, {@code list} or
     * {@code pages}.
     */
    public static void main(String[] arguments) throws Exception {
        var wanted = arguments.length == 0 ? "" : arguments[0].toLowerCase(Locale.ROOT);
        try (var remote = Way.Remote.start()) {
            fresh(remote, Bench::idle);
            for (var way : Way.values()) {
                if (way.name().toLowerCase(Locale.ROOT).contains(wanted)) {
                    fresh(remote, bench -> bench.drive(way));
                }
            }
            if ("held".contains(wanted)) {
                fresh(remote, Bench::hold);
            }
            if ("list".contains(wanted)) {
                fresh(remote, Bench::list);
            }
            if ("pages".contains(wanted)) {
                fresh(remote, bench -> new PageTimes(bench.served).print());
            }
        }
    }

    private interface Part {
        void run(Bench bench) throws Exception;
    }

    /** Each on an appliance of its own: what the compiler learned for one must not slow down another. */
    private static void fresh(Way.Remote remote, Part part) throws Exception {
        try (var served = new Served(Files.createTempDirectory("kruxos-bench"))) {
            served.addEcho();
            part.run(new Bench(served, remote));
        }
    }

    private void idle() throws IOException {
        System.out.printf(Locale.ROOT, "ready after %d ms%n", served.readyMillis());
        rest(IDLE_SECONDS);
        System.out.printf(
                Locale.ROOT,
                "idle memory %d MiB (resident), %d threads%n",
                served.residentKiB() / 1_024,
                served.threads());
    }

    private void drive(Way way) throws Exception {
        served.addRemote(remote);
        System.out.printf("%n%s%n", way.title());
        System.out.println("sessions        calls/s     p50 ms     p99 ms   CPU ms/1000   direct/s   share   MiB");
        for (var round = 0; round < WARM_UPS; round++) {
            drive(way, WARM_SESSIONS, WARM_UP, 0);
        }
        for (var sessions : COUNTS) {
            drive(way, sessions, SETTLE, PASSES);
        }
    }

    private void drive(Way way, int sessions, double warmUp, int passes) throws Exception {
        var callers = new ArrayList<Caller>();
        var directCallers = new ArrayList<Caller>();
        try (var direct = way.direct(sessions, remote)) {
            for (var i = 0; i < sessions; i++) {
                callers.add(way.through(served));
                directCallers.add(direct.caller(i));
            }
            Load.run(callers, warmUp);
            Load.run(directCallers, SETTLE);
            for (var pass = 0; pass < passes; pass++) {
                var before = served.cpuMillis();
                var through = Load.run(callers, SECONDS);
                var cpu = served.cpuMillis() - before;
                var plain = Load.run(directCallers, SECONDS / 2);
                System.out.printf(
                        Locale.ROOT,
                        "%8d %14.0f %10.3f %10.3f %13.1f %10.0f %6.1f%% %5d%n",
                        sessions,
                        through.perSecond(),
                        through.p50Nanos() / 1e6,
                        through.p99Nanos() / 1e6,
                        cpu * 1_000 / through.calls(),
                        plain.perSecond(),
                        100 * through.perSecond() / plain.perSecond(),
                        served.residentKiB() / 1_024);
            }
        } finally {
            for (var caller : callers) {
                caller.leave();
            }
            for (var caller : directCallers) {
                caller.close();
            }
        }
    }

    /** Sessions that have made one call and wait: what each costs, and whether it comes back. */
    private void hold() throws Exception {
        System.out.printf("%n%d sessions held%n", HELD);
        System.out.println("way                  before MiB   held MiB   KiB each   after MiB");
        for (var way : new Way[] {Way.WEBSOCKET_TO_STDIO, Way.HTTP_TO_STDIO}) {
            rest(IDLE_SECONDS);
            var before = served.residentKiB();
            var callers = new ArrayList<Caller>();
            for (var i = 0; i < HELD; i++) {
                callers.add(way.through(served));
                callers.getLast().call(1);
            }
            rest(IDLE_SECONDS);
            var held = served.residentKiB();
            for (var caller : callers) {
                caller.leave();
            }
            rest(IDLE_SECONDS);
            System.out.printf(
                    Locale.ROOT,
                    "%-20s %10d %10d %10.1f %11d%n",
                    way.title(),
                    before / 1_024,
                    held / 1_024,
                    (held - before) / (double) HELD,
                    served.residentKiB() / 1_024);
        }
    }

    private void list() throws Exception {
        served.add("many", Served.command(Way.stdio(TOOLS)));
        System.out.printf("%n%d tools listed, page after page%n", TOOLS);
        try (var caller = new HttpCaller(served.port(), served.key(), "many__echo")) {
            var times = new long[LISTS];
            var pages = 0;
            for (var i = -LISTS; i < LISTS; i++) {
                var began = System.nanoTime();
                pages = caller.list();
                times[Math.max(i, 0)] = System.nanoTime() - began;
            }
            Arrays.sort(times);
            System.out.printf(
                    Locale.ROOT,
                    "p50 %.2f ms, p99 %.2f ms, %d pages%n",
                    times[LISTS / 2] / 1e6,
                    times[LISTS * 99 / 100] / 1e6,
                    pages);
        }
    }

    private static void rest(int seconds) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
    }
}
