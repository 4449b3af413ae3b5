package com.kruxos.tokenapi;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.AuditWriteFailed;
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
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

    /** More at once than any person's tools ask for; each may hold a body of the largest size. */
    private static final int MOST_AT_ONCE = 64;

    private static final int IDLE_SECONDS = 10;

    private final Guard guard;
    private final Refusals refusals;
    private final List<Route> routes;
    private final Patience patience;
    private final Conditions conditions;
    private final Replays replays;
    private final InstantSource clock;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final ExecutorService threads = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // there is never more than the room lets in
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().name("api-", 0).daemon().factory());

    Door(Guard guard, House house, Patience patience) {
        this.guard = guard;
        this.refusals = house.refusals();
        this.routes = house.routes();
        this.conditions = house.conditions();
        this.replays = house.replays();
        this.clock = house.clock();
        this.patience = patience;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!room.tryAcquire()) {
            ProblemHandler.write(response, callback, Problem.ofStatus(503));
            return true;
        }
        // Some routes wait, for a disk or for news: none of Jetty's few threads may. Some compute for long: on a
        // virtual
        // thread they would keep one of the few carriers from the agents' calls.
        threads.execute(() -> serve(request, response, callback));
        return true;
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        threads.shutdown();
    }

    /** Whoever guesses waits outside the room: there it would take the place of those who may come in. */
    private void serve(Request request, Response response, Callback callback) {
        try {
            var reply = reply(request, response);
            if (reply.heldBack().isZero()) {
                send(reply, response, callback);
            } else {
                Thread.ofVirtual().name("api-refusal").start(() -> holdBack(reply, response, callback));
            }
        } finally {
            room.release();
        }
    }

    private void holdBack(Reply refusal, Response response, Callback callback) {
        if (patience.await(refusal.heldBack())) {
            send(refusal, response, callback);
        } else {
            callback.failed(new IOException("too many wait for their refusal"));
        }
    }

    private static void send(Reply reply, Response response, Callback callback) {
        try (reply) {
            var tag = reply.tag();
            if (tag != null) {
                response.getHeaders().put(HttpHeader.ETAG, tag.text());
            }
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
        } catch (AuditWriteFailed e) {
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
        var record = request.getMethod() + " " + asked;
        guard.greet(request, record);
        var open = open(request.getMethod(), asked);
        if (open.isPresent()) {
            return act(request, open.get(), Map.of(), AuditPrincipal.system());
        }
        var caller = guard.admit(request, record);
        var candidates = candidates(asked);
        var route = route(request.getMethod(), candidates, response);
        check(caller, route);
        return act(request, route, candidates.getOrDefault(route, Map.of()), caller.who());
    }

    private Reply act(Request request, Route route, Map<String, String> path, AuditPrincipal who) {
        var query = query(request, route);
        var bytes = Bodies.read(request, route.takes());
        try {
            var json = route.takes() == Route.Takes.JSON ? bytes : new byte[0];
            var ask = new Ask(who, path, query, clock.instant(), Body.read(json, route.members()), bytes);
            return replays.once(
                    request,
                    route,
                    ask,
                    () -> conditions.meet(
                            request, route, ask, () -> route.handler().answer(ask)));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** The route that asks for no credential, if it is one. */
    private Optional<Route> open(String method, String asked) {
        return routes.stream()
                .filter(route -> route.scope() == null
                        && route.method().equals(method)
                        && route.path().equals(asked))
                .findFirst();
    }

    /** Whether the caller may ask that route. */
    private void check(Caller caller, Route route) {
        if (route.local() && !caller.isLocal()) {
            refusals.record(
                    caller.who(), route.method() + " " + route.path().replace(Route.BASE, ""), "is not for tokens");
            throw new Unacceptable(Problem.forbidden(
                    "no user token may do this, whatever its scopes",
                    "do it on the machine itself, as root or as the user the appliance runs as"));
        }
        var scope = route.scope();
        if (scope != null && !caller.may(scope)) {
            refusals.record(
                    caller.who(),
                    route.method() + " " + route.path().replace(Route.BASE, ""),
                    "needs scope " + scope.text());
            throw new Unacceptable(Problem.forbidden(
                    "this user token lacks the scope " + scope.text(),
                    "make one that has it: kruxos user-token create --label … --scope " + scope.text()));
        }
    }

    /** The routes at this path, whatever their method, with what stands in it for their names. */
    private Map<Route, Map<String, String>> candidates(String asked) {
        var found = new LinkedHashMap<Route, Map<String, String>>();
        routes.forEach(route -> route.match(asked).ifPresent(values -> found.put(route, values)));
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
