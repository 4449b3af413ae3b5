package com.kruxos.tokenapi;

import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
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
 * {@code If-Match} and {@code If-None-Match}. A change that depends on a tag is made while no other change of its
 * subject is under way at any door, so that nothing comes between looking and changing. Safe for any thread.
 */
final class ConditionalRequests {
    private final Map<String, ReadWriteLock> locks = new ConcurrentHashMap<>();

    ApiResponse execute(Request request, ApiRoute route, ApiRequest ask, Supplier<ApiResponse> act) {
        var match = request.getHeaders().get(HttpHeader.IF_MATCH);
        var noneMatch = request.getHeaders().get(HttpHeader.IF_NONE_MATCH);
        if (route.isRead()) {
            return respondToRead(noneMatch, act.get());
        }
        var lock = locks.computeIfAbsent(route.subject(), _ -> new ReentrantReadWriteLock());
        if (match == null && noneMatch == null) {
            return withLock(lock.readLock(), act);
        }
        var current = route.currentState();
        if (current == null || (noneMatch != null && !noneMatch.strip().equals("*"))) {
            throw ProblemException.invalid(
                    "this request cannot depend on that header",
                    "leave If-Match and If-None-Match out; docs/wire/api.md#conditions says where they count");
        }
        return withLock(lock.writeLock(), () -> {
            checkPreconditions(current.handle(ask), match, noneMatch);
            return act.get();
        });
    }

    private static ApiResponse respondToRead(@Nullable String noneMatch, ApiResponse reply) {
        var tag = reply.eTag();
        if (noneMatch == null || tag == null || !tag.matchesIfNoneMatch(noneMatch)) {
            return reply;
        }
        reply.close();
        return ApiResponse.notModified(tag);
    }

    /** What is not there meets no {@code If-Match}, and any {@code If-None-Match: *}. */
    private static void checkPreconditions(ApiResponse now, @Nullable String match, @Nullable String noneMatch) {
        try (now) {
            var tag = now.eTag();
            if (noneMatch != null && tag != null) {
                throw preconditionFailed("it is there already", "leave If-None-Match out to replace it");
            }
            if (match != null && (tag == null || !tag.matchesIfMatch(match))) {
                throw preconditionFailed(
                        tag == null ? "it is not there" : "it was changed since you read it",
                        "read it again and repeat the change with the ETag of that answer");
            }
        }
    }

    private static ProblemException preconditionFailed(String detail, String hint) {
        return new ProblemException(new Problem(412, "precondition-failed", "Precondition failed", detail, hint));
    }

    private static ApiResponse withLock(Lock lock, Supplier<ApiResponse> act) {
        lock.lock();
        try {
            return act.get();
        } finally {
            lock.unlock();
        }
    }
}
