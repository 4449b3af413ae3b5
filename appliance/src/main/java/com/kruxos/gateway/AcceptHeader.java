package com.kruxos.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Locale;

/** Which response formats a client accepts; both, without an {@code Accept} header. */
record AcceptHeader(boolean json, boolean eventStream) {
    static AcceptHeader parse(HttpServletRequest request) {
        var headers = Collections.list(request.getHeaders("Accept"));
        if (headers.isEmpty()) {
            return new AcceptHeader(true, true);
        }
        var json = false;
        var events = false;
        for (var header : headers) {
            for (var range : header.toLowerCase(Locale.ROOT).split(",", -1)) {
                var type = range.split(";", 2)[0].strip();
                var any = type.equals("*/*");
                json |= any || type.equals("application/json") || type.equals("application/*");
                events |= any || type.equals("text/event-stream") || type.equals("text/*");
            }
        }
        return new AcceptHeader(json, events);
    }
}
