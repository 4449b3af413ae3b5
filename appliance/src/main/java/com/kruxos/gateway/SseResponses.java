package com.kruxos.gateway;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The event streams that are open. */
final class SseResponses {
    private final SendBufferLimit limit;
    private final Set<SseResponse> openResponses = ConcurrentHashMap.newKeySet();

    SseResponses(SendBufferLimit limit) {
        this.limit = limit;
    }

    /** @param onClosed run when the response ends or its connection is lost */
    SseResponse open(HttpServletResponse response, Runnable onClosed) {
        var opened = new SseResponse(response, limit, closed -> {
            openResponses.remove(closed);
            onClosed.run();
        });
        openResponses.add(opened);
        opened.sendHead();
        return opened;
    }

    /** Writes a comment to each stream on which nothing was sent since {@code nanoTime}. */
    void commentIfSilentSince(long nanoTime) {
        openResponses.forEach(response -> response.commentIfSilentSince(nanoTime));
    }
}
