package com.kruxos.operator;

import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.dashboard.Assets;
import com.kruxos.dashboard.Failure;
import com.kruxos.dashboard.Pages;
import com.kruxos.dashboard.Section;
import com.kruxos.web.UnixDoor;
import com.kruxos.web.Unread;
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
final class Door extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final String LIVE = "/live";

    /** Each may hold a page of some hundred KiB. */
    private static final int MOST_AT_ONCE = 64;

    /**
     * A strict cookie is not sent with the first request that follows another site's link, so whoever is signed in
     * would look like a guest. This page asks again, from our own site.
     */
    private static final String AGAIN = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0">
            <title>KruxOS</title><a href="">Go on</a></html>
            """;

    private final List<Route> routes;
    private final Visitors visitors;
    private final Live live;
    private final Pages pages;
    private final Frames frames;
    private final Proof proof;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);

    Door(List<Route> routes, Visitors visitors, Live live, Pages pages, Frames frames, Proof proof) {
        this.routes = routes;
        this.visitors = visitors;
        this.live = live;
        this.pages = pages;
        this.frames = frames;
        this.proof = proof;
    }

    /** On a virtual thread. */
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (Origins.isNamed(Request.getServerName(request))) {
            Headers.promise(response.getHeaders());
        }
        try {
            if (UnixDoor.path(request).equals(LIVE)) {
                watch(request, response);
            } else {
                serve(request, response);
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

    private void serve(Request request, Response response) throws IOException {
        var visitor = visitors.of(request);
        try (var reply = reply(request, visitor)) {
            if (visitor instanceof Visitor.Guest guest && guest.fresh() && hasForm(reply)) {
                reply.with(
                        HttpHeader.SET_COOKIE,
                        Cookies.set(Cookies.VISIT, guest.cookie().getBytes(StandardCharsets.US_ASCII)));
            }
            Unread.discard(response);
            response.setStatus(reply.status());
            reply.fields().forEach(field -> response.getHeaders().add(field.name(), field.value()));
            Content.Sink.write(response, true, reply.body());
        }
    }

    /** Pages are for people, so they alone are given a cookie; a redirect may have set another one. */
    private static boolean hasForm(Reply reply) {
        return reply.status() != 303
                && reply.fields().stream()
                        .anyMatch(field -> field.name() == HttpHeader.CACHE_CONTROL
                                && field.value().equals("no-store"));
    }

    private Reply reply(Request request, Visitor visitor) {
        try {
            return answer(request, visitor);
        } catch (Unacceptable e) {
            return failure(request, visitor, e);
        } catch (AuditWriteFailed e) {
            return failure(
                    request,
                    visitor,
                    new Unacceptable(
                            503,
                            "Not done",
                            "the audit log cannot be written, so nothing is done",
                            SignInPages.sentence(e.hint())));
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.getMethod(), UnixDoor.path(request), e);
            return failure(
                    request,
                    visitor,
                    new Unacceptable(
                            500,
                            "Something broke",
                            "the page could not be made because of a fault here",
                            "Look into the log of the appliance, and see kruxos status."));
        }
    }

    private Reply answer(Request request, Visitor visitor) {
        var path = UnixDoor.path(request);
        var reads = reads(request);
        var asset = Assets.find(path);
        if (asset.isPresent()) {
            return reads ? Reply.asset(asset.get()) : refuseMethod();
        }
        var route = route(reads ? "GET" : request.getMethod(), path);
        if (visitor instanceof Visitor.Guest && !route.open()) {
            return introduce(request, reads);
        }
        var values = route.match(path).orElse(Map.of());
        if (reads) {
            return handled(route, new Ask(request, visitor, values, Form.empty()));
        }
        try (var form = Form.read(request)) {
            Origins.refuseForeign(request);
            if (!proof.holds(visitor.cookie(), form.text("csrf"))) {
                throw new Unacceptable(
                        403,
                        "This page is too old",
                        "it was made before you signed in, or before the appliance was started",
                        "Go back, load the page again, and send it once more.");
            }
            return handled(route, new Ask(request, visitor, values, form));
        }
    }

    /** Only what has come whole takes room: whoever sends slowly keeps nobody out. */
    private Reply handled(Route route, Ask ask) {
        if (!room.tryAcquire()) {
            throw new Unacceptable(503, "Busy", "too much is going on", "Try again soon.");
        }
        try {
            return route.handler().answer(ask);
        } finally {
            room.release();
        }
    }

    private static boolean reads(Request request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    private Route route(String method, String path) {
        var here =
                routes.stream().filter(route -> route.match(path).isPresent()).toList();
        if (here.isEmpty()) {
            throw Unacceptable.notFound();
        }
        return here.stream()
                .filter(route -> route.method().equals(method))
                .findFirst()
                .orElseThrow(Door::wrongMethod);
    }

    private static Reply refuseMethod() {
        throw wrongMethod();
    }

    private static Unacceptable wrongMethod() {
        return new Unacceptable(405, "Method not allowed", "this address does not know that method");
    }

    /** Whoever is not signed in is asked to; afterwards they get the page they wanted. */
    private static Reply introduce(Request request, boolean reads) {
        if (!reads) {
            return Reply.seeOther("/sign-in");
        }
        if (Origins.followsForeignLink(request)) {
            return Reply.html(AGAIN);
        }
        var wanted = request.getHttpURI().getPathQuery();
        return Reply.seeOther(
                wanted.equals("/") ? "/sign-in" : "/sign-in?next=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8));
    }

    private void watch(Request request, Response response) throws IOException {
        var watcher = visitors.watcher(request);
        if (watcher.isEmpty() || !request.getMethod().equals("GET")) {
            // Nothing to read in it: a page that watches without a seat is told to stop, and asks no more.
            response.setStatus(watcher.isEmpty() ? 204 : 405);
            return;
        }
        try {
            live.send(watcher.get(), response);
        } catch (Unacceptable e) {
            response.setStatus(e.status());
        }
    }

    private Reply failure(Request request, Visitor visitor, Unacceptable why) {
        var frame = frames.of(visitor, Request.getServerName(request), Section.NONE, List.of());
        var page = new Failure(why.status(), why.title(), SignInPages.sentence(why.detail()), why.hint());
        return Reply.page(why.status(), pages.failure(frame, page));
    }
}
