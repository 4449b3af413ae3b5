package com.kruxos.gateway;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The event streams that are open now, to keep them alive. */
final class SseResponses {
    private final Set<SseResponse> openResponses = ConcurrentHashMap.newKeySet();

    /** @param closed run when the response is over */
    SseResponse open(HttpServletResponse response, Runnable closed) {
        var sink = new SseResponse(response, over -> {
            openResponses.remove(over);
            closed.run();
        });
        openResponses.add(sink);
        sink.sendHead();
        return sink;
    }

    /** Writes a comment to those on which nothing went out since {@code nanoTime}. */
    void commentIfSilentSince(long nanoTime) {
        openResponses.forEach(sink -> sink.commentIfSilentSince(nanoTime));
    }
}
