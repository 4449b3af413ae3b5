package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.config.Config;
import com.kruxos.vault.KeyFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands over a port: where they go, as whom, and where they refuse to go. */
class ApiUrlTest {
    private static final String TOKEN = "krx_user_" + "A".repeat(43);

    @TempDir
    Path home;

    /**
     * Only KRUXOS_USER_TOKEN is read. Fails when CommandContext.apiOverPort goes on without a token, or when
     * ProcessContext is asked for another variable.
     */
    @Test
    void aUrlNeedsAToken() {
        var run = CliRun.with(home)
                .variable("KRUXOS_TOKEN", TOKEN)
                .run("agent", "list", "--url", "http://127.0.0.1:7703");
        assertThat(run.exit()).isEqualTo(6);
        assertThat(run.err())
                .contains("KRUXOS_USER_TOKEN", "kruxos user-token create")
                .doesNotContain(TOKEN);
    }

    @Test
    void aPortWithoutListenerIsUnreachable() throws IOException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var run = CliRun.with(home)
                .variable("KRUXOS_USER_TOKEN", TOKEN)
                .run("agent", "list", "--url", "http://127.0.0.1:" + port);
        assertThat(run.exit()).isEqualTo(5);
        assertThat(run.err()).startsWith("error: no appliance responds at http://127.0.0.1:" + port);
    }

    /** Fails without the check of Place.loopback: a token would travel in the clear. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://192.0.2.1:7703",
                "http://example.org:7703",
                "http://127.0.0.1.example.org:7703",
                "http://[2001:db8::1]:7703",
                "http://0.0.0.0:7703",
                "http://127.0.0.1@example.org:7703",
                "http://token@127.0.0.1:7703",
                "https://127.0.0.1:7703",
                "http://127.0.0.1:7703/api/v1",
                "http://127.0.0.1:7703/?token=" + "krx_user_",
                "127.0.0.1:7703",
                "ftp://127.0.0.1",
                "http://",
                "a b"
            })
    void onlyLoopbackUrlsAreAccepted(String url) {
        var run = CliRun.with(home).variable("KRUXOS_USER_TOKEN", TOKEN).run("agent", "list", "--url", url);
        assertThat(run.exit()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains("hint: ").doesNotContain("krx_user_").doesNotContain("token@");
        assertThat(CliRun.with(home)
                        .variable("KRUXOS_USER_TOKEN", TOKEN)
                        .variable("KRUXOS_URL", url)
                        .run("agent", "list")
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void homeAndUrlAreMutuallyExclusive() {
        var run = CliRun.run(home, "status", "--home", home.toString(), "--url", "http://127.0.0.1:7703");
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void urlAndHomeOptionsPrecedeTheVariable() {
        var folder = new HomeDirectory(home);
        HomeInitializer.initialize(folder, KeyFiles.in(home), InstantSource.system());
        try (var _ =
                Appliance.start(Config.defaults().withPort(0), folder, KeyFiles.in(home), InstantSource.system())) {
            var port = CliRun.run(home, "status", "--json").out().replaceAll("(?s).*\"api\": ([0-9]+).*", "$1");
            var token = CliRun.run(home, "user-token", "create", "--label", "x", "--quiet")
                    .out()
                    .strip();
            for (var url : new String[] {
                "http://127.0.0.1:" + port, "http://localhost:" + port + "/", "HTTP://127.0.0.1:" + port
            }) {
                var run = CliRun.with(home)
                        .variable("KRUXOS_USER_TOKEN", token)
                        .variable("KRUXOS_URL", "http://127.0.0.1:1")
                        .run("space", "list", "--url", url);
                assertThat(run.exit()).as(run.err()).isZero();
            }
            assertThat(CliRun.with(home)
                            .variable("KRUXOS_USER_TOKEN", token)
                            .variable("KRUXOS_URL", "http://127.0.0.1:1")
                            .run("space", "list", "--home", home.toString())
                            .exit())
                    .isZero();
            var reads = CliRun.with(home)
                    .variable("KRUXOS_USER_TOKEN", token)
                    .run("space", "create", "other", "--url", "http://127.0.0.1:" + port);
            assertThat(reads.exit()).isEqualTo(4);
            var wrong = CliRun.with(home)
                    .variable("KRUXOS_USER_TOKEN", TOKEN)
                    .run("space", "list", "--url", "http://127.0.0.1:" + port);
            assertThat(wrong.exit()).isEqualTo(6);
        }
    }
}
