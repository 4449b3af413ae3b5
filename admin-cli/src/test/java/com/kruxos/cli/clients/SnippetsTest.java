package com.kruxos.cli.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.dashboard.Snippet;
import com.kruxos.dashboard.Snippets;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The dashboard shows the entries that {@code kruxos mcp-config} writes. Red when either changes alone. */
class SnippetsTest {
    private static final URI GATEWAY = URI.create("https://kruxos.office.example:7700");

    @Test
    void theDashboardShowsWhatTheCommandWrites() {
        var shown = Snippets.of(
                URI.create(GATEWAY + "/mcp"), URI.create("wss://kruxos.office.example:7700/mcp"), "build-bot");

        assertThat(shown)
                .extracting(Snippet::text)
                .containsExactlyElementsOf(Arrays.stream(Client.values())
                        .map(SnippetsTest::written)
                        .toList());
    }

    private static String written(Client client) {
        var connection = new Connection(
                client.usual(), GATEWAY, Connection.SHIM_VARIABLE, Optional.of("build-bot"), java.util.List.of());
        return new String(Entry.of(client, "kruxos", connection).alone(), StandardCharsets.UTF_8);
    }
}
