package com.kruxos.cli.shim;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.admin.IssuedAgent;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.config.Config;
import com.kruxos.result.Result;
import com.kruxos.vault.KeyFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What waits for a gateway that does not come back, with less patience than people are given. */
class ShimNotSentTest {
    @TempDir
    Path folder;

    private @Nullable Appliance appliance;

    /**
     * Fails when Shim.sendWhenConnected goes on waiting, or says it by a code that means something else: by −32001 it
     * would be that it may have been carried out, by −32002 that a resource is not there.
     */
    @Test
    @Timeout(120)
    void anUnsentRequestHasItsOwnErrorCode() throws Exception {
        var lost = new CountDownLatch(1);
        var input = Pipe.open();
        var output = Pipe.open();
        var running = started();
        try (var in = new PrintStream(Channels.newOutputStream(input.sink()), true, StandardCharsets.UTF_8);
                var out = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(output.source()), StandardCharsets.UTF_8))) {
            var key = key(running);
            var address = URI.create("http://127.0.0.1:" + running.port());
            var shim = new Shim(
                    new GatewayConnector(() -> address, new TrustedCertificates(Optional.empty(), Optional.empty())),
                    AgentCredentials.fixed(key),
                    Optional.empty(),
                    Channels.newInputStream(input.source()),
                    new PrintStream(Channels.newOutputStream(output.sink()), false, StandardCharsets.UTF_8),
                    _ -> lost.countDown(),
                    Duration.ofMillis(200));
            Thread.ofPlatform().daemon().start(() -> run(shim));
            in.println("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
            assertThat(out.readLine()).contains("\"result\"");
            stop();
            lost.await();
            in.println("{\"jsonrpc\":\"2.0\",\"id\":\"2\",\"method\":\"ping\"}");
            assertThat(out.readLine())
                    .startsWith("{\"jsonrpc\":\"2.0\",\"id\":\"2\",\"error\":{\"code\":-32004,")
                    .contains("not sent");
        }
    }

    private static void run(Shim shim) {
        try {
            shim.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        if (appliance != null) {
            appliance.close();
            appliance = null;
        }
    }

    private Appliance started() {
        var home = new HomeDirectory(folder);
        HomeInitializer.initialize(home, KeyFiles.in(folder), InstantSource.system());
        var running = Appliance.start(Config.defaults().withPort(0), home, KeyFiles.in(folder), InstantSource.system());
        appliance = running;
        return running;
    }

    private static String key(Appliance appliance) {
        var root = new AuditPrincipal(AuditPrincipal.PrincipalType.ROOT, "root", "root", "test", null);
        return switch (appliance.admin().agents().create(root, "default", "a", "", null)) {
            case Result.Done<IssuedAgent>(var issued) -> {
                try (issued) {
                    yield new String(issued.key().ascii(), StandardCharsets.US_ASCII);
                }
            }
            case Result.Refused<IssuedAgent> refused -> throw new AssertionError(refused);
        };
    }
}
