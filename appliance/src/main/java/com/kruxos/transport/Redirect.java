package com.kruxos.transport;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a redirect may lead. Only 307 and 308 keep a POST what it is; with any other the server would get something it
 * was not asked.
 *
 * @param at where we are
 * @param reading a GET, which any redirect keeps
 */
record Redirect(Vetting vetting, URI at, boolean reading) {
    sealed interface Way {
        record To(URI url) implements Way {}

        record Refused(String why) implements Way {}
    }

    Way way(int status, @Nullable String location) {
        var to = location == null ? null : resolved(location);
        if (to == null) {
            return new Way.Refused("it redirects (status " + status + ") to nowhere");
        }
        if (!reading && status != 307 && status != 308) {
            return new Way.Refused("it moved to " + origin(to) + " (status " + status + "); correct the server's URL");
        }
        if (sameOrigin(at, to)) {
            return new Way.To(to);
        }
        if (secure(at) && !secure(to)) {
            return new Way.Refused("it redirects from https to " + origin(to));
        }
        var objection = vetting.redirectObjection(to);
        return objection.isEmpty()
                ? new Way.To(to)
                : new Way.Refused("it redirects, and " + objection + "; " + Vetting.HINT);
    }

    private @Nullable URI resolved(String location) {
        try {
            var to = at.resolve(URI.create(location));
            var http = to.getScheme() != null && (secure(to) || to.getScheme().equalsIgnoreCase("http"));
            return http && to.getHost() != null && to.getRawUserInfo() == null ? to : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static boolean secure(URI url) {
        return url.getScheme().equalsIgnoreCase("https");
    }

    static boolean sameOrigin(URI a, URI b) {
        return origin(a).equals(origin(b));
    }

    /** Scheme, host and port. */
    static String origin(URI url) {
        var scheme = url.getScheme().toLowerCase(Locale.ROOT);
        var port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }
}
