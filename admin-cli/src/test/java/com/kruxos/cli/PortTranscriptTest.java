package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.config.Config;
import com.kruxos.vault.KeyFiles;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * The transcripts once more, over the port: rows K6 and K8. Every command is run with KRUXOS_URL and a user token, so
 * it makes no difference by which door it comes. Fails without the {@code byPort} in CommandContext.api: the socket
 * would answer, and then the last check fails.
 */
class PortTranscriptTest extends TranscriptTest {
    @Override
    Closeable start(Path folder) {
        var home = new HomeDirectory(folder);
        var keys = KeyFiles.in(folder);
        HomeInitializer.initialize(home, keys, InstantSource.system());
        var appliance = Appliance.start(Config.defaults().withPort(0), home, keys, InstantSource.system());
        return () -> {
            try {
                var acts = CliRun.run(folder, "audit", "query", "--kind", "admin.closed", "-n", "500", "--json");
                // The one act of the socket is the making of the token below.
                assertThat(acts.out().split("\"origin\": \"admin.sock\"", -1)).hasSizeLessThanOrEqualTo(2);
            } finally {
                appliance.close();
            }
        };
    }

    @Override
    Map<String, String> environment(Path home) {
        var made = CliRun.run(home, "user-token", "create", "--label", "transcript", "--scope", "admin", "--quiet");
        var status = CliRun.run(home, "status", "--json").out();
        var port = status.replaceAll("(?s).*\"api\": ([0-9]+).*", "$1");
        return Map.of(
                "KRUXOS_URL",
                "http://127.0.0.1:" + port,
                "KRUXOS_USER_TOKEN",
                made.out().strip());
    }

    /** user-token.txt lists all tokens, and here there is one more; operators are made on the machine itself only. */
    @Override
    List<String> skipped() {
        return List.of("fake-only.txt", "operator.txt", "user-token.txt");
    }
}
