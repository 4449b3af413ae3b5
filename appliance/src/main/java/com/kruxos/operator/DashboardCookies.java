package com.kruxos.operator;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.server.Request;

/**
 * The two cookies of the dashboard. With the prefix {@code __Host-} browsers accept them only from this host over
 * HTTPS; {@code SameSite=Strict} keeps them out of requests from other sites.
 */
final class DashboardCookies {
    /** The key of an operator session. */
    static final String SESSION = "__Host-kruxos";

    /** For the CSRF token of browsers that are not signed in. */
    static final String ANONYMOUS = "__Host-kruxos-visit";

    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";
    private static final int MAX_LENGTH = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private DashboardCookies() {}

    /** Empty if the cookie is absent, repeated, or too long. */
    static Optional<String> find(Request request, String name) {
        var values = values(request, name);
        return values.size() == 1 && values.getFirst().length() <= MAX_LENGTH
                ? Optional.of(values.getFirst())
                : Optional.empty();
    }

    static List<String> values(Request request, String name) {
        return Request.getCookies(request).stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(HttpCookie::getValue)
                .toList();
    }

    /** The value of a Set-Cookie header; valid until the browser is closed. */
    static String setCookie(String name, byte[] ascii) {
        return name + "=" + new String(ascii, StandardCharsets.US_ASCII) + ATTRIBUTES;
    }

    /** The value of a Set-Cookie header that deletes the cookie. */
    static String deleteCookie(String name) {
        return name + "=" + ATTRIBUTES + "; Max-Age=0";
    }

    static byte[] newAnonymousValue() {
        var bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encode(bytes);
    }
}
