package com.kruxos.egress;

import java.net.URI;
import java.util.Locale;

/** Origins of http and https URLs (RFC 6454): scheme, host and port. */
final class Origins {
    private Origins() {}

    static String of(URI url) {
        var scheme = url.getScheme().toLowerCase(Locale.ROOT);
        var port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }

    static boolean isSame(URI a, URI b) {
        return of(a).equals(of(b));
    }

    static boolean isHttps(URI url) {
        return url.getScheme().equalsIgnoreCase("https");
    }
}
