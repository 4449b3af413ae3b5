package com.kruxos.tokenapi;

import com.kruxos.audit.CannotRecord;
import com.kruxos.vault.CannotDecrypt;
import com.kruxos.web.Problem;
import com.kruxos.web.ProblemHandler;
import com.kruxos.web.UnixDoor;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every request to the API: who is it, which route, may they, what do they send, what is the answer. */
final class Door extends Handler.Abstract {
    static final int LARGEST_JSON = 1024 * 1024;
    static final int LARGEST_SECRET = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final String BASE = "/api/v1";

    /** More at once than any person's tools ask for; each may hold a body of the largest size. */
    private static final int MOST_AT_ONCE = 64;

    private final Guard guard;
    private final Refusals refusals;
    private final List<Route> routes;
    private final Patience patience;
    private final InstantSource clock;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);

    Door(Guard guard, Refusals refusals, List<Route> routes, Patience patience, InstantSource clock) {
        this.guard = guard;
        this.refusals = refusals;
        this.routes = List.copyOf(routes);
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!room.tryAcquire()) {
            ProblemHandler.write(response, callback, Problem.ofStatus(503));
            return true;
        }
        // Some routes wait, for a disk or for news: none of Jetty's few threads may.
        Thread.ofVirtual().name("api").start(() -> serve(request, response, callback));
        return true;
    }

    /** Whoever guesses waits outside the room: there it would take the place of those who may come in. */
    private void serve(Request request, Response response, Callback callback) {
        Reply held;
        try {
            var reply = reply(request, response);
            if (reply.heldBack().isZero()) {
                send(reply, response, callback);
                return;
            }
            held = reply;
        } finally {
            room.release();
        }
        if (patience.await(held.heldBack())) {
            send(held, response, callback);
        } else {
            callback.failed(new IOException("too many wait for their refusal"));
        }
    }

    private static void send(Reply reply, Response response, Callback callback) {
        try (reply) {
            UnixDoor.reply(response, callback, reply.status(), reply.contentType(), reply.body());
        } catch (IOException | RuntimeException | Error e) {
            // The client is gone, or was sent half an answer: all that is left is to hang up.
            LOG.debug("an answer could not be sent", e);
            callback.failed(e);
        }
    }

    private Reply reply(Request request, Response response) {
        try {
            return walk(request, response);
        } catch (Unacceptable e) {
            if (e.problem().status() == 401) {
                response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"kruxos\"");
            }
            return Reply.problem(e.problem()).heldBack(e.heldBack());
        } catch (CannotRecord e) {
            return Reply.problem(Problem.unavailable("the audit log cannot be written, so nothing is done", e.hint()));
        } catch (CannotDecrypt e) {
            LOG.error("a stored secret does not open", e);
            return Reply.problem(
                    new Problem(500, "cannot-decrypt", "Cannot decrypt", "the stored secret does not open", e.hint()));
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.getMethod(), UnixDoor.path(request), e);
            return Reply.problem(Problem.broken());
        }
    }

    private Reply walk(Request request, Response response) {
        var asked = UnixDoor.path(request);
        var caller = guard.admit(request, request.getMethod() + " " + asked);
        var candidates = candidates(asked);
        var route = route(request.getMethod(), candidates, response);
        check(caller, route);
        var query = query(request, route);
        var bytes = Bodies.read(request, route.takes());
        try {
            var json = route.takes() == Route.Takes.JSON ? bytes : new byte[0];
            var values = candidates.getOrDefault(route, Map.of());
            return route.handler()
                    .answer(new Ask(
                            caller.who(), values, query, clock.instant(), Body.read(json, route.members()), bytes));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Whether the caller has the scope the route needs. */
    private void check(Caller caller, Route route) {
        if (!caller.may(route.scope())) {
            refusals.record(
                    caller.who(),
                    route.method() + " " + route.path(),
                    "needs scope " + route.scope().text());
            throw new Unacceptable(Problem.forbidden(
                    "this user token lacks the scope " + route.scope().text(),
                    "make one that has it: kruxos user-token create --label … --scope "
                            + route.scope().text()));
        }
    }

    /** The routes at this path, whatever their method, with what stands in it for their names. */
    private Map<Route, Map<String, String>> candidates(String asked) {
        var found = new LinkedHashMap<Route, Map<String, String>>();
        if (asked.startsWith(BASE + "/")) {
            var path = asked.substring(BASE.length());
            routes.forEach(route -> route.match(path).ifPresent(values -> found.put(route, values)));
        }
        if (found.isEmpty()) {
            throw new Unacceptable(Problem.ofStatus(404));
        }
        return found;
    }

    private static Route route(String method, Map<Route, Map<String, String>> candidates, Response response) {
        return candidates.keySet().stream()
                .filter(route -> route.method().equals(method))
                .findFirst()
                .orElseThrow(() -> {
                    var allowed = new TreeSet<>(
                            candidates.keySet().stream().map(Route::method).toList());
                    response.getHeaders().put(HttpHeader.ALLOW, String.join(", ", allowed));
                    return new Unacceptable(new Problem(
                            405,
                            "method-not-allowed",
                            "Method not allowed",
                            "this path does not know that method",
                            "it knows " + String.join(", ", allowed)));
                });
    }

    private static Map<String, String> query(Request request, Route route) {
        var query = new LinkedHashMap<String, String>();
        for (var field : parameters(request)) {
            if (!route.query().contains(field.getName())) {
                throw Body.unknown("query parameter", field.getName(), route.query());
            }
            if (field.hasMultipleValues()) {
                throw Unacceptable.invalid(
                        "the query parameter \"" + field.getName() + "\" is given twice", "give it once");
            }
            query.put(field.getName(), field.getValue());
        }
        return query;
    }

    private static Iterable<Fields.Field> parameters(Request request) {
        try {
            return Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            throw Unacceptable.invalid("the query cannot be read", "percent-encode it as UTF-8");
        }
    }
}
