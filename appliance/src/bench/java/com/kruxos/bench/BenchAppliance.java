package com.kruxos.bench;

import com.kruxos.HomeDirectory;
import com.kruxos.peers.AdminSocketClient;
import com.kruxos.peers.InstalledAppliance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** An appliance process, the key of one agent, and what the process uses according to /proc. */
final class BenchAppliance implements AutoCloseable {
    private static final int TICKS_PER_SECOND = 100;

    private final InstalledAppliance installed;
    private final HomeDirectory home;
    private final int port;
    private final AdminSocketClient api;
    private final String key;
    private final FirstCall firstCall;
    private Process process;
    private long startedNanos;
    private long readyMillis;

    /** Starts this build in {@code folder}, or the package that {@code bench.dist} names. */
    BenchAppliance(Path folder) throws IOException, InterruptedException {
        this(
                folder,
                packageFolder().isPresent()
                        ? InstalledAppliance.fromPackage(packageFolder().get())
                        : InstalledAppliance.packInto(folder));
    }

    BenchAppliance(Path folder, InstalledAppliance installed) throws IOException {
        this.installed = installed;
        port = freePort();
        home = InstalledAppliance.prepareHome(folder.resolve("home"), port);
        Files.writeString(home.config(), "private_hosts: [127.0.0.1]\n", StandardOpenOption.APPEND);
        api = new AdminSocketClient(home.folder());
        process = start();
        InstalledAppliance.awaitReady(home);
        key = api.post("/agents", "{\"name\":\"bench\"}").json().path("key").asString();
        firstCall = new FirstCall(port, key);
        api.putSecret("echo/token", "a-secret-of-some-length");
    }

    /** The folder of the package that is measured, if any. */
    static Optional<Path> packageFolder() {
        var named = System.getProperty("bench.dist", "");
        return named.isEmpty() ? Optional.empty() : Optional.of(Path.of(named));
    }

    private Process start() throws IOException {
        startedNanos = System.nanoTime();
        process = installed.serve(home);
        awaitPort(port);
        readyMillis = (System.nanoTime() - startedNanos) / 1_000_000;
        return process;
    }

    /** Restarts it on the same home and returns how soon the first call of the echo server was answered. */
    long firstCallMillis() throws IOException, InterruptedException {
        close();
        process = start();
        firstCall.run();
        return (System.nanoTime() - startedNanos) / 1_000_000;
    }

    Path home() {
        return home.folder();
    }

    AdminSocketClient api() {
        return api;
    }

    /** How soon it listened. */
    long readyMillis() {
        return readyMillis;
    }

    int port() {
        return port;
    }

    String key() {
        return key;
    }

    /** Adds a server and returns when it is ready. */
    void add(String name, String more) {
        var added = api.post("/servers", "{\"name\":\"" + name + "\"," + more + "}");
        if (added.status() != 201) {
            throw new IllegalStateException(added.body());
        }
        while (!api.get("/servers/" + name).body().contains("\"ready\"")) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Adds the server on stdio, with a lent secret. */
    void addEcho() {
        addProgram(CallRoute.stdioServerCommand(1));
    }

    /** Adds another program with the same responses. */
    void addProgram(List<String> words) {
        add("echo", commandJson(words) + ",\"env\":{\"TOKEN\":\"secret:echo/token\"}");
    }

    /** Adds the remote server, with the same secret in a header. */
    void addRemote(CallRoute.RemoteEchoServer remote) {
        add(
                "remote",
                "\"url\":\"http://127.0.0.1:" + remote.port()
                        + "/mcp\",\"headers\":{\"Authorization\":\"Bearer {secret:echo/token}\"}");
    }

    /** A command as the API takes it. */
    static String commandJson(List<String> words) {
        return words.stream().map(BenchAppliance::quote).collect(Collectors.joining(",", "\"command\":[", "]"));
    }

    private static String quote(String word) {
        return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    /** User and system time, in milliseconds. */
    double cpuMillis() throws IOException {
        var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 1_000.0 / TICKS_PER_SECOND;
    }

    long residentKiB() throws IOException {
        return status("VmRSS:");
    }

    /** The resident set without pages of files. */
    long ownKiB() throws IOException {
        return status("RssAnon:");
    }

    long threads() throws IOException {
        return status("Threads:");
    }

    private long status(String field) throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return 0;
    }

    @Override
    public void close() {
        process.destroy();
        var _ = process.onExit().join();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(int port) {
        while (true) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }
}
