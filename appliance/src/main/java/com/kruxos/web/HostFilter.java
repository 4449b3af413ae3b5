package com.kruxos.web;

import com.kruxos.web.http.Problem;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Rejects requests with an unknown {@code Host} (DNS rebinding) or from a page of another origin, before any other
 * handler: a page of another site must not reach a listener on localhost through the user's browser.
 */
final class HostFilter extends Handler.Wrapper {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final Set<String> allowedNames;
    private final ErrorStyle errorStyle;

    HostFilter(Set<String> allowedNames, ErrorStyle errorStyle, Handler handler) {
        super(handler);
        this.allowedNames = allowedNames;
        this.errorStyle = errorStyle;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!isKnownHost(Request.getServerName(request))) {
            errorStyle.writeError(
                    response,
                    callback,
                    Problem.forbidden(
                            "the Host header does not name this appliance",
                            "use localhost or the IP address, or add the name to `names:` in kruxos.yaml"));
            return true;
        }
        var origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && !isKnownHost(hostOf(origin)) && !isSameOriginWithoutReferrer(request, origin)) {
            errorStyle.writeError(
                    response,
                    callback,
                    Problem.forbidden(
                            "this request comes from a page of another site",
                            "send it from a program, or add the host of the site to `names:` in kruxos.yaml"));
            return true;
        }
        return super.handle(request, response, callback);
    }

    /**
     * Our pages use {@code Referrer-Policy: no-referrer}, so browsers send {@code Origin: null} with their forms. They
     * are recognized by {@code Sec-Fetch-Site}, which no page can set.
     */
    private static boolean isSameOriginWithoutReferrer(Request request, String origin) {
        return origin.equals("null")
                && "same-origin".equals(request.getHeaders().get("Sec-Fetch-Site"));
    }

    private boolean isKnownHost(@Nullable String host) {
        if (host == null || host.isEmpty()) {
            return false;
        }
        var name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || IPV4.matcher(name).matches()
                || name.startsWith("[")
                || allowedNames.contains(name);
    }

    private static @Nullable String hostOf(String origin) {
        try {
            return URI.create(origin).getHost();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
