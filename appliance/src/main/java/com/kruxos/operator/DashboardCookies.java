package com.kruxos.operator;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.server.Request;

/**
 * The two cookies of this door. Their prefix makes browsers refuse them from anybody but this host by HTTPS; strict, so
 * that no other site's link or form carries them.
 */
final class DashboardCookies {
    /** Who is signed in. */
    static final String SESSION = "__Host-kruxos";

    /** Who is not, yet has a form before them. */
    static final String ANONYMOUS = "__Host-kruxos-visit";

    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";
    private static final int MAX_LENGTH = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private DashboardCookies() {}

    /** The value, when it was sent exactly once and is no longer than one of ours. */
    static Optional<String> find(Request request, String name) {
        var values = values(request, name);
        return values.size() == 1 && values.getFirst().length() <= MAX_LENGTH
                ? Optional.of(values.getFirst())
                : Optional.empty();
    }

    /** Whatever was sent under this name. */
    static List<String> values(Request request, String name) {
        return Request.getCookies(request).stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(HttpCookie::getValue)
                .toList();
    }

    /** A header that sets one, until the browser is closed. */
    static String setCookie(String name, byte[] ascii) {
        return name + "=" + new String(ascii, StandardCharsets.US_ASCII) + ATTRIBUTES;
    }

    /** A header that takes one away. */
    static String deleteCookie(String name) {
        return name + "=" + ATTRIBUTES + "; Max-Age=0";
    }

    static byte[] newAnonymousValue() {
        var bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encode(bytes);
    }
}
