package com.kruxos.dashboard.agent;

import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.Page;
import com.kruxos.dashboard.page.Preconditions;
import com.kruxos.dashboard.page.RenderedPage;
import java.util.List;

/**
 * Shows a new key once, after an agent was created or restored or its key rotated.
 *
 * <p>Not a record: it holds the caller's key bytes without a copy and never prints them. The caller wipes them after
 * rendering.
 */
public final class NewKeyPage implements Page {
    private final AgentRow agent;
    private final byte[] key;
    private final String endpoint;
    private final List<ConfigSnippet> snippets;

    /**
     * @param key in ASCII
     * @param endpoint the WebSocket URL for agents, such as {@code wss://host:port/mcp}
     */
    public NewKeyPage(AgentRow agent, byte[] key, String endpoint, List<ConfigSnippet> snippets) {
        for (var character : key) {
            Preconditions.require(isKeyCharacter(character), "a key contains an invalid character");
        }
        this.agent = agent;
        this.key = key;
        this.endpoint = endpoint;
        this.snippets = List.copyOf(snippets);
    }

    @Override
    public RenderedPage render(Layout layout) {
        return RenderedPage.of((out, interceptor) -> JtenewkeyGenerated.render(out, interceptor, layout, this));
    }

    AgentRow agent() {
        return agent;
    }

    byte[] key() {
        return key;
    }

    String endpoint() {
        return endpoint;
    }

    /** Whether clients must trust the appliance's certificate. */
    boolean usesTls() {
        return endpoint.startsWith("wss:");
    }

    List<ConfigSnippet> snippets() {
        return snippets;
    }

    /** None of these has a meaning in HTML, so a key needs no escaping. */
    private static boolean isKeyCharacter(byte character) {
        return (character >= '0' && character <= '9')
                || (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || character == '_'
                || character == '-';
    }
}
