package com.kruxos.transport;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * A server reached over the network.
 *
 * @param url http, https, ws or wss, without user, password and fragment
 */
public record Remote(URI url, Headers headers) {
    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");

    /** @throws CannotStart when we cannot speak with such a URL */
    public Remote {
        if (url.getScheme() == null || !SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))) {
            throw new CannotStart("a server's URL begins with http, https, ws or wss", "correct the URL");
        }
        if (url.getHost() == null) {
            throw new CannotStart("the server's URL names no host", "write it like https://example.com/mcp");
        }
        if (url.getRawUserInfo() != null) {
            throw new CannotStart(
                    "the server's URL holds a user or password", "store it as a secret and send a header");
        }
        if (url.getRawFragment() != null) {
            throw new CannotStart("the server's URL has a fragment (#)", "leave it out");
        }
    }

    boolean socket() {
        return scheme().startsWith("ws");
    }

    String scheme() {
        return url.getScheme().toLowerCase(Locale.ROOT);
    }
}
