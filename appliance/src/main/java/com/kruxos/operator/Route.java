package com.kruxos.operator;

import com.kruxos.web.PathPattern;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that can be asked of this door.
 *
 * @param path with {@code {name}} for a segment that is given
 * @param open whether somebody who is not signed in may ask
 */
record Route(String method, String path, boolean open, Handler handler) {
    @FunctionalInterface
    interface Handler {
        Reply answer(Ask ask);
    }

    static Route get(String path, Handler handler) {
        return new Route("GET", path, false, handler);
    }

    static Route post(String path, Handler handler) {
        return new Route("POST", path, false, handler);
    }

    Route forGuests() {
        return new Route(method, path, true, handler);
    }

    /** What stands for each {@code {name}}; absent when the path is another. */
    Optional<Map<String, String>> match(String asked) {
        return new PathPattern(path).match(asked);
    }
}
