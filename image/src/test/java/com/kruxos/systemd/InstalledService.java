package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** The package, installed on a machine that is up, with one server {@code p} that runs shells, and an agent. */
final class InstalledService {
    static final String SECRET = "planted-in-the-vault";

    private final TestMachine machine;
    private final String key;

    private InstalledService(TestMachine machine, String key) {
        this.machine = machine;
        this.key = key;
    }

    /** Puts what {@link #install} needs where the machine will find it. Before it boots. */
    static void lay(DebianPackage made, TestMachine.Tree tree) {
        try (var program = InstalledService.class.getResourceAsStream("mcp.pl")) {
            Files.copy(made.file(), tree.root().resolve("root/kruxos.deb"));
            Files.copy(Objects.requireNonNull(program), tree.root().resolve("opt/mcp.pl"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static InstalledService install(TestMachine machine) throws Exception {
        machine.run("dpkg", "-i", "/root/kruxos.deb").well();
        machine.shell("printf %s " + SECRET + " > /root/secret; kruxos secret put p/token --from-file /root/secret")
                .well();
        var key = machine.run("kruxos", "agent", "create", "--name", "a", "--quiet")
                .well()
                .lines()
                .filter(line -> line.matches("[0-9a-f]{64}"))
                .findFirst()
                .orElseThrow();
        var service = new InstalledService(machine, key);
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
        TestMachine.await(
                "server " + name,
                () -> machine.run("kruxos", "server", "show", name).said().contains("ready since"));
    }

    String property(String unit, String name) throws Exception {
        return machine.run("systemctl", "show", "--value", "-p", name, unit)
                .well()
                .strip();
    }

    /**
     * Skips the test where the machine's systemd cannot hold a unit to a limit. On a host with cgroups of the first
     * version it is lent no controller.
     */
    void needsLimit(String unit, String file) throws Exception {
        var limit = "/sys/fs/cgroup" + property(unit, "ControlGroup") + "/" + file;
        if (machine.run("test", "-w", limit).exit() != 0) {
            Assumptions.abort("skipped: there is no " + limit + " in the machine");
        }
    }

    String mainPid() throws Exception {
        return property("kruxos", "MainPID");
    }

    /** What the process has open as code and caches is the package's, as it lies there now, and no other Java's. */
    void assertRunsFromThePackage() throws Exception {
        var process = "/proc/" + mainPid();
        assertThat(machine.run("readlink", process + "/exe").well())
                .isEqualTo(DebianPackage.INSTALLED + "/runtime/bin/java\n");
        // The sixth column; what was replaced under a process that still has it ends with "(deleted)".
        var mapped = machine.run("sed", "-nE", "s:^([^ ]+ +){5}/:/:p", process + "/maps")
                .well()
                .lines()
                .filter(file -> file.startsWith("/usr/lib/kruxos") || file.contains("jvm") || file.contains(".aot"))
                .distinct();
        assertThat(mapped)
                .contains(
                        DebianPackage.INSTALLED + "/lib/server.aot",
                        DebianPackage.INSTALLED + "/lib/libsqlitejdbc.so",
                        DebianPackage.INSTALLED + "/runtime/lib/server/libjvm.so")
                .allMatch(file -> file.startsWith(DebianPackage.INSTALLED + "/"))
                .noneMatch(file -> file.endsWith("(deleted)"));
    }

    /** What a shell says that is the tool of a server. */
    String call(String server, String line) throws Exception {
        return ask(server, "{\"line\":\"" + line + "\"}");
    }

    /** Has the program of a server take memory of its own. */
    String take(String server, int mebibytes) throws Exception {
        return ask(server, "{\"take\":" + mebibytes + "}");
    }

    /** What the answer of a tool begins with. */
    static String number(String answer) {
        var found = Pattern.compile("\"text\":\"(\\d+)").matcher(answer);
        assertThat(found.find()).as(answer).isTrue();
        return found.group(1);
    }

    private String ask(String server, String arguments) throws Exception {
        var session = post(
                "",
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":"
                        + "{\"name\":\"c\",\"version\":\"1\"}}");
        var id = Pattern.compile("(?i)mcp-session-id: (\\S+)").matcher(session);
        assertThat(id.find()).as(session).isTrue();
        return post(id.group(1), "tools/call", "{\"name\":\"" + server + "__sh\",\"arguments\":" + arguments + "}")
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

    /** The unit a server's program runs in, as the program sees it. */
    String unitOf(String server) throws Exception {
        var found = Pattern.compile("kruxos-child[\\w@-]*\\.service").matcher(call(server, "cat /proc/self/cgroup"));
        assertThat(found.find()).isTrue();
        return found.group();
    }

    /** All units with a program, also those that are just ending. */
    List<String> units() throws Exception {
        return machine.run("systemctl", "list-units", "--plain", "--no-legend", "--all", "kruxos-child*.service")
                .well()
                .lines()
                .map(line -> line.strip().split("\\s+", 2)[0])
                .toList();
    }
}
