package com.kruxos.gateway;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The event streams that are open now, to keep them alive. */
final class EventSinks {
    private final Set<EventSink> open = ConcurrentHashMap.newKeySet();

    /** @param closed run when the response is over */
    EventSink open(HttpServletResponse response, Runnable closed) {
        var sink = new EventSink(response, over -> {
            open.remove(over);
            closed.run();
        });
        open.add(sink);
        sink.begin();
        return sink;
    }

    /** Writes a comment to those on which nothing went out since {@code nanoTime}. */
    void comment(long nanoTime) {
        open.forEach(sink -> sink.comment(nanoTime));
    }
}
