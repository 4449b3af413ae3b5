package com.kruxos.egress;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a redirect is followed. A POST follows only 307 and 308, which keep method and body.
 *
 * @param from the URL that answered with the redirect
 * @param isGet whether the request is a GET, which follows any redirect
 */
record RedirectPolicy(AddressPolicy addressPolicy, URI from, boolean isGet) {
    sealed interface RedirectDecision {
        record FollowTo(URI url) implements RedirectDecision {}

        record RefusedRedirect(String reason) implements RedirectDecision {}
    }

    RedirectDecision evaluate(int status, @Nullable String location) {
        var to = location == null ? null : resolve(location);
        if (to == null) {
            return refused("the server redirected (status " + status + ") without a valid Location header");
        }
        if (!isGet && status != 307 && status != 308) {
            return refused(
                    "the server moved to " + Origins.of(to) + " (status " + status + "); update the server's URL");
        }
        if (Origins.isSame(from, to)) {
            return new RedirectDecision.FollowTo(to);
        }
        if (Origins.isHttps(from) && !Origins.isHttps(to)) {
            return refused("the server redirected from https to " + Origins.of(to));
        }
        var objection = addressPolicy.checkRedirect(to);
        return objection.isEmpty()
                ? new RedirectDecision.FollowTo(to)
                : refused("the server redirected: " + objection + "; " + AddressPolicy.HINT);
    }

    private static RedirectDecision refused(String reason) {
        return new RedirectDecision.RefusedRedirect(reason);
    }

    private @Nullable URI resolve(String location) {
        try {
            var to = from.resolve(URI.create(location));
            var isHttp = to.getScheme() != null
                    && (Origins.isHttps(to) || to.getScheme().equalsIgnoreCase("http"));
            return isHttp && to.getHost() != null && to.getRawUserInfo() == null ? to : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
