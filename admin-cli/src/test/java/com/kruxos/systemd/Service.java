package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** The package, installed on a machine that is up, with one server {@code p} that runs shells, and an agent. */
final class Service {
    static final String SECRET = "planted-in-the-vault";

    private final Machine machine;
    private final String key;

    private Service(Machine machine, String key) {
        this.machine = machine;
        this.key = key;
    }

    /** Puts what {@link #install} needs where the machine will find it. Before it boots. */
    static void lay(DebianPackage made, Machine.Tree tree) {
        try (var program = Service.class.getResourceAsStream("mcp.pl")) {
            Files.copy(made.file(), tree.root().resolve("root/kruxos.deb"));
            Files.createDirectories(tree.usr().resolve("lib/kruxos/runtime"));
            Files.copy(Objects.requireNonNull(program), tree.root().resolve("opt/mcp.pl"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Service install(Machine machine) throws Exception {
        machine.run("dpkg", "-i", "/root/kruxos.deb").well();
        machine.shell("echo " + SECRET + " > /root/secret; kruxos secret put p/token --from-file /root/secret")
                .well();
        var key = machine.run("kruxos", "agent", "create", "--name", "a", "--quiet")
                .well()
                .lines()
                .filter(line -> line.matches("[0-9a-f]{64}"))
                .findFirst()
                .orElseThrow();
        var service = new Service(machine, key);
        service.addServer("p");
        return service;
    }

    void addServer(String name, String... more) throws Exception {
        var command = new ArrayList<>(List.of("kruxos", "server", "add", name, "--env", "TOKEN=secret:p/token"));
        command.addAll(List.of(more));
        command.addAll(List.of("--", "perl", "/opt/mcp.pl"));
        machine.run(command.toArray(String[]::new)).well();
        awaitReady(name);
    }

    void awaitReady(String name) {
        Machine.await(
                "server " + name,
                () -> machine.run("kruxos", "server", "show", name).said().contains("ready since"));
    }

    String property(String unit, String name) throws Exception {
        return machine.run("systemctl", "show", "--value", "-p", name, unit)
                .well()
                .strip();
    }

    /** What a shell says that is the tool of a server. */
    String call(String server, String line) throws Exception {
        var session = post(
                "",
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":"
                        + "{\"name\":\"c\",\"version\":\"1\"}}");
        var id = Pattern.compile("(?i)mcp-session-id: (\\S+)").matcher(session);
        assertThat(id.find()).as(session).isTrue();
        return post(
                        id.group(1),
                        "tools/call",
                        "{\"name\":\"" + server + "__sh\",\"arguments\":{\"line\":\"" + line + "\"}}")
                .replace("\\u000a", "\n");
    }

    private String post(String session, String method, String params) throws Exception {
        var command = new ArrayList<>(List.of(
                "curl",
                "-s",
                "-i",
                "--max-time",
                "120",
                "http://127.0.0.1:7700/mcp",
                "-H",
                "Authorization: Bearer " + key,
                "-H",
                "Content-Type: application/json",
                "-H",
                "Accept: application/json, text/event-stream",
                "-d",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}"));
        if (!session.isEmpty()) {
            command.addAll(List.of("-H", "Mcp-Session-Id: " + session));
        }
        return machine.near(command).well();
    }

    List<String> units() throws Exception {
        return machine.run("systemctl", "list-units", "--plain", "--no-legend", "--all", "kruxos-child*.service")
                .well()
                .lines()
                .map(line -> line.strip().split("\\s+", 2)[0])
                .toList();
    }
}
