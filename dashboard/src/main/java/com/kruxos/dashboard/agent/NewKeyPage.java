package com.kruxos.dashboard.agent;

import com.kruxos.dashboard.page.Preconditions;
import java.util.List;

/**
 * The page that shows a key, once: after an agent was made, its key rotated, or the agent restored.
 *
 * <p>Not a record: it holds the key's bytes as they were given, without a copy, and does not print them. They stay the
 * giver's to wipe, once the page is rendered.
 */
public final class NewKeyPage {
    private final AgentRow agent;
    private final byte[] key;
    private final String endpoint;
    private final List<ConfigSnippet> snippets;

    /**
     * @param key as it is to be read, in ASCII
     * @param endpoint where agents connect, as {@code wss://host:port/mcp} or {@code https://host:port/mcp}
     */
    public NewKeyPage(AgentRow agent, byte[] key, String endpoint, List<ConfigSnippet> snippets) {
        for (var letter : key) {
            Preconditions.require(isKeyCharacter(letter), "a byte that no key has");
        }
        this.agent = agent;
        this.key = key;
        this.endpoint = endpoint;
        this.snippets = List.copyOf(snippets);
    }

    public AgentRow agent() {
        return agent;
    }

    public byte[] key() {
        return key;
    }

    public String endpoint() {
        return endpoint;
    }

    /** Whether clients speak TLS there, and so have to trust the certificate. */
    public boolean usesTls() {
        return endpoint.startsWith("wss:");
    }

    public List<ConfigSnippet> snippets() {
        return snippets;
    }

    /** Letters, digits and two signs, none of which means anything in HTML: the key needs no escaping. */
    private static boolean isKeyCharacter(byte letter) {
        return (letter >= '0' && letter <= '9')
                || (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z')
                || letter == '_'
                || letter == '-';
    }
}
