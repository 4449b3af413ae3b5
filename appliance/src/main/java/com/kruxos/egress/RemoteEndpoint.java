package com.kruxos.egress;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * A server reached over the network.
 *
 * @param url http, https, ws or wss, without user, password and fragment
 */
public record RemoteEndpoint(URI url, CredentialHeaders headers) {
    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");

    /** @throws CannotConnect when we cannot speak with such a URL */
    public RemoteEndpoint {
        if (url.getScheme() == null || !SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))) {
            throw new CannotConnect("a server's URL begins with http, https, ws or wss", "correct the URL");
        }
        if (url.getHost() == null) {
            throw new CannotConnect("the server's URL names no host", "write it like https://example.com/mcp");
        }
        if (url.getRawUserInfo() != null) {
            throw new CannotConnect(
                    "the server's URL holds a user or password", "store it as a secret and send a header");
        }
        if (url.getRawFragment() != null) {
            throw new CannotConnect("the server's URL has a fragment (#)", "leave it out");
        }
    }

    public boolean isWebSocket() {
        return scheme().startsWith("ws");
    }

    String scheme() {
        return url.getScheme().toLowerCase(Locale.ROOT);
    }
}
