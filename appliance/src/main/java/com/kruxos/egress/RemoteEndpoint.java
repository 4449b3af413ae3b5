package com.kruxos.egress;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * A URL to connect to, and the credential for it.
 *
 * @param url http, https, ws or wss, without user, password and fragment
 */
public record RemoteEndpoint(URI url, CredentialHeaders headers) {
    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");

    /**
     * Validates the URL.
     *
     * @throws CannotConnect when the URL is invalid or of another scheme
     */
    public RemoteEndpoint {
        if (url.getScheme() == null || !SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))) {
            throw new CannotConnect("the URL does not start with http, https, ws or wss", "correct the URL");
        }
        if (url.getHost() == null) {
            throw new CannotConnect("the URL has no host", "write it like https://example.com/mcp");
        }
        if (url.getRawUserInfo() != null) {
            throw new CannotConnect(
                    "the URL contains a user name or password",
                    "store the credential as a secret and send it in a header");
        }
        if (url.getRawFragment() != null) {
            throw new CannotConnect("the URL has a fragment (#)", "remove the fragment");
        }
    }

    public boolean isWebSocket() {
        return url.getScheme().toLowerCase(Locale.ROOT).startsWith("ws");
    }

    public boolean isSameOrigin(URI other) {
        return Origins.isSame(url, other);
    }
}
