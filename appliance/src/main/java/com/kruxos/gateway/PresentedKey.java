package com.kruxos.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The key in a request: in a header, the URL or a subprotocol. Closing wipes the bytes. */
final class PresentedKey implements AutoCloseable {
    private static final String SCHEME = "Bearer ";
    private static final String SUBPROTOCOL = "mcp.bearer.";

    private final byte[] key;
    private final boolean inUrl;

    private PresentedKey(byte[] key, boolean inUrl) {
        this.key = key;
        this.inUrl = inUrl;
    }

    /**
     * Reads the key. A request with two keys is refused, because another reader might use the other one.
     *
     * @param urlAllowed whether a key in the URL is accepted
     * @return null when there is no key, or more than one
     */
    static @Nullable PresentedKey read(HttpServletRequest request, boolean urlAllowed) {
        var found = new ArrayList<PresentedKey>();
        for (var header : Collections.list(request.getHeaders("Authorization"))) {
            var bearer = header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
            found.add(of(bearer ? header.substring(SCHEME.length()).strip() : "", false));
        }
        for (var protocol : subprotocols(request)) {
            if (protocol.startsWith(SUBPROTOCOL)) {
                found.add(new PresentedKey(decode(protocol.substring(SUBPROTOCOL.length())), false));
            }
        }
        var query = request.getQueryString();
        if (query != null) {
            for (var pair : query.split("&", -1)) {
                if (pair.startsWith("token=")) {
                    found.add(of(urlAllowed ? pair.substring("token=".length()) : "", true));
                }
            }
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        found.forEach(PresentedKey::close);
        return null;
    }

    /** The WebSocket subprotocols a client offers. */
    static List<String> subprotocols(HttpServletRequest request) {
        return Collections.list(request.getHeaders("Sec-WebSocket-Protocol")).stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .map(String::strip)
                .toList();
    }

    byte[] key() {
        return key;
    }

    /** Whether it was in the URL, which others may have logged. */
    boolean isInUrl() {
        return inUrl;
    }

    @Override
    public void close() {
        Arrays.fill(key, (byte) 0);
    }

    private static PresentedKey of(String text, boolean inUrl) {
        return new PresentedKey(text.getBytes(StandardCharsets.UTF_8), inUrl);
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
