package com.kruxos.tokenapi;

import com.kruxos.web.Problem;
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
final class Conditions {
    private final Map<String, ReadWriteLock> subjects = new ConcurrentHashMap<>();

    Reply meet(Request request, Route route, Ask ask, Supplier<Reply> act) {
        var match = request.getHeaders().get(HttpHeader.IF_MATCH);
        var noneMatch = request.getHeaders().get(HttpHeader.IF_NONE_MATCH);
        if (route.reads()) {
            return read(noneMatch, act.get());
        }
        var lock = subjects.computeIfAbsent(route.subject(), _ -> new ReentrantReadWriteLock());
        if (match == null && noneMatch == null) {
            return under(lock.readLock(), act);
        }
        var current = route.current();
        if (current == null || (noneMatch != null && !noneMatch.strip().equals("*"))) {
            throw Unacceptable.invalid(
                    "this request cannot depend on that header",
                    "leave If-Match and If-None-Match out; docs/wire/api.md#conditions says where they count");
        }
        return under(lock.writeLock(), () -> {
            check(current.answer(ask), match, noneMatch);
            return act.get();
        });
    }

    private static Reply read(@Nullable String noneMatch, Reply reply) {
        var tag = reply.tag();
        if (noneMatch == null || tag == null || !tag.unchanged(noneMatch)) {
            return reply;
        }
        reply.close();
        return Reply.notModified(tag);
    }

    /** What is not there meets no {@code If-Match}, and any {@code If-None-Match: *}. */
    private static void check(Reply now, @Nullable String match, @Nullable String noneMatch) {
        try (now) {
            var tag = now.tag();
            if (noneMatch != null && tag != null) {
                throw failed("it is there already", "leave If-None-Match out to replace it");
            }
            if (match != null && (tag == null || !tag.met(match))) {
                throw failed(
                        tag == null ? "it is not there" : "it was changed since you read it",
                        "read it again and repeat the change with the ETag of that answer");
            }
        }
    }

    private static Unacceptable failed(String detail, String hint) {
        return new Unacceptable(new Problem(412, "precondition-failed", "Precondition failed", detail, hint));
    }

    private static Reply under(Lock lock, Supplier<Reply> act) {
        lock.lock();
        try {
            return act.get();
        } finally {
            lock.unlock();
        }
    }
}
