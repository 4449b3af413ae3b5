package com.kruxos.operator;

import java.util.LinkedHashMap;
import java.util.List;
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
        var pattern = List.of(path.split("/", -1));
        var given = List.of(asked.split("/", -1));
        if (pattern.size() != given.size()) {
            return Optional.empty();
        }
        var values = new LinkedHashMap<String, String>();
        for (var i = 0; i < pattern.size(); i++) {
            var segment = pattern.get(i);
            if (segment.startsWith("{") && !given.get(i).isEmpty()) {
                values.put(segment.substring(1, segment.length() - 1), given.get(i));
            } else if (!segment.equals(given.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }
}
