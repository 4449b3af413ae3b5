package com.kruxos.operator;

import com.kruxos.web.http.HttpRoute;
import com.kruxos.web.http.WebResponse;

/**
 * One page or form target.
 *
 * @param isPublic whether it is served without a session
 */
record PageRoute(String method, String path, boolean isPublic, PageHandler handler) implements HttpRoute {
    @FunctionalInterface
    interface PageHandler {
        WebResponse handle(PageRequest request);
    }

    static PageRoute get(String path, PageHandler handler) {
        return new PageRoute("GET", path, false, handler);
    }

    static PageRoute post(String path, PageHandler handler) {
        return new PageRoute("POST", path, false, handler);
    }

    PageRoute asPublic() {
        return new PageRoute(method, path, true, handler);
    }
}
