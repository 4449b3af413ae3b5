package com.kruxos.bench;

import com.kruxos.peers.InstalledAppliance;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measures two appliances alternately, a few seconds each: this build and another, or itself with other flags. The
 * speed of the machine varies more from minute to minute than most changes of the code; within a round that variation
 * cancels out.
 */
public final class Compare {
    private static final int WARM_UPS = 4;
    private static final double WARM_UP_SECONDS = 7;
    private static final double SETTLE_SECONDS = 0.3;
    private static final double MEASURE_SECONDS = 2;

    private Compare() {}

    private record Round(double cpuMillisPerThousand, double callsPerSecond) {}

    /** One appliance and its open sessions. */
    private record Side(BenchAppliance appliance, List<BenchSession> sessions, List<Round> rounds) {
        Side(BenchAppliance served) {
            this(served, new ArrayList<>(), new ArrayList<>());
        }

        void measureRound() throws Exception {
            LoadResult.measure(sessions, SETTLE_SECONDS);
            var before = appliance.cpuMillis();
            var load = LoadResult.measure(sessions, MEASURE_SECONDS);
            rounds.add(new Round((appliance.cpuMillis() - before) * 1_000 / load.calls(), load.callsPerSecond()));
        }

        double mean(ToDoubleFunction<Round> figure) {
            return rounds.stream().mapToDouble(figure).average().orElse(0);
        }
    }

    /**
     * Properties: {@code bench.way}, {@code bench.sessions}, {@code bench.rounds}; for the second side
     * {@code bench.other}, another checkout that is built, and {@code bench.flags}, separated by spaces.
     */
    public static void main(String[] arguments) throws Exception {
        var way = CallRoute.valueOf(System.getProperty("bench.way", CallRoute.HTTP_TO_HTTP.name()));
        var sessions = Integer.getInteger("bench.sessions", 16);
        var rounds = Integer.getInteger("bench.rounds", 30);
        try (var remote = CallRoute.RemoteEchoServer.start();
                var one = startAppliance(remote, System.getProperty("java.class.path"), List.of());
                var other = startAppliance(remote, otherClassPath(), otherFlags())) {
            var sides = List.of(new Side(one), new Side(other));
            for (var side : sides) {
                for (var i = 0; i < sessions; i++) {
                    side.sessions().add(way.openThroughAppliance(side.appliance()));
                }
            }
            for (var i = 0; i < WARM_UPS; i++) {
                for (var side : sides) {
                    LoadResult.measure(side.sessions(), WARM_UP_SECONDS);
                }
            }
            for (var round = 0; round < rounds; round++) {
                sides.get(round % 2).measureRound();
                sides.get((round + 1) % 2).measureRound();
            }
            System.out.printf("%n%s, %d sessions, %d rounds%n", way.title(), sessions, rounds);
            System.out.println("             calls/s   CPU ms/1000   MiB");
            printSide("this", sides.get(0));
            printSide("the other", sides.get(1));
            printRatio("calls/s", sides, Round::callsPerSecond);
            printRatio("CPU", sides, Round::cpuMillisPerThousand);
        }
        System.exit(0); // the sessions are not closed, and their threads would keep the process alive
    }

    private static BenchAppliance startAppliance(
            CallRoute.RemoteEchoServer remote, String classPath, List<String> flags)
            throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("kruxos-bench");
        var served = new BenchAppliance(folder, InstalledAppliance.packInto(folder, classPath, flags));
        served.addEcho();
        served.addRemote(remote);
        return served;
    }

    /** The class path of this process with the paths of the other checkout. */
    private static String otherClassPath() {
        var ours = System.getProperty("java.class.path");
        var other = System.getProperty("bench.other", "");
        var here = Path.of("").toAbsolutePath().getParent(); // Maven runs this in the folder of the module
        return other.isBlank() ? ours : ours.replace(here + File.separator, Path.of(other) + File.separator);
    }

    private static List<String> otherFlags() {
        var flags = System.getProperty("bench.flags", "").strip();
        return flags.isEmpty() ? List.of() : List.of(flags.split(" +", -1));
    }

    private static void printSide(String name, Side side) throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%-10s %9.0f %13.1f %5d%n",
                name,
                side.mean(Round::callsPerSecond),
                side.mean(Round::cpuMillisPerThousand),
                side.appliance().residentKiB() / 1_024);
    }

    /** The mean ratio of the other side to this side per round, and its standard error. */
    private static void printRatio(String name, List<Side> sides, ToDoubleFunction<Round> figure) {
        var one = sides.get(0).rounds();
        var other = sides.get(1).rounds();
        var logs = IntStream.range(0, one.size())
                .mapToDouble(i -> Math.log(figure.applyAsDouble(other.get(i)) / figure.applyAsDouble(one.get(i))))
                .toArray();
        var mean = Arrays.stream(logs).average().orElse(0);
        var squares =
                Arrays.stream(logs).map(log -> (log - mean) * (log - mean)).sum();
        System.out.printf(
                Locale.ROOT,
                "%s: the other has %.3f of it, +- %.3f%n",
                name,
                Math.exp(mean),
                Math.sqrt(squares / (logs.length - 1) / logs.length));
    }
}
