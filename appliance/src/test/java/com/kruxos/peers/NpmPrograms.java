package com.kruxos.peers;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The peers of {@code src/test/npm}, installed once into {@code target/npm} and again when the lock file is newer.
 *
 * <p>Where npm or a fitting Node is missing, a test that asks for them is skipped with the reason, or fails when
 * CI=true. Safe for several test processes at once.
 */
public final class NpmPrograms {
    private static final Path SOURCE = Path.of("src", "test", "npm").toAbsolutePath();
    private static final Path TARGET = Path.of("target", "npm").toAbsolutePath();
    private static final List<String> COPIED =
            List.of("package.json", "package-lock.json", ".npmrc", "agent.mjs", "fixture.mjs", "openapi.mjs");
    private static final long INSTALL_MINUTES = 10;
    private static final int NODE = 22;

    private final Path node;

    private NpmPrograms(Path node) {
        this.node = node;
    }

    /** Installs what is missing; the first time it downloads for about 20 s. */
    public static synchronized NpmPrograms ensureInstalled() {
        try {
            Files.createDirectories(TARGET);
            try (var file = FileChannel.open(
                            TARGET.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = file.lock()) {
                install();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new NpmPrograms(findNode());
    }

    /** A Node of version 22 or newer. */
    public Path node() {
        return node;
    }

    /** The command that starts server-everything on stdio. */
    public List<String> everythingCommand() {
        return serverCommand("server-everything", "stdio");
    }

    /** A running server that listens. */
    public record RunningServer(Process process, String url) implements AutoCloseable {
        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** server-everything over Streamable HTTP, started and listening. */
    public RunningServer startEverythingOverHttp() throws IOException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var builder = new ProcessBuilder(serverCommand("server-everything", "streamableHttp"))
                .redirectErrorStream(true)
                .redirectOutput(TARGET.resolve("everything-http.log").toFile());
        builder.environment().put("PORT", Integer.toString(port));
        var process = builder.start();
        TestAppliance.await(
                () -> {
                    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        return true;
                    } catch (IOException e) {
                        return false;
                    }
                },
                () -> "server-everything to listen");
        return new RunningServer(process, "http://localhost:" + port + "/mcp");
    }

    /** The command that starts server-filesystem on stdio, allowed the given folder. */
    public List<String> filesystemCommand(Path folder) {
        return serverCommand("server-filesystem", folder.toString());
    }

    /** The command that starts server-memory on stdio; it keeps its graph where MEMORY_FILE_PATH says. */
    public List<String> memoryCommand() {
        return serverCommand("server-memory");
    }

    /** The command that starts the official WebSocket client as an agent; {@code agent.mjs} documents its input. */
    public List<String> agentCommand() {
        return List.of(node.toString(), TARGET.resolve("agent.mjs").toString());
    }

    /** The command that starts our own server on stdio with all that the conformance suite needs. */
    public List<String> conformanceFixtureCommand() {
        return List.of(node.toString(), TARGET.resolve("fixture.mjs").toString());
    }

    /**
     * The command that runs the scenarios a revision requires of the server at {@code url}, and those that are reported
     * without counting; each leaves a folder with its {@code checks.json} in {@code results}.
     */
    public List<String> conformanceCommand(String url, String revision, Path results) {
        return List.of(
                node.toString(),
                TARGET.resolve("node_modules/@modelcontextprotocol/conformance/dist/index.js")
                        .toString(),
                "server",
                "--url",
                url,
                "--requirements",
                revision,
                "--output-dir",
                results.toString());
    }

    /** The command that validates an OpenAPI document. */
    public List<String> openApiValidatorCommand(Path document) {
        return List.of(node.toString(), TARGET.resolve("openapi.mjs").toString(), document.toString());
    }

    private List<String> serverCommand(String name, String... arguments) {
        var script = TARGET.resolve("node_modules/@modelcontextprotocol/" + name + "/dist/index.js");
        return Stream.concat(Stream.of(node.toString(), script.toString()), Stream.of(arguments))
                .toList();
    }

    private static void install() throws IOException {
        for (var name : COPIED) {
            Files.copy(SOURCE.resolve(name), TARGET.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        var stamp = TARGET.resolve("stamp");
        var lock = SOURCE.resolve("package-lock.json");
        if (Files.exists(stamp) && Files.getLastModifiedTime(stamp).compareTo(Files.getLastModifiedTime(lock)) >= 0) {
            return;
        }
        Files.deleteIfExists(stamp);
        var log = TARGET.resolve("npm.log");
        if (!succeeds(TARGET, log, "npm", "ci", "--no-progress")) {
            failOrSkip("npm could not install the test peers; see " + log);
        }
        Files.createFile(stamp);
    }

    /** Node from npm where there is one for this platform, else the installed one. */
    private static Path findNode() {
        try (var bundled = Files.find(
                TARGET.resolve("node_modules"),
                3,
                (file, _) -> file.toString().matches(".*/node-[a-z0-9-]+/bin/node"))) {
            return bundled.findFirst().orElseGet(NpmPrograms::systemNode);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path systemNode() {
        var newEnough = "process.exit(parseInt(process.versions.node) >= " + NODE + " ? 0 : 1)";
        if (!succeeds(TARGET, TARGET.resolve("node.log"), "node", "-e", newEnough)) {
            failOrSkip("there is no Node " + NODE + " or newer for this machine");
        }
        return Path.of("node");
    }

    private static boolean succeeds(Path folder, Path log, String... command) {
        try {
            var process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void failOrSkip(String reason) {
        if ("true".equals(System.getenv("CI"))) {
            fail(reason);
        }
        abort("skipped: " + reason);
    }
}
