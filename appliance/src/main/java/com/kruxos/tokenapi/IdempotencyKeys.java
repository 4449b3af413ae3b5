package com.kruxos.tokenapi;

import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code Idempotency-Key}: what was created once is not created again when the answer was lost. The second answer names
 * what was made, and never shows a key again. Safe for any thread.
 */
final class IdempotencyKeys {
    static final String HEADER = "Idempotency-Key";

    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyKeys.class);
    private static final int MAX_KEY_LENGTH = 255;

    private final IdempotencyKeyStore store;
    private final Function<byte[], String> digest;

    /** @param digest keyed: bodies may hold little that is hard to guess */
    IdempotencyKeys(IdempotencyKeyStore table, Function<byte[], String> digest) {
        this.store = table;
        this.digest = digest;
    }

    /** Acts, unless it was done before with the same key. */
    ApiResponse executeOnce(Request request, ApiRoute route, ApiRequest ask, Supplier<ApiResponse> act) {
        var keys = request.getHeaders().getValuesList(HEADER);
        if (!route.takesIdempotencyKey() || keys.isEmpty()) {
            return act.get();
        }
        var principal = ask.principal().key();
        var key = digest(parseKey(keys));
        return switch (store.claim(principal, key, digest(requestContent(request, ask)), ask.receivedAt())) {
            case IdempotencyKeyStore.KeyClaim.NewKey _ -> execute(principal, key, act);
            case IdempotencyKeyStore.KeyClaim.UsedKey used ->
                respondToRepeat(used, digest(requestContent(request, ask)));
            case IdempotencyKeyStore.KeyClaim.KeyLimitReached _ ->
                ApiResponse.problem(Problem.unavailable(
                        "there were too many requests with an " + HEADER + " in a day",
                        "leave the header out, or use fewer"));
        };
    }

    /** A crash in here leaves the key taken, without an id: whether it was made is not known then. */
    private ApiResponse execute(String principal, String key, Supplier<ApiResponse> act) {
        ApiResponse reply;
        try {
            reply = act.get();
        } catch (RuntimeException e) {
            tryUpdate(() -> store.release(principal, key));
            throw e;
        }
        tryUpdate(() -> {
            if (reply.createdId().isEmpty()) {
                store.release(principal, key);
            } else {
                store.recordCreated(principal, key, reply.createdId());
            }
        });
        return reply;
    }

    /** What was made may hold a key that is shown only now: it must not be lost because this could not be noted. */
    private static void tryUpdate(Runnable change) {
        try {
            change.run();
        } catch (JdbiException e) {
            LOG.warn("the end of a request with an {} could not be kept", HEADER, e);
        }
    }

    private static ApiResponse respondToRepeat(IdempotencyKeyStore.KeyClaim.UsedKey used, String asked) {
        if (!used.requestDigest().equals(asked)) {
            return ApiResponse.problem(new Problem(
                    422,
                    "key-reused",
                    "Another request with the same key",
                    "this " + HEADER + " came with another request before",
                    "make a new key for every new request"));
        }
        var made = used.createdId();
        return made == null
                ? ApiResponse.problem(new Problem(
                        409,
                        "under-way",
                        "Not known to be done",
                        "a request with this " + HEADER + " is under way, or was cut short",
                        "look whether it was made before you ask again with another key"))
                : ApiResponse.alreadyCreated(
                        new Problem(
                                409,
                                "replayed",
                                "Done before",
                                "this was made before with the same " + HEADER,
                                "id names it; a key it came with is not shown again"),
                        made);
    }

    private static String parseKey(List<String> given) {
        var key = given.getFirst();
        if (given.size() == 1 && key.length() <= MAX_KEY_LENGTH && key.matches("[\\x21-\\x7e]+")) {
            return key;
        }
        throw ProblemException.invalid(
                "the " + HEADER + " is not one word of at most " + MAX_KEY_LENGTH + " visible ASCII characters",
                "use a random UUID");
    }

    private static String requestContent(Request request, ApiRequest ask) {
        return request.getMethod()
                + ' '
                + request.getHttpURI().getPathQuery()
                + '\n'
                + new String(ask.bodyBytes(), StandardCharsets.ISO_8859_1);
    }

    private String digest(String text) {
        return digest.apply(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
