package com.kruxos.operator;

import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.dashboard.error.ErrorPage;
import com.kruxos.dashboard.layout.Assets;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.web.http.EndpointHandler;
import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
import com.kruxos.web.http.RequestParts;
import com.kruxos.web.http.RouteMatch;
import com.kruxos.web.http.Router;
import com.kruxos.web.http.WebResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Serves assets, live updates and pages. Checks session, origin and CSRF token. Runs on virtual threads. */
final class DashboardHandler extends EndpointHandler {
    private static final String LIVE_PATH = "/live";
    private static final String IDENTITY = BrowserIdentity.class.getName();

    /** Each request may hold a page of several hundred KiB. */
    private static final int MAX_CONCURRENT = 64;

    /**
     * Browsers do not send a strict cookie with a navigation from another site, so a signed-in operator would be asked
     * to sign in. This page requests the same URL again, from this site.
     */
    private static final String RELOAD_PAGE = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0">
            <title>KruxOS</title><a href="">Continue</a></html>
            """;

    private final Router<PageRoute> router;
    private final BrowserAuthenticator authenticator;
    private final LiveUpdates liveUpdates;
    private final LayoutFactory layouts;
    private final CsrfTokens csrfTokens;
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT);

    DashboardHandler(
            List<PageRoute> routes,
            BrowserAuthenticator authenticator,
            LiveUpdates liveUpdates,
            LayoutFactory layouts,
            CsrfTokens csrfTokens) {
        this.router = new Router<>(routes);
        this.authenticator = authenticator;
        this.liveUpdates = liveUpdates;
        this.layouts = layouts;
        this.csrfTokens = csrfTokens;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (OriginCheck.isDnsName(Request.getServerName(request))) {
            SecurityHeaders.putHsts(response.getHeaders());
        }
        if (RequestParts.path(request).equals(LIVE_PATH)) {
            streamLiveUpdates(request, response, callback);
        } else {
            send(respond(request), response, callback);
        }
        return true;
    }

    @Override
    protected WebResponse process(Request request) {
        var identity = authenticator.identify(request);
        request.setAttribute(IDENTITY, identity);
        return withAnonymousCookie(identity, route(request, identity));
    }

    @Override
    protected Problem problemOf(Request request, RuntimeException failure) {
        return failure instanceof AuditWriteFailed audit
                ? Problem.unavailable("the audit log cannot be written, so nothing is done", audit.hint())
                : super.problemOf(request, failure);
    }

    @Override
    protected WebResponse errorResponse(Request request, ProblemException error) {
        var identity = request.getAttribute(IDENTITY) instanceof BrowserIdentity known
                ? known
                : new BrowserIdentity.SignedOut("", false);
        var problem = error.problem();
        var page = new ErrorPage(
                problem.status(),
                problem.title(),
                PageResponses.sentence(problem.detail()),
                PageResponses.sentence(problem.hint()));
        var layout = layouts.create(identity, Request.getServerName(request), NavigationItem.NONE, List.of());
        var response = PageResponses.page(problem.status(), page.render(layout)).addAll(error.headers());
        return withAnonymousCookie(identity, response);
    }

    /** Only pages set the cookie: an asset is cached, and a redirect may set the cookie of a session. */
    private static WebResponse withAnonymousCookie(BrowserIdentity identity, WebResponse response) {
        var isPage =
                response.status() != 303 && "no-store".equals(response.headers().get(HttpHeader.CACHE_CONTROL));
        return isPage && identity instanceof BrowserIdentity.SignedOut anonymous && anonymous.isNewCookie()
                ? response.add(
                        HttpHeader.SET_COOKIE,
                        DashboardCookies.setCookie(
                                DashboardCookies.ANONYMOUS, anonymous.cookie().getBytes(StandardCharsets.US_ASCII)))
                : response;
    }

    private WebResponse route(Request request, BrowserIdentity identity) {
        var isRead = isRead(request);
        var asset = Assets.find(RequestParts.path(request));
        if (asset.isPresent() && isRead) {
            return PageResponses.asset(asset.get());
        }
        if (asset.isPresent()) {
            throw PageErrors.methodNotAllowed();
        }
        var match = match(isRead ? "GET" : request.getMethod(), RequestParts.path(request));
        if (identity instanceof BrowserIdentity.SignedOut && !match.route().isPublic()) {
            return redirectToSignIn(request, isRead);
        }
        return isRead
                ? runHandler(match, new PageRequest(request, identity, match.pathValues(), FormData.empty()))
                : submitForm(request, identity, match);
    }

    private RouteMatch<PageRoute> match(String method, String path) {
        try {
            return router.match(method, path);
        } catch (ProblemException e) {
            throw PageErrors.withHomeHint(e);
        }
    }

    private WebResponse submitForm(Request request, BrowserIdentity identity, RouteMatch<PageRoute> match) {
        try (var form = FormData.read(request)) {
            OriginCheck.requireSameOrigin(request);
            if (!csrfTokens.isValid(identity.cookie(), form.text("csrf"))) {
                throw PageErrors.of(
                        403,
                        "This page is too old",
                        "it was loaded before you signed in, or before the appliance was started",
                        "go back, reload the page, and submit the form again");
            }
            return runHandler(match, new PageRequest(request, identity, match.pathValues(), form));
        }
    }

    /** Takes a permit only after the request was read completely, so that slow clients do not block others. */
    private WebResponse runHandler(RouteMatch<PageRoute> match, PageRequest pageRequest) {
        if (!permits.tryAcquire()) {
            throw new ProblemException(Problem.ofStatus(503));
        }
        try {
            return match.route().handler().handle(pageRequest);
        } finally {
            permits.release();
        }
    }

    private static boolean isRead(Request request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    /** After signing in, the operator is redirected to the requested page. */
    private static WebResponse redirectToSignIn(Request request, boolean isRead) {
        if (!isRead) {
            return WebResponse.seeOther("/sign-in");
        }
        if (OriginCheck.isCrossSiteNavigation(request)) {
            return PageResponses.html(RELOAD_PAGE);
        }
        var target = request.getHttpURI().getPathQuery();
        return WebResponse.seeOther(
                target.equals("/") ? "/sign-in" : "/sign-in?next=" + URLEncoder.encode(target, StandardCharsets.UTF_8));
    }

    private void streamLiveUpdates(Request request, Response response, Callback callback) {
        var session = authenticator.authenticateWithoutRenewal(request);
        if (session.isEmpty() || !request.getMethod().equals("GET")) {
            // 204 tells an event source not to reconnect.
            send(WebResponse.empty(session.isEmpty() ? 204 : 405), response, callback);
        } else {
            liveUpdates.stream(session.get(), response, callback);
        }
    }
}
