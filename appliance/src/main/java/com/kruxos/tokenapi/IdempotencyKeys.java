package com.kruxos.tokenapi;

import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
import com.kruxos.web.http.WebResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code Idempotency-Key}: a client that lost a response repeats the request, and nothing is created twice. The
 * response to the repetition contains the id of the created resource but no credential. Safe for any thread.
 */
final class IdempotencyKeys {
    static final String HEADER = "Idempotency-Key";

    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyKeys.class);
    private static final int MAX_KEY_LENGTH = 255;

    private final IdempotencyKeyStore store;
    private final Function<byte[], String> digest;

    /** @param digest a keyed digest, because request bodies can be easy to guess */
    IdempotencyKeys(IdempotencyKeyStore store, Function<byte[], String> digest) {
        this.store = store;
        this.digest = digest;
    }

    /** Executes the operation, unless the principal has sent this key before. */
    WebResponse executeOnce(Request request, ApiRoute route, ApiRequest apiRequest, Supplier<WebResponse> operation) {
        var keys = request.getHeaders().getValuesList(HEADER);
        if (!route.input().idempotencyKey() || keys.isEmpty()) {
            return operation.get();
        }
        var principal = apiRequest.principal().key();
        var key = digest(parseKey(keys));
        var content = digest(requestContent(request, apiRequest));
        return switch (store.claim(principal, key, content, apiRequest.receivedAt())) {
            case IdempotencyKeyStore.KeyClaim.NewKey _ -> execute(principal, key, operation);
            case IdempotencyKeyStore.KeyClaim.UsedKey used -> respondToRepeat(used, content);
            case IdempotencyKeyStore.KeyClaim.KeyLimitReached _ ->
                WebResponse.problem(Problem.unavailable(
                        "the limit of requests with an " + HEADER + " per day is reached",
                        "omit the header, or send fewer such requests"));
        };
    }

    /** After a crash in this method the key stays claimed without an id: nobody knows whether the resource exists. */
    private WebResponse execute(String principal, String key, Supplier<WebResponse> operation) {
        WebResponse response;
        try {
            response = operation.get();
        } catch (RuntimeException e) {
            tryUpdate(() -> store.release(principal, key));
            throw e;
        }
        tryUpdate(() -> {
            if (response.createdId().isEmpty()) {
                store.release(principal, key);
            } else {
                store.recordCreated(principal, key, response.createdId());
            }
        });
        return response;
    }

    /** A failed update is only logged: the response may contain a credential, which must reach the client. */
    private static void tryUpdate(Runnable change) {
        try {
            change.run();
        } catch (JdbiException e) {
            LOG.warn("the result of a request with an {} could not be stored", HEADER, e);
        }
    }

    private static WebResponse respondToRepeat(IdempotencyKeyStore.KeyClaim.UsedKey used, String content) {
        if (!used.requestDigest().equals(content)) {
            return WebResponse.problem(new Problem(
                    422,
                    "key-reused",
                    "Idempotency key reused",
                    "this " + HEADER + " was used with another request",
                    "use a new key for every new request"));
        }
        var id = used.createdId();
        return id == null
                ? WebResponse.problem(new Problem(
                        409,
                        "under-way",
                        "Not known to be done",
                        "a request with this " + HEADER + " is under way, or was cut short",
                        "look whether it was made before you request again with another key"))
                : alreadyCreated(
                        new Problem(
                                409,
                                "replayed",
                                "Already created",
                                "a request with this " + HEADER + " has already created the resource",
                                "id is its id; its credential is not returned again"),
                        id);
    }

    private static WebResponse alreadyCreated(Problem problem, String id) {
        return WebResponse.of(problem.status(), Problem.CONTENT_TYPE, problem.jsonWithId(id));
    }

    private static String parseKey(List<String> headers) {
        var key = headers.getFirst();
        if (headers.size() == 1 && key.length() <= MAX_KEY_LENGTH && key.matches("[\\x21-\\x7e]+")) {
            return key;
        }
        throw ProblemException.invalid(
                "the " + HEADER + " is not one string of at most " + MAX_KEY_LENGTH + " visible ASCII characters",
                "use a random UUID");
    }

    private static String requestContent(Request request, ApiRequest apiRequest) {
        return request.getMethod()
                + ' '
                + request.getHttpURI().getPathQuery()
                + '\n'
                + new String(apiRequest.bodyBytes(), StandardCharsets.ISO_8859_1);
    }

    private String digest(String text) {
        return digest.apply(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
