package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.config.Config;
import com.kruxos.vault.KeyFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shim as clients start it, a process of its own: by the official SDK's client over standard input and output.
 *
 * <p>The peers are those of the appliance's tests, which install them; without them this is skipped, or fails in CI.
 */
class ShimOfficialClientTest {
    private static final Path PEERS =
            Path.of("..", "appliance", "target", "npm").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void theOfficialClientCallsAServerThroughTheShim() throws IOException, InterruptedException {
        var node = node();
        var keys = KeyFiles.in(folder);
        var home = new HomeDirectory(folder);
        HomeInitializer.initialize(home, keys, InstantSource.system());
        try (var _ = Appliance.start(Config.defaults().withPort(0), home, keys, InstantSource.system())) {
            var key = CliRun.run(folder, "agent", "create", "--name", "a", "--quiet")
                    .out()
                    .strip();
            var everything = PEERS.resolve("node_modules/@modelcontextprotocol/server-everything/dist/index.js");
            var added = CliRun.run(folder, "server", "add", "all", "--", node.toString(), everything.toString());
            assertThat(added.exit()).as(added.err()).isZero();
            var script = Files.copy(
                    Path.of(URI.create(
                            Objects.requireNonNull(ShimOfficialClientTest.class.getResource("stdio-client.mjs"))
                                    .toString())),
                    PEERS.resolve("stdio-client-" + ProcessHandle.current().pid() + ".mjs"));
            try {
                assertThat(said(node, script, key))
                        .contains("\"text\":\"Echo: grüße\"")
                        .contains("stdout is clean");
            } finally {
                Files.delete(script);
            }
        }
    }

    private String said(Path node, Path script, String key) throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(Stream.concat(Stream.of(node.toString(), script.toString()), shimCommand().stream())
                        .toList());
        builder.environment().put("KRUXOS_AGENT_KEY", key);
        builder.environment().put("KRUXOS_HOME", folder.toString());
        var process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private static List<String> shimCommand() {
        return Stream.concat(ShimProcess.command().stream(), Stream.of("--gateway"))
                .toList();
    }

    private static Path node() throws IOException {
        if (Files.exists(PEERS.resolve("stamp"))) {
            try (var found = Files.find(
                    PEERS.resolve("node_modules"),
                    3,
                    (file, _) -> file.toString().matches(".*/node-[a-z0-9-]+/bin/node"))) {
                return found.findFirst().orElse(Path.of("node"));
            }
        }
        if ("true".equals(System.getenv("CI"))) {
            fail("the appliance's tests have not installed their peers");
        }
        return abort("skipped: the appliance's tests have not installed their peers");
    }
}
