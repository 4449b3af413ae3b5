package com.kruxos.egress;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a redirect may lead. Only 307 and 308 keep a POST what it is; with any other the server would get something it
 * was not asked.
 *
 * @param from where we are
 * @param isGet a GET, which any redirect keeps
 */
public record RedirectPolicy(AddressPolicy addressPolicy, URI from, boolean isGet) {
    sealed interface RedirectDecision {
        record FollowTo(URI url) implements RedirectDecision {}

        record RefusedRedirect(String reason) implements RedirectDecision {}
    }

    RedirectDecision evaluate(int status, @Nullable String location) {
        var to = location == null ? null : resolve(location);
        if (to == null) {
            return new RedirectDecision.RefusedRedirect("it redirects (status " + status + ") to nowhere");
        }
        if (!isGet && status != 307 && status != 308) {
            return new RedirectDecision.RefusedRedirect(
                    "it moved to " + origin(to) + " (status " + status + "); correct the server's URL");
        }
        if (isSameOrigin(from, to)) {
            return new RedirectDecision.FollowTo(to);
        }
        if (isHttps(from) && !isHttps(to)) {
            return new RedirectDecision.RefusedRedirect("it redirects from https to " + origin(to));
        }
        var objection = addressPolicy.checkRedirect(to);
        return objection.isEmpty()
                ? new RedirectDecision.FollowTo(to)
                : new RedirectDecision.RefusedRedirect("it redirects, and " + objection + "; " + AddressPolicy.HINT);
    }

    private @Nullable URI resolve(String location) {
        try {
            var to = from.resolve(URI.create(location));
            var http = to.getScheme() != null && (isHttps(to) || to.getScheme().equalsIgnoreCase("http"));
            return http && to.getHost() != null && to.getRawUserInfo() == null ? to : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static boolean isHttps(URI url) {
        return url.getScheme().equalsIgnoreCase("https");
    }

    public static boolean isSameOrigin(URI a, URI b) {
        return origin(a).equals(origin(b));
    }

    /** Scheme, host and port. */
    static String origin(URI url) {
        var scheme = url.getScheme().toLowerCase(Locale.ROOT);
        var port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }
}
