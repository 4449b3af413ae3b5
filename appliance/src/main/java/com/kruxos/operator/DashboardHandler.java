package com.kruxos.operator;

import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.dashboard.error.ErrorPage;
import com.kruxos.dashboard.layout.Assets;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.web.http.RequestParts;
import com.kruxos.web.http.UnreadBody;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every request of a browser: who is it, did one of our own pages send it, which page is it for. */
final class DashboardHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(DashboardHandler.class);
    private static final String LIVE_PATH = "/live";

    /** Each may hold a page of some hundred KiB. */
    private static final int MAX_CONCURRENT = 64;

    /**
     * A strict cookie is not sent with the first request that follows another site's link, so whoever is signed in
     * would look like a guest. This page asks again, from our own site.
     */
    private static final String RELOAD_PAGE = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0">
            <title>KruxOS</title><a href="">Go on</a></html>
            """;

    private final List<PageRoute> routes;
    private final BrowserAuthenticator authenticator;
    private final LiveUpdates liveUpdates;
    private final LayoutFactory layouts;
    private final CsrfTokens csrfTokens;
    private final Semaphore capacity = new Semaphore(MAX_CONCURRENT);

    DashboardHandler(
            List<PageRoute> routes,
            BrowserAuthenticator visitors,
            LiveUpdates live,
            LayoutFactory frames,
            CsrfTokens proof) {
        this.routes = routes;
        this.authenticator = visitors;
        this.liveUpdates = live;
        this.layouts = frames;
        this.csrfTokens = proof;
    }

    /** On a virtual thread. */
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (OriginCheck.isDnsName(Request.getServerName(request))) {
            SecurityHeaders.putHsts(response.getHeaders());
        }
        try {
            if (RequestParts.path(request).equals(LIVE_PATH)) {
                streamLiveUpdates(request, response);
            } else {
                respond(request, response);
            }
            callback.succeeded();
        } catch (IOException e) {
            LOG.debug("an answer could not be sent", e);
            callback.failed(e);
        } catch (RuntimeException | Error e) {
            LOG.error("{} failed behind its answer", request.getMethod(), e);
            callback.failed(e);
        }
        return true;
    }

    private void respond(Request request, Response response) throws IOException {
        var visitor = authenticator.identify(request);
        try (var reply = handleErrors(request, visitor)) {
            if (visitor instanceof BrowserIdentity.SignedOut guest && guest.isNewCookie() && isPage(reply)) {
                reply.withHeader(
                        HttpHeader.SET_COOKIE,
                        DashboardCookies.setCookie(
                                DashboardCookies.ANONYMOUS, guest.cookie().getBytes(StandardCharsets.US_ASCII)));
            }
            UnreadBody.discardAvailable(response);
            response.setStatus(reply.status());
            reply.headers().forEach(field -> response.getHeaders().add(field.name(), field.value()));
            Content.Sink.write(response, true, reply.body());
        }
    }

    /** Pages are for people, so they alone are given a cookie; a redirect may have set another one. */
    private static boolean isPage(PageResponse reply) {
        return reply.status() != 303
                && reply.headers().stream()
                        .anyMatch(field -> field.name() == HttpHeader.CACHE_CONTROL
                                && field.value().equals("no-store"));
    }

    private PageResponse handleErrors(Request request, BrowserIdentity visitor) {
        try {
            return route(request, visitor);
        } catch (PageError e) {
            return errorPage(request, visitor, e);
        } catch (AuditWriteFailed e) {
            return errorPage(
                    request,
                    visitor,
                    new PageError(
                            503,
                            "Not done",
                            "the audit log cannot be written, so nothing is done",
                            SignInPages.sentence(e.hint())));
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.getMethod(), RequestParts.path(request), e);
            return errorPage(
                    request,
                    visitor,
                    new PageError(
                            500,
                            "Something broke",
                            "the page could not be made because of a fault here",
                            "Look into the log of the appliance, and see kruxos status."));
        }
    }

    private PageResponse route(Request request, BrowserIdentity visitor) {
        var path = RequestParts.path(request);
        var reads = isRead(request);
        var asset = Assets.find(path);
        if (asset.isPresent()) {
            return reads ? PageResponse.asset(asset.get()) : rejectMethod();
        }
        var route = findRoute(reads ? "GET" : request.getMethod(), path);
        if (visitor instanceof BrowserIdentity.SignedOut && !route.isPublic()) {
            return redirectToSignIn(request, reads);
        }
        var values = route.match(path).orElse(Map.of());
        if (reads) {
            return runHandler(route, new PageRequest(request, visitor, values, FormData.empty()));
        }
        try (var form = FormData.read(request)) {
            OriginCheck.requireSameOrigin(request);
            if (!csrfTokens.isValid(visitor.cookie(), form.text("csrf"))) {
                throw new PageError(
                        403,
                        "This page is too old",
                        "it was made before you signed in, or before the appliance was started",
                        "Go back, load the page again, and send it once more.");
            }
            return runHandler(route, new PageRequest(request, visitor, values, form));
        }
    }

    /** Only what has come whole takes room: whoever sends slowly keeps nobody out. */
    private PageResponse runHandler(PageRoute route, PageRequest ask) {
        if (!capacity.tryAcquire()) {
            throw new PageError(503, "Busy", "too much is going on", "Try again soon.");
        }
        try {
            return route.handler().handle(ask);
        } finally {
            capacity.release();
        }
    }

    private static boolean isRead(Request request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    private PageRoute findRoute(String method, String path) {
        var here =
                routes.stream().filter(route -> route.match(path).isPresent()).toList();
        if (here.isEmpty()) {
            throw PageError.notFound();
        }
        return here.stream()
                .filter(route -> route.method().equals(method))
                .findFirst()
                .orElseThrow(DashboardHandler::methodNotAllowed);
    }

    private static PageResponse rejectMethod() {
        throw methodNotAllowed();
    }

    private static PageError methodNotAllowed() {
        return new PageError(405, "Method not allowed", "this address does not know that method");
    }

    /** Whoever is not signed in is asked to; afterwards they get the page they wanted. */
    private static PageResponse redirectToSignIn(Request request, boolean reads) {
        if (!reads) {
            return PageResponse.seeOther("/sign-in");
        }
        if (OriginCheck.isCrossSiteNavigation(request)) {
            return PageResponse.html(RELOAD_PAGE);
        }
        var wanted = request.getHttpURI().getPathQuery();
        return PageResponse.seeOther(
                wanted.equals("/") ? "/sign-in" : "/sign-in?next=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8));
    }

    private void streamLiveUpdates(Request request, Response response) throws IOException {
        var watcher = authenticator.authenticateWithoutRenewal(request);
        if (watcher.isEmpty() || !request.getMethod().equals("GET")) {
            // Nothing to read in it: a page that watches without a seat is told to stop, and asks no more.
            response.setStatus(watcher.isEmpty() ? 204 : 405);
            return;
        }
        try {
            liveUpdates.stream(watcher.get(), response);
        } catch (PageError e) {
            response.setStatus(e.status());
        }
    }

    private PageResponse errorPage(Request request, BrowserIdentity visitor, PageError why) {
        var frame = layouts.create(visitor, Request.getServerName(request), NavigationItem.NONE, List.of());
        var page = new ErrorPage(why.status(), why.title(), SignInPages.sentence(why.detail()), why.hint());
        return PageResponse.page(why.status(), page.render(frame));
    }
}
