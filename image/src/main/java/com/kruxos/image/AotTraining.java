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
 * Two short lives of the package itself, from which Java makes the two caches. In the first somebody sets up a server
 * and an agent, and gives the usual commands. The second is the appliance's own: it starts as it will every day, and
 * the agent calls. What is used more rarely is not in its cache, all of which is in memory at rest: with pages,
 * commands and a server on the network it would be 9 MiB more. All of it in a folder that is removed.
 */
final class AotTraining {
    private static final long PATIENCE_SECONDS = 120;

    /** Enough to load every class. */
    private static final int ROUNDS = 2;

    /** What was hot in a short life is what starts do: it would be compiled in each of them. */
    private static final String NO_PROFILES = "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining";

    private static final Pattern PORT = Pattern.compile("\"mcp\": *(\\d+)");

    /** With everything people set most. */
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

    /** Makes both caches, or fails. */
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
        live(Map.of(), place -> {
            prepare();
            key.set(kruxos("", "agent", "create", "--name", "anna", "--quiet"));
            client();
        });
        live(Map.of("JDK_JAVA_OPTIONS", "-XX:AOTCacheOutput=" + layout.cache("server") + " " + NO_PROFILES), place -> {
            try (var agent = new TrainingAgent(place, Objects.requireNonNull(key.get()))) {
                for (var round = 0; round < ROUNDS; round++) {
                    agent.overWebSocket(List.of("demo__tick"));
                    agent.overHttp(List.of("demo__tick"));
                }
            }
        });
        require("server");
    }

    private interface Life {
        void lead(String place) throws IOException, InterruptedException;
    }

    /** Starts the appliance, and ends it when it has led this life. */
    private void live(Map<String, String> environment, Life life) throws IOException, InterruptedException {
        var appliance = command.start(words("serve"), environment);
        try {
            life.lead(awaitUp(appliance));
            appliance.destroy();
            command.await(appliance, "the appliance");
        } finally {
            appliance.destroyForcibly();
        }
    }

    /** Gives back where agents come to. */
    private String awaitUp(Process appliance) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
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
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        String shown;
        do {
            shown = kruxos("", "server", "show", server, "--json");
            if (shown.contains("\"ready\"")) {
                return;
            }
        } while (System.nanoTime() < deadline);
        throw new IOException(server + " is not ready: " + shown);
    }

    /** The commands' cache: many commands in one process, since a cache is made from one. */
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
            throw new IOException("Java made no cache for the " + kind);
        }
    }

    private String java() {
        return layout.runtime().resolve("bin/java").toString();
    }

    private String kruxos(String input, String... words) throws IOException, InterruptedException {
        return command.run(words(words), input);
    }

    /** The home goes first: behind a double dash it would be the server's. */
    private List<String> words(String... words) {
        var all = new ArrayList<>(List.of(layout.program().toString(), "--home", home.toString()));
        all.addAll(List.of(words));
        return all;
    }
}
