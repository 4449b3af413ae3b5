package com.kruxos.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonView;
import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.admin.Admin;
import com.kruxos.config.Config;
import com.kruxos.vault.KeyFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real appliance on a free port with its own home, and clients for operators and agents. */
public final class TestAppliance implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A busy machine may need half a minute to start a process. */
    private static final long TIMEOUT_SECONDS = 180;

    private final HomeDirectory home;
    private final Config config;
    private final InstantSource clock;
    private @Nullable Appliance appliance;

    private TestAppliance(Path folder, Config config, InstantSource clock) {
        this.home = new HomeDirectory(folder);
        this.config = config.withPort(0);
        this.clock = clock;
    }

    public static TestAppliance start(Path folder) {
        return start(folder, Config.defaults());
    }

    public static TestAppliance start(Path folder, Config config) {
        return start(folder, config, InstantSource.system());
    }

    public static TestAppliance start(Path folder, Config config, InstantSource clock) {
        var trial = new TestAppliance(folder, config, clock);
        HomeInitializer.initialize(trial.home, KeyFiles.in(trial.home.folder()), clock);
        trial.start();
        return trial;
    }

    public void start() {
        appliance = Appliance.start(config, home, KeyFiles.in(home.folder()), clock);
    }

    public void restart() {
        close();
        start();
    }

    public int port() {
        return requireRunning().port();
    }

    /** The services behind the listeners. */
    public Admin adminServices() {
        return requireRunning().admin();
    }

    public Path folder() {
        return home.folder();
    }

    public HomeDirectory home() {
        return home;
    }

    public AdminSocketClient adminClient() {
        return new AdminSocketClient(home.folder());
    }

    /** Creates an agent and returns its key. */
    public String createAgent(String name) {
        var made = adminClient().post("/agents", "{\"name\":\"" + name + "\"}");
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("key").asString();
    }

    /** An agent with an initialized session. */
    public WebSocketAgent connectAgent(String name) {
        var agent = WebSocketAgent.connect(port(), createAgent(name));
        agent.initialize();
        return agent;
    }

    public void putSecret(String name, String value) {
        var put = adminClient().putSecret(name, value);
        assertThat(put.status()).as(put.body()).isEqualTo(200);
    }

    /** Adds a server and waits until it is in {@code state}. */
    public JsonNode addServer(
            String name, List<String> command, Map<String, String> env, Map<String, String> plain, String state) {
        var wanted = JSON.createObjectNode().put("name", name);
        command.forEach(wanted.putArray("command")::add);
        env.forEach(wanted.putObject("env")::put);
        plain.forEach(wanted.putObject("plain_env")::put);
        var added = adminClient().post("/servers", wanted.toString());
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        awaitState(name, state);
        return added.json();
    }

    /** A faulty server with an instance per session. */
    public void addFaultyServerPerAgent(String name, Map<String, String> env) {
        var wanted = JSON.createObjectNode().put("name", name).put("sessions", "per-agent");
        faultyServerCommand().forEach(wanted.putArray("command")::add);
        env.forEach(wanted.putObject("env")::put);
        var added = adminClient().post("/servers", wanted.toString());
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        awaitState(name, "ready");
    }

    /** Adds {@link FaultyStdioServer}. */
    public void addFaultyServer(String name, Map<String, String> env, Map<String, String> plain) {
        addServer(name, faultyServerCommand(), env, plain, "ready");
    }

    public void addFaultyServer(String name) {
        addFaultyServer(name, Map.of(), Map.of());
    }

    public static List<String> faultyServerCommand() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx64m",
                "-cp",
                classPathOf(
                        FaultyStdioServer.class,
                        com.kruxos.rpc.JsonRpcReader.class,
                        JsonFactory.class,
                        JsonMapper.class,
                        JsonView.class),
                FaultyStdioServer.class.getName());
    }

    /** A class path with only the locations of these classes. */
    public static String classPathOf(Class<?>... classes) {
        return Stream.of(classes)
                .map(type -> Path.of(URI.create(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    public void awaitState(String server, String state) {
        await(
                () -> serverState(server).equals(state),
                () -> server + " to be " + state + ", it is "
                        + adminClient().get("/servers/" + server).body());
    }

    public String serverState(String server) {
        return adminClient()
                .get("/servers/" + server)
                .json()
                .path("state")
                .path("name")
                .asString();
    }

    /** Audit records, oldest first. */
    public List<JsonNode> auditRecords() {
        var all = new ArrayList<JsonNode>();
        var after = 0L;
        while (true) {
            var page =
                    adminClient().get("/audit?limit=500&after=" + after).json().path("items");
            page.forEach(all::add);
            if (page.isEmpty()) {
                return all;
            }
            after = page.get(page.size() - 1).path("seq").asLong();
        }
    }

    public static void await(BooleanSupplier done, java.util.function.Supplier<String> what) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("still waiting after " + TIMEOUT_SECONDS + " s for " + what.get())
                    .isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Whether a process is running; a zombie is not. */
    public static boolean isRunning(long pid) {
        return !readLines(Path.of("/proc/" + pid + "/cmdline")).isEmpty();
    }

    public static List<String> readLines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it like a service manager: waits for calls in progress. */
    public void stop() {
        requireRunning().stop();
        appliance = null;
    }

    @Override
    public void close() {
        if (appliance != null) {
            appliance.close();
            appliance = null;
        }
    }

    private Appliance requireRunning() {
        return java.util.Objects.requireNonNull(appliance, "not started");
    }
}
