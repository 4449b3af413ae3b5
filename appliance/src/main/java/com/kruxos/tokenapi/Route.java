package com.kruxos.tokenapi;

import com.kruxos.identity.Scope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One thing that can be asked of the API.
 *
 * @param path below {@code /api/v1}, with {@code {name}} for a segment that is given; one that ends in a slash is not
 *     the one without
 * @param scope what a user's token needs; root and the service's own user may do everything
 * @param query which query parameters are understood
 * @param takes what the body may be
 * @param members which members a JSON body may have
 */
record Route(
        String method, String path, Scope scope, Set<String> query, Takes takes, Set<String> members, Handler handler) {
    enum Takes {
        NOTHING,
        /** An object; no body at all is an empty one. */
        JSON,
        /** Up to 64 KiB of anything. */
        OCTETS
    }

    @FunctionalInterface
    interface Handler {
        Reply answer(Ask ask);
    }

    Route {
        query = Set.copyOf(query);
        members = Set.copyOf(members);
    }

    static Route get(String path, Scope scope, Handler handler) {
        return new Route("GET", path, scope, Set.of(), Takes.NOTHING, Set.of(), handler);
    }

    static Route post(String path, Scope scope, Handler handler) {
        return new Route("POST", path, scope, Set.of(), Takes.JSON, Set.of(), handler);
    }

    static Route put(String path, Scope scope, Handler handler) {
        return new Route("PUT", path, scope, Set.of(), Takes.OCTETS, Set.of(), handler);
    }

    static Route delete(String path, Scope scope, Handler handler) {
        return new Route("DELETE", path, scope, Set.of(), Takes.NOTHING, Set.of(), handler);
    }

    Route query(String... names) {
        return new Route(method, path, scope, Set.of(names), takes, members, handler);
    }

    Route members(String... names) {
        return new Route(method, path, scope, query, takes, Set.of(names), handler);
    }

    /** What stands for each {@code {name}}; absent when the path is another. */
    Optional<Map<String, String>> match(String asked) {
        var pattern = segments(path);
        var given = segments(asked);
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

    private static List<String> segments(String path) {
        return Arrays.asList(path.split("/", -1));
    }
}
