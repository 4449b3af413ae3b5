package com.kruxos.tokenapi;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.vault.CannotDecrypt;
import com.kruxos.web.ProblemErrorHandler;
import com.kruxos.web.http.BodyReader;
import com.kruxos.web.http.ConditionalRequests;
import com.kruxos.web.http.EndpointHandler;
import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
import com.kruxos.web.http.RequestParts;
import com.kruxos.web.http.RouteMatch;
import com.kruxos.web.http.WebResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the API on one listener: authenticate, find the route, check access, read the body, execute, respond. */
final class ApiHandler extends EndpointHandler {
    static final int MAX_JSON_BYTES = 1 << 20;
    static final int MAX_SECRET_BYTES = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);

    /** Each of them may hold a body of the maximum size. */
    private static final int MAX_CONCURRENT_REQUESTS = 64;

    private static final int IDLE_SECONDS = 10;

    private final ApiAuthenticator authenticator;
    private final ApiContext context;
    private final ResponseDelay responseDelay;
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT_REQUESTS);

    /**
     * Platform threads: some operations wait for a disk or the audit log, which would block Jetty's few threads; others
     * compute for long, which would block the carriers of the virtual threads that serve agents.
     */
    private final ExecutorService executor = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // the permits are the limit
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().name("api-", 0).daemon().factory());

    ApiHandler(ApiAuthenticator authenticator, ApiContext context, ResponseDelay responseDelay) {
        this.authenticator = authenticator;
        this.context = context;
        this.responseDelay = responseDelay;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (permits.tryAcquire()) {
            executor.execute(() -> serve(request, response, callback));
        } else {
            // Asynchronous: this is one of Jetty's few threads.
            ProblemErrorHandler.write(response, callback, Problem.ofStatus(503));
        }
        return true;
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        executor.shutdown();
    }

    /** A delayed response holds no permit, so that guessing does not lock out valid requests. */
    private void serve(Request request, Response response, Callback callback) {
        try {
            var result = respond(request);
            if (result.delay().isZero()) {
                send(result, response, callback);
            } else {
                Thread.ofVirtual().name("api-refusal").start(() -> sendDelayed(result, response, callback));
            }
        } finally {
            permits.release();
        }
    }

    private void sendDelayed(WebResponse refusal, Response response, Callback callback) {
        if (responseDelay.await(refusal.delay())) {
            send(refusal, response, callback);
        } else {
            callback.failed(new IOException("too many delayed responses"));
        }
    }

    @Override
    protected WebResponse errorResponse(Request request, ProblemException error) {
        return super.errorResponse(request, error).withDelay(error.delay());
    }

    @Override
    protected Problem problemOf(Request request, RuntimeException failure) {
        return switch (failure) {
            case AuditWriteFailed audit ->
                Problem.unavailable("the audit log cannot be written, so nothing is done", audit.hint());
            case CannotDecrypt secret -> {
                LOG.error("a stored secret cannot be decrypted", secret);
                yield new Problem(
                        500,
                        "cannot-decrypt",
                        "Cannot decrypt",
                        "the stored secret cannot be decrypted",
                        secret.hint());
            }
            default -> super.problemOf(request, failure);
        };
    }

    /** Authentication comes before routing, so that only authenticated callers learn which paths exist. */
    @Override
    protected WebResponse process(Request request) {
        var path = RequestParts.path(request);
        var operation = request.getMethod() + " " + path;
        authenticator.requireAllowedPeer(request, operation);
        var open = context.routes()
                .find(request.getMethod(), path)
                .filter(match -> match.route().access().isPublic());
        if (open.isPresent()) {
            return execute(request, open.get(), AuditPrincipal.system());
        }
        var caller = authenticator.authenticate(request, operation);
        var match = context.routes().match(request.getMethod(), path);
        requireAccess(caller, match.route());
        return execute(request, match, caller.principal());
    }

    private void requireAccess(ApiCaller caller, ApiRoute route) {
        if (route.access().localOnly() && !caller.isLocal()) {
            recordRefusal(caller, route, "local access required");
            throw new ProblemException(Problem.forbidden(
                    "no user token allows this, whatever its scopes",
                    "run it on the machine itself, as root or as the user the appliance runs as"));
        }
        var scope = route.access().scope();
        if (scope != null && !caller.hasScope(scope)) {
            recordRefusal(caller, route, "missing scope " + scope.text());
            throw new ProblemException(Problem.forbidden(
                    "this user token lacks the scope " + scope.text(),
                    "create one that has it: kruxos user-token create --label … --scope " + scope.text()));
        }
    }

    private void recordRefusal(ApiCaller caller, ApiRoute route, String reason) {
        context.refusalAudit().record(caller.principal(), route.method() + " " + route.relativePath(), reason);
    }

    private WebResponse execute(Request request, RouteMatch<ApiRoute> match, AuditPrincipal principal) {
        var route = match.route();
        var query = readQuery(request, route);
        var bytes = readBody(request, route.input().bodyKind());
        try {
            var json = route.input().bodyKind() == ApiRoute.BodyKind.JSON ? bytes : new byte[0];
            var body = new ApiRequest.Body(JsonBody.read(json, route.input().bodyMembers()), bytes);
            var apiRequest = new ApiRequest(
                    principal, match.pathValues(), query, body, context.clock().instant());
            return execute(request, route, apiRequest);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private WebResponse execute(Request request, ApiRoute route, ApiRequest apiRequest) {
        Supplier<WebResponse> operation = () -> route.operation().handle(apiRequest);
        if (route.isRead()) {
            return ConditionalRequests.read(request, operation);
        }
        var state = route.currentState();
        return context.idempotencyKeys()
                .executeOnce(
                        request,
                        route,
                        apiRequest,
                        () -> context.conditionalRequests()
                                .change(
                                        request,
                                        route.subject(),
                                        state == null ? null : () -> state.handle(apiRequest),
                                        operation));
    }

    private static byte[] readBody(Request request, ApiRoute.BodyKind kind) {
        return switch (kind) {
            case NONE -> {
                BodyReader.requireNone(request);
                yield new byte[0];
            }
            case JSON -> BodyReader.read(request, ApiResponses.JSON_TYPE, MAX_JSON_BYTES);
            case OCTET_STREAM -> BodyReader.read(request, ApiResponses.OCTET_STREAM, MAX_SECRET_BYTES);
        };
    }

    private static Map<String, String> readQuery(Request request, ApiRoute route) {
        var known = route.input().queryParameters();
        var query = new LinkedHashMap<String, String>();
        for (var field : RequestParts.query(request)) {
            if (!known.contains(field.getName())) {
                throw JsonBody.unknownName("query parameter", field.getName(), known);
            }
            if (field.hasMultipleValues()) {
                throw ProblemException.invalid(
                        "the query parameter \"" + field.getName() + "\" occurs more than once", "send it once");
            }
            query.put(field.getName(), field.getValue());
        }
        return query;
    }
}
