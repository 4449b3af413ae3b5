package com.kruxos.bench;

import com.kruxos.peers.Api;
import com.kruxos.peers.Installed;
import com.kruxos.peers.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * WebSocket → stdio through a real appliance process with its production flags, beside the same server called directly:
 * calls a second, latency, CPU of the appliance, memory, start-up. Authentication, policy, audit (synced before
 * dispatch) and a lent credential are on. Figures are printed, never judged.
 */
public final class Bench {
    private static final double WARM_UP = 8;
    private static final double SECONDS = 6;
    private static final int PASSES = 3;

    /** Longer than what the appliance's flags give the C library's heap before unused memory goes back. */
    private static final int IDLE_SECONDS = 15;

    private static final int TICKS_PER_SECOND = 100;

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        var folder = Files.createTempDirectory("kruxos-bench");
        var installed = Installed.in(folder);
        var port = freePort();
        var home = Installed.prepared(folder.resolve("home"), port);
        var api = new Api(home.folder());
        var started = System.nanoTime();
        var appliance = installed.serve(home);
        try {
            awaitPort(port);
            System.out.printf(Locale.ROOT, "ready after %d ms%n", (System.nanoTime() - started) / 1_000_000);
            while (!Files.exists(home.run().resolve("admin.sock"))) {
                LockSupport.parkNanos(1_000_000);
            }
            var key = api.post("/agents", "{\"name\":\"bench\"}")
                    .json()
                    .path("key")
                    .asString();
            api.putSecret("echo/token", "a-secret-of-some-length");
            api.post("/servers", server());
            awaitReady(api);
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(IDLE_SECONDS));
            System.out.printf(
                    Locale.ROOT,
                    "idle memory %d MiB (resident), %d threads%n",
                    resident(appliance),
                    threads(appliance));
            System.out.println("sessions        calls/s     p50 ms     p99 ms   CPU ms/1000   direct/s   share   MiB");
            for (var sessions : new int[] {1, 16, 64}) {
                measure(sessions, port, key, appliance);
            }
        } finally {
            appliance.destroy();
            appliance.waitFor();
        }
    }

    private static void measure(int sessions, int port, String key, Process appliance) throws Exception {
        var callers = new ArrayList<Caller>();
        for (var i = 0; i < sessions; i++) {
            callers.add(new SocketCaller(port, key));
        }
        try (var direct = new DirectServer(echo(), sessions)) {
            var directCallers = new ArrayList<Caller>();
            for (var i = 0; i < sessions; i++) {
                directCallers.add(direct.caller(i));
            }
            Load.run(callers, WARM_UP);
            Load.run(directCallers, WARM_UP / 4);
            for (var pass = 0; pass < PASSES; pass++) {
                var before = ticks(appliance);
                var through = Load.run(callers, SECONDS);
                var cpu = (ticks(appliance) - before) * 1_000.0 / TICKS_PER_SECOND;
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
                        resident(appliance));
            }
        } finally {
            for (var caller : callers) {
                caller.close();
            }
        }
    }

    private static String server() {
        var command = new StringBuilder();
        for (var word : echo()) {
            command.append(command.isEmpty() ? "" : ",")
                    .append('"')
                    .append(word)
                    .append('"');
        }
        return "{\"name\":\"echo\",\"command\":[" + command + "],\"env\":{\"TOKEN\":\"secret:echo/token\"}}";
    }

    private static List<String> echo() {
        return List.of(
                java(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                Trial.places(EchoServer.class),
                EchoServer.class.getName());
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(int port) {
        while (true) {
            try (var _ = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private static void awaitReady(Api api) {
        while (!api.get("/servers/echo").body().contains("\"ready\"")) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** User and system time the process has had, in hundredths of a second. */
    private static long ticks(Process process) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static long resident(Process process) throws IOException {
        return status(process, "VmRSS:") / 1_024;
    }

    private static long threads(Process process) throws IOException {
        return status(process, "Threads:");
    }

    private static long status(Process process, String field) throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return 0;
    }
}
