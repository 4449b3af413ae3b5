package com.kruxos.tokenapi;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.vault.CannotDecrypt;
import com.kruxos.web.ProblemErrorHandler;
import com.kruxos.web.UnixSocketListener;
import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
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
final class ApiHandler extends Handler.Abstract {
    static final int MAX_JSON_BYTES = 1024 * 1024;
    static final int MAX_SECRET_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);

    /** More at once than any person's tools ask for; each may hold a body of the largest size. */
    private static final int MAX_CONCURRENT_REQUESTS = 64;

    private static final int IDLE_SECONDS = 10;

    private final ApiAuthenticator authenticator;
    private final RefusalAudit refusalAudit;
    private final List<ApiRoute> routes;
    private final ResponseDelay responseDelay;
    private final ConditionalRequests conditionalRequests;
    private final IdempotencyKeys idempotencyKeys;
    private final InstantSource clock;
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT_REQUESTS);
    private final ExecutorService executor = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // there is never more than the room lets in
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().name("api-", 0).daemon().factory());

    ApiHandler(ApiAuthenticator guard, ApiContext house, ResponseDelay patience) {
        this.authenticator = guard;
        this.refusalAudit = house.refusalAudit();
        this.routes = house.routes();
        this.conditionalRequests = house.conditionalRequests();
        this.idempotencyKeys = house.idempotencyKeys();
        this.clock = house.clock();
        this.responseDelay = patience;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!permits.tryAcquire()) {
            ProblemErrorHandler.write(response, callback, Problem.ofStatus(503));
            return true;
        }
        // Some routes wait, for a disk or for news: none of Jetty's few threads may. Some compute for long: on a
        // virtual
        // thread they would keep one of the few carriers from the agents' calls.
        executor.execute(() -> serve(request, response, callback));
        return true;
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        executor.shutdown();
    }

    /** Whoever guesses waits outside the room: there it would take the place of those who may come in. */
    private void serve(Request request, Response response, Callback callback) {
        try {
            var reply = respond(request, response);
            if (reply.delay().isZero()) {
                send(reply, response, callback);
            } else {
                Thread.ofVirtual().name("api-refusal").start(() -> sendDelayed(reply, response, callback));
            }
        } finally {
            permits.release();
        }
    }

    private void sendDelayed(ApiResponse refusal, Response response, Callback callback) {
        if (responseDelay.await(refusal.delay())) {
            send(refusal, response, callback);
        } else {
            callback.failed(new IOException("too many wait for their refusal"));
        }
    }

    private static void send(ApiResponse reply, Response response, Callback callback) {
        try (reply) {
            var tag = reply.eTag();
            if (tag != null) {
                response.getHeaders().put(HttpHeader.ETAG, tag.headerValue());
            }
            UnixSocketListener.send(response, callback, reply.status(), reply.contentType(), reply.body());
        } catch (IOException | RuntimeException | Error e) {
            // The client is gone, or was sent half an answer: all that is left is to hang up.
            LOG.debug("an answer could not be sent", e);
            callback.failed(e);
        }
    }

    private ApiResponse respond(Request request, Response response) {
        try {
            return process(request, response);
        } catch (ProblemException e) {
            if (e.problem().status() == 401) {
                response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"kruxos\"");
            }
            return ApiResponse.problem(e.problem()).delayedBy(e.delay());
        } catch (AuditWriteFailed e) {
            return ApiResponse.problem(
                    Problem.unavailable("the audit log cannot be written, so nothing is done", e.hint()));
        } catch (CannotDecrypt e) {
            LOG.error("a stored secret does not open", e);
            return ApiResponse.problem(
                    new Problem(500, "cannot-decrypt", "Cannot decrypt", "the stored secret does not open", e.hint()));
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.getMethod(), UnixSocketListener.requestPath(request), e);
            return ApiResponse.problem(Problem.internalError());
        }
    }

    private ApiResponse process(Request request, Response response) {
        var asked = UnixSocketListener.requestPath(request);
        var record = request.getMethod() + " " + asked;
        authenticator.requireAllowedPeer(request, record);
        var open = publicRoute(request.getMethod(), asked);
        if (open.isPresent()) {
            return execute(request, open.get(), Map.of(), AuditPrincipal.system());
        }
        var caller = authenticator.authenticate(request, record);
        var candidates = routesAt(asked);
        var route = selectMethod(request.getMethod(), candidates, response);
        requireAccess(caller, route);
        return execute(request, route, candidates.getOrDefault(route, Map.of()), caller.principal());
    }

    private ApiResponse execute(Request request, ApiRoute route, Map<String, String> path, AuditPrincipal who) {
        var query = readQuery(request, route);
        var bytes = BodyReader.read(request, route.bodyKind());
        try {
            var json = route.bodyKind() == ApiRoute.BodyKind.JSON ? bytes : new byte[0];
            var ask = new ApiRequest(who, path, query, clock.instant(), JsonBody.read(json, route.members()), bytes);
            return idempotencyKeys.executeOnce(
                    request,
                    route,
                    ask,
                    () -> conditionalRequests.execute(
                            request, route, ask, () -> route.handler().handle(ask)));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** The route that asks for no credential, if it is one. */
    private Optional<ApiRoute> publicRoute(String method, String asked) {
        return routes.stream()
                .filter(route -> route.scope() == null
                        && route.method().equals(method)
                        && route.path().equals(asked))
                .findFirst();
    }

    /** Whether the caller may ask that route. */
    private void requireAccess(ApiCaller caller, ApiRoute route) {
        if (route.localOnly() && !caller.isLocal()) {
            refusalAudit.record(
                    caller.principal(),
                    route.method() + " " + route.path().replace(ApiRoute.BASE, ""),
                    "is not for tokens");
            throw new ProblemException(Problem.forbidden(
                    "no user token may do this, whatever its scopes",
                    "do it on the machine itself, as root or as the user the appliance runs as"));
        }
        var scope = route.scope();
        if (scope != null && !caller.hasScope(scope)) {
            refusalAudit.record(
                    caller.principal(),
                    route.method() + " " + route.path().replace(ApiRoute.BASE, ""),
                    "needs scope " + scope.text());
            throw new ProblemException(Problem.forbidden(
                    "this user token lacks the scope " + scope.text(),
                    "make one that has it: kruxos user-token create --label … --scope " + scope.text()));
        }
    }

    /** The routes at this path, whatever their method, with what stands in it for their names. */
    private Map<ApiRoute, Map<String, String>> routesAt(String asked) {
        var found = new LinkedHashMap<ApiRoute, Map<String, String>>();
        routes.forEach(route -> route.match(asked).ifPresent(values -> found.put(route, values)));
        if (found.isEmpty()) {
            throw new ProblemException(Problem.ofStatus(404));
        }
        return found;
    }

    private static ApiRoute selectMethod(
            String method, Map<ApiRoute, Map<String, String>> candidates, Response response) {
        return candidates.keySet().stream()
                .filter(route -> route.method().equals(method))
                .findFirst()
                .orElseThrow(() -> {
                    var allowed = new TreeSet<>(
                            candidates.keySet().stream().map(ApiRoute::method).toList());
                    response.getHeaders().put(HttpHeader.ALLOW, String.join(", ", allowed));
                    return new ProblemException(new Problem(
                            405,
                            "method-not-allowed",
                            "Method not allowed",
                            "this path does not know that method",
                            "it knows " + String.join(", ", allowed)));
                });
    }

    private static Map<String, String> readQuery(Request request, ApiRoute route) {
        var query = new LinkedHashMap<String, String>();
        for (var field : parseQuery(request)) {
            if (!route.queryParameters().contains(field.getName())) {
                throw JsonBody.unknownName("query parameter", field.getName(), route.queryParameters());
            }
            if (field.hasMultipleValues()) {
                throw ProblemException.invalid(
                        "the query parameter \"" + field.getName() + "\" is given twice", "give it once");
            }
            query.put(field.getName(), field.getValue());
        }
        return query;
    }

    private static Iterable<Fields.Field> parseQuery(Request request) {
        try {
            return Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            throw ProblemException.invalid("the query cannot be read", "percent-encode it as UTF-8");
        }
    }
}
