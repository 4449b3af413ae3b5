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
 * Refuses, before anything else looks at it, a request that was addressed to a name that is not ours or comes from a
 * page of somebody else: a browser that was led here by a foreign page must not reach a gateway on localhost.
 */
final class HostFilter extends Handler.Wrapper {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final Set<String> allowedNames;
    private final ErrorStyle errorStyle;

    HostFilter(Set<String> names, ErrorStyle face, Handler behind) {
        super(behind);
        this.allowedNames = names;
        this.errorStyle = face;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!isKnownHost(Request.getServerName(request))) {
            errorStyle.writeError(
                    response,
                    callback,
                    Problem.forbidden(
                            "this appliance does not answer to that name",
                            "use localhost or its address, or add the name to `names:` in kruxos.yaml"));
            return true;
        }
        var origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && !isKnownHost(hostOf(origin)) && !isSameOriginWithoutReferrer(request, origin)) {
            errorStyle.writeError(
                    response,
                    callback,
                    Problem.forbidden(
                            "a page of another site may not use this appliance",
                            "call it from a program, or add the site's name to `names:` in kruxos.yaml"));
            return true;
        }
        return super.handle(request, response, callback);
    }

    /**
     * A page that keeps referrers to itself keeps its origin back too: its forms come with {@code null}. That it is one
     * of ours is then said by the field no page can set; where it is missing, it is nobody's.
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
