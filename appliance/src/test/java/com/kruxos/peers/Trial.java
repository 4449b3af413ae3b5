package com.kruxos.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonView;
import com.kruxos.Appliance;
import com.kruxos.Home;
import com.kruxos.Preparation;
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

/** The real appliance on a free port and a home of its own, and the people and agents around it. */
public final class Trial implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A machine that does ten other things starts a process in half a minute. */
    private static final long PATIENCE_SECONDS = 180;

    private final Home home;
    private final Config config;
    private final InstantSource clock;
    private @Nullable Appliance appliance;

    private Trial(Path folder, Config config, InstantSource clock) {
        this.home = new Home(folder);
        this.config = config.withPort(0);
        this.clock = clock;
    }

    public static Trial start(Path folder) {
        return start(folder, Config.defaults());
    }

    public static Trial start(Path folder, Config config) {
        return start(folder, config, InstantSource.system());
    }

    public static Trial start(Path folder, Config config, InstantSource clock) {
        var trial = new Trial(folder, config, clock);
        Preparation.prepare(trial.home, KeyFiles.in(trial.home.folder()), clock);
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
        return running().port();
    }

    /** What the doors are made of, for a test that makes a part of one itself. */
    public Admin admin() {
        return running().admin();
    }

    public Path folder() {
        return home.folder();
    }

    public Home home() {
        return home;
    }

    public Api api() {
        return new Api(home.folder());
    }

    /** Makes an agent and gives back its key. */
    public String agent(String name) {
        var made = api().post("/agents", "{\"name\":\"" + name + "\"}");
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("key").asString();
    }

    /** An agent that is connected and has said hello. */
    public RawAgent connected(String name) {
        var agent = RawAgent.connect(port(), agent(name));
        agent.hello();
        return agent;
    }

    public void secret(String name, String value) {
        var put = api().putSecret(name, value);
        assertThat(put.status()).as(put.body()).isEqualTo(200);
    }

    /** Adds a server and waits until it is in {@code state}. */
    public JsonNode server(
            String name, List<String> command, Map<String, String> env, Map<String, String> plain, String state) {
        var wanted = JSON.createObjectNode().put("name", name);
        command.forEach(wanted.putArray("command")::add);
        env.forEach(wanted.putObject("env")::put);
        plain.forEach(wanted.putObject("plain_env")::put);
        var added = api().post("/servers", wanted.toString());
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        awaitState(name, state);
        return added.json();
    }

    /** The same server, with a life for each agent's session. */
    public void oddServerPerAgent(String name, Map<String, String> env) {
        var wanted = JSON.createObjectNode().put("name", name).put("sessions", "per-agent");
        oddCommand().forEach(wanted.putArray("command")::add);
        env.forEach(wanted.putObject("env")::put);
        var added = api().post("/servers", wanted.toString());
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        awaitState(name, "ready");
    }

    /** The server of our own that misbehaves on request. */
    public void oddServer(String name, Map<String, String> env, Map<String, String> plain) {
        server(name, oddCommand(), env, plain, "ready");
    }

    public void oddServer(String name) {
        oddServer(name, Map.of(), Map.of());
    }

    public static List<String> oddCommand() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx64m",
                "-cp",
                places(
                        OddServer.class,
                        com.kruxos.rpc.Codec.class,
                        JsonFactory.class,
                        JsonMapper.class,
                        JsonView.class),
                OddServer.class.getName());
    }

    /** A class path of just the places these classes come from. */
    public static String places(Class<?>... classes) {
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
                () -> state(server).equals(state),
                () -> server + " to be " + state + ", it is "
                        + api().get("/servers/" + server).body());
    }

    public String state(String server) {
        return api().get("/servers/" + server).json().path("state").path("name").asString();
    }

    /** Audit records, oldest first. */
    public List<JsonNode> records() {
        var all = new ArrayList<JsonNode>();
        var after = 0L;
        while (true) {
            var page = api().get("/audit?limit=500&after=" + after).json().path("items");
            page.forEach(all::add);
            if (page.isEmpty()) {
                return all;
            }
            after = page.get(page.size() - 1).path("seq").asLong();
        }
    }

    public static void await(BooleanSupplier done, java.util.function.Supplier<String> what) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("still waiting after " + PATIENCE_SECONDS + " s for " + what.get())
                    .isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Whether a process does anything; one that has ended and waits to be reaped does not. */
    public static boolean runs(long pid) {
        return !lines(Path.of("/proc/" + pid + "/cmdline")).isEmpty();
    }

    public static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it as a service manager would have it: calls under way are waited for. */
    public void stop() {
        running().stop();
        appliance = null;
    }

    @Override
    public void close() {
        if (appliance != null) {
            appliance.close();
            appliance = null;
        }
    }

    private Appliance running() {
        return java.util.Objects.requireNonNull(appliance, "not started");
    }
}
