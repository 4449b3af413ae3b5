package com.kruxos.operator;

import com.kruxos.web.http.PathTemplate;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that can be asked of this door.
 *
 * @param path with {@code {name}} for a segment that is given
 * @param isPublic whether somebody who is not signed in may ask
 */
record PageRoute(String method, String path, boolean isPublic, PageHandler handler) {
    @FunctionalInterface
    interface PageHandler {
        PageResponse handle(PageRequest ask);
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

    /** What stands for each {@code {name}}; absent when the path is another. */
    Optional<Map<String, String>> match(String asked) {
        return new PathTemplate(path).match(asked);
    }
}
