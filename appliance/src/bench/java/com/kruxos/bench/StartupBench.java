package com.kruxos.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Measures how soon the appliance listens and answers a first call, its idle memory, and how long commands take; of
 * this checkout or of a package. Each figure is the median and the range of many runs.
 */
public final class StartupBench {
    private static final int START_COUNT = 11;
    private static final int COMMAND_RUNS = 20;

    /** Longer than the delay after which the C library returns unused memory. */
    private static final int IDLE_SECONDS = 15;

    /** A server that starts at once, so that only the appliance is measured. */
    private static final String SERVER = """
            $| = 1;
            while (<STDIN>) {
                next unless /"id":("[^"]*"|\\d+)/;
                my $id = $1;
                my $result =
                    /"method":"initialize"/ ? '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},'
                                            . '"serverInfo":{"name":"echo","version":"1"}}'
                  : /"method":"tools.list"/ ? '{"tools":[{"name":"echo","inputSchema":{"type":"object"}}]}'
                  : '{"content":[{"type":"text","text":"' . ("e" x 256) . '"}]}';
                print qq({"jsonrpc":"2.0","id":$id,"result":$result}\\n);
            }
            """;

    private StartupBench() {}

    public static void main(String[] arguments) throws Exception {
        try (var served = new BenchAppliance(Files.createTempDirectory("kruxos-bench"))) {
            served.addProgram(List.of("perl", "-e", SERVER));
            var ready = new long[START_COUNT];
            var first = new long[START_COUNT];
            for (var start = 0; start < START_COUNT; start++) {
                first[start] = served.firstCallMillis();
                ready[start] = served.readyMillis();
            }
            print("it listens after", ready);
            print("a first call is answered after", first);
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(IDLE_SECONDS));
            System.out.printf(
                    Locale.ROOT,
                    "at rest it holds %.1f MiB, %.1f of them its own and not pages of files; %d threads%n",
                    served.residentKiB() / 1_024.0,
                    served.ownKiB() / 1_024.0,
                    served.threads());
            var home = served.home().toString();
            for (var command : List.of(List.of("version"), List.of("status"), List.of("agent", "list"))) {
                print("kruxos " + String.join(" ", command), measure(() -> runCommand(home, command)));
            }
        }
    }

    private static long[] measure(LongSupplier once) {
        var times = new long[COMMAND_RUNS];
        var _ = once.getAsLong(); // the checkout may have to be built
        Arrays.setAll(times, _ -> once.getAsLong());
        return times;
    }

    private static long runCommand(String home, List<String> words) {
        var program = BenchAppliance.packageFolder()
                .map(folder -> folder.resolve("bin/kruxos"))
                .orElse(Path.of("..", "kruxos"));
        var line = new ArrayList<>(List.of(program.toString()));
        line.addAll(words);
        line.addAll(List.of("--home", home));
        try {
            var started = System.nanoTime();
            var process = new ProcessBuilder(line)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var exit = process.onExit().join().exitValue();
            if (exit != 0) {
                throw new IllegalStateException(words + " ended with " + exit);
            }
            return (System.nanoTime() - started) / 1_000_000;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void print(String what, long[] times) {
        Arrays.sort(times);
        System.out.printf(
                Locale.ROOT,
                "%s: %d ms (%d to %d)%n",
                what,
                times[times.length / 2],
                times[0],
                times[times.length - 1]);
    }
}
