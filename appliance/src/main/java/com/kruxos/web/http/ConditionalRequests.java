package com.kruxos.web.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * {@code If-Match} and {@code If-None-Match} of RFC 9110. A conditional change runs while no other change of a resource
 * of the same kind is in progress on any listener, so nothing happens between the check and the change. Safe for any
 * thread.
 */
public final class ConditionalRequests {
    private final Map<String, ReadWriteLock> locks = new ConcurrentHashMap<>();

    /** Reads a representation: 304 without a body if the client has it already. */
    public static WebResponse read(Request request, Supplier<WebResponse> read) {
        var response = read.get();
        var noneMatch = request.getHeaders().get(HttpHeader.IF_NONE_MATCH);
        var tag = response.eTag();
        if (noneMatch == null || tag == null || !tag.matchesIfNoneMatch(noneMatch)) {
            return response;
        }
        response.close();
        return WebResponse.empty(304).withETag(tag);
    }

    /**
     * Changes a resource if the conditions of the request hold.
     *
     * @param kind the kind of resource; conditional changes of one kind exclude all others of it
     * @param current responds with the current tag, or without one if the resource does not exist; null if the change
     *     cannot be conditional
     * @throws ProblemException 412 if a condition does not hold, 400 if the change cannot have this condition
     */
    public WebResponse change(
            Request request, String kind, @Nullable Supplier<WebResponse> current, Supplier<WebResponse> change) {
        var match = request.getHeaders().get(HttpHeader.IF_MATCH);
        var noneMatch = request.getHeaders().get(HttpHeader.IF_NONE_MATCH);
        var lock = locks.computeIfAbsent(kind, _ -> new ReentrantReadWriteLock());
        if (match == null && noneMatch == null) {
            return withLock(lock.readLock(), change);
        }
        if (current == null || (noneMatch != null && !noneMatch.strip().equals("*"))) {
            throw ProblemException.invalid(
                    "this request does not support this condition",
                    "omit If-Match and If-None-Match; docs/wire/api.md#conditions lists the requests that support them");
        }
        return withLock(lock.writeLock(), () -> {
            checkPreconditions(current.get(), match, noneMatch);
            return change.get();
        });
    }

    private static void checkPreconditions(WebResponse current, @Nullable String match, @Nullable String noneMatch) {
        try (current) {
            var tag = current.eTag();
            if (noneMatch != null && tag != null) {
                throw preconditionFailed("the resource exists already", "omit If-None-Match to replace it");
            }
            if (match != null && (tag == null || !tag.matchesIfMatch(match))) {
                throw preconditionFailed(
                        tag == null ? "the resource does not exist" : "the resource was changed since you read it",
                        "read it again and repeat the change with the new ETag");
            }
        }
    }

    private static ProblemException preconditionFailed(String detail, String hint) {
        return new ProblemException(new Problem(412, "precondition-failed", "Precondition failed", detail, hint));
    }

    private static WebResponse withLock(Lock lock, Supplier<WebResponse> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
