package com.kruxos.gateway;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The event streams that are open now, to keep them alive. */
final class EventSinks {
    private final Set<EventSink> open = ConcurrentHashMap.newKeySet();

    EventSink open(AsyncContext context, HttpServletResponse response) {
        var sink = new EventSink(context, response, open::remove);
        open.add(sink);
        sink.begin();
        return sink;
    }

    /** Writes a comment to those on which nothing went out since {@code nanoTime}. */
    void comment(long nanoTime) {
        open.forEach(sink -> sink.comment(nanoTime));
    }
}
