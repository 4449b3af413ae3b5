package com.kruxos.cli.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.dashboard.agent.ConfigSnippet;
import com.kruxos.dashboard.agent.ConfigSnippets;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The dashboard shows the entries that {@code kruxos mcp-config} writes. Fails when either changes alone. */
class DashboardSnippetsTest {
    private static final URI GATEWAY = URI.create("https://kruxos.office.example:7700");

    @Test
    void theDashboardShowsTheEntriesTheCommandWrites() {
        var shown = ConfigSnippets.of(
                URI.create(GATEWAY + "/mcp"), URI.create("wss://kruxos.office.example:7700/mcp"), "build-bot");

        assertThat(shown)
                .extracting(ConfigSnippet::text)
                .containsExactlyElementsOf(Arrays.stream(ClientKind.values())
                        .map(DashboardSnippetsTest::written)
                        .toList());
    }

    private static String written(ClientKind client) {
        var connection = new EntrySpec(
                client.defaultTransport(),
                GATEWAY,
                EntrySpec.SHIM_KEY_VARIABLE,
                Optional.of("build-bot"),
                java.util.List.of());
        return new String(ClientEntry.of(client, "kruxos", connection).asNewFile(), StandardCharsets.UTF_8);
    }
}
