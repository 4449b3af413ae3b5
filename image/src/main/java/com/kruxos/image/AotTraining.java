package com.kruxos.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * Two training runs of the package, from which Java creates the two class caches. The first adds a server and an agent
 * and runs the usual commands. The second only starts the appliance and makes calls: its whole cache stays in memory,
 * and with pages, commands and a remote server it would be 9 MiB larger. Runs in a temporary folder.
 */
final class AotTraining {
    private static final long TIMEOUT_SECONDS = 120;

    /** Two rounds load every class. */
    private static final int ROUNDS = 2;

    /** A profile of a short run describes the start, and C2 would compile those methods at each start. */
    private static final String NO_PROFILES = "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining";

    private static final Pattern PORT = Pattern.compile("\"mcp\": *(\\d+)");

    /** The most common settings. */
    private static final String SETTINGS = """
            gateway: { port: 0 }
            api: { port: 0 }
            dashboard: { port: 0 }
            policy:
              default: allow
              rules:
                - block: { agent: anna, tool: delete }
            """;

    private final PackageLayout layout;
    private final Path home;
    private final ProgramRunner command;

    private AotTraining(PackageLayout layout, Path folder, Path log) {
        this.layout = layout;
        this.home = folder.resolve("home");
        this.command = new ProgramRunner(folder, log);
    }

    /** Creates both caches, or fails. */
    static void run(PackageLayout layout, Path log) throws IOException, InterruptedException {
        Files.deleteIfExists(log);
        var folder = Files.createTempDirectory("kruxos-training");
        try {
            new AotTraining(layout, folder, log).run();
        } finally {
            FileTrees.delete(folder);
        }
    }

    private void run() throws IOException, InterruptedException {
        kruxos("", "setup");
        Files.writeString(home.resolve("kruxos.yaml"), SETTINGS);
        var key = new AtomicReference<String>();
        train(Map.of(), address -> {
            prepare();
            key.set(kruxos("", "agent", "create", "--name", "anna", "--quiet"));
            client();
        });
        train(
                Map.of("JDK_JAVA_OPTIONS", "-XX:AOTCacheOutput=" + layout.cache("server") + " " + NO_PROFILES),
                address -> {
                    try (var agent = new TrainingAgent(address, Objects.requireNonNull(key.get()))) {
                        for (var round = 0; round < ROUNDS; round++) {
                            agent.overWebSocket(List.of("demo__tick"));
                            agent.overHttp(List.of("demo__tick"));
                        }
                    }
                });
        require("server");
    }

    private interface TrainingRun {
        void accept(String address) throws IOException, InterruptedException;
    }

    /** Starts the appliance, performs the run, and stops the appliance. */
    private void train(Map<String, String> environment, TrainingRun run) throws IOException, InterruptedException {
        var appliance = command.start(words("serve"), environment);
        try {
            run.accept(awaitUp(appliance));
            appliance.destroy();
            command.await(appliance, "the appliance");
        } finally {
            appliance.destroyForcibly();
        }
    }

    /** Returns host and port of the gateway. */
    private String awaitUp(Process appliance) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (System.nanoTime() < deadline && appliance.isAlive()) {
            try {
                var port = PORT.matcher(kruxos("", "status", "--json"));
                if (port.find()) {
                    return "127.0.0.1:" + port.group(1);
                }
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        throw new IOException("the appliance did not start");
    }

    private void prepare() throws IOException, InterruptedException {
        kruxos("a secret of no meaning", "secret", "put", "demo/token", "--stdin");
        var demo = new ArrayList<>(List.of("server", "add", "demo", "--env", "DEMO_TOKEN=secret:demo/token", "--"));
        demo.addAll(List.of(java(), "-cp", layout.classPath(), "com.kruxos.demo.DemoServer"));
        kruxos("", demo.toArray(String[]::new));
        awaitReady("demo");
    }

    private void awaitReady(String server) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        String shown;
        do {
            shown = kruxos("", "server", "show", server, "--json");
            if (shown.contains("\"ready\"")) {
                return;
            }
        } while (System.nanoTime() < deadline);
        throw new IOException(server + " is not ready: " + shown);
    }

    /** The cache of the commands: many commands in one process, because a cache is created from one process. */
    private void client() throws IOException, InterruptedException {
        command.run(
                List.of(
                        java(),
                        "@" + layout.lib().resolve("client.flags"),
                        "-XX:AOTCacheOutput=" + layout.cache("client"),
                        "-cp",
                        layout.classPath(),
                        "com.kruxos.cli.TrainingRun",
                        "--home",
                        home.toString()),
                "");
        require("client");
    }

    private void require(String kind) throws IOException {
        if (!Files.exists(layout.cache(kind))) {
            throw new IOException("Java created no cache for the " + kind);
        }
    }

    private String java() {
        return layout.runtime().resolve("bin/java").toString();
    }

    private String kruxos(String input, String... words) throws IOException, InterruptedException {
        return command.run(words(words), input);
    }

    /** The home comes first: after a double dash it would be an argument of the server. */
    private List<String> words(String... words) {
        var all = new ArrayList<>(List.of(layout.program().toString(), "--home", home.toString()));
        all.addAll(List.of(words));
        return all;
    }
}
