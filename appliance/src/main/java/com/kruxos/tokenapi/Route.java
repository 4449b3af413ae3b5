package com.kruxos.tokenapi;

import com.kruxos.identity.Scope;
import com.kruxos.web.PathPattern;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be asked of the API.
 *
 * @param path with {@code {name}} for a segment that is given; one that ends in a slash is not the one without
 * @param scope what a user's token needs; root and the service's own user may do everything. Absent where no credential
 *     is asked for at all
 * @param local whether only root and the service's own user may ask, and no token at all: what it opens is more than a
 *     token may
 * @param query which query parameters are understood
 * @param takes what the body may be
 * @param members which members a JSON body may have
 * @param says what the description of the API tells of it
 * @param creates whether asking twice makes two: then {@code Idempotency-Key} is heeded
 * @param current answers with the tag of what would be changed; absent where {@code If-Match} makes no sense
 */
record Route(
        String method,
        String path,
        @Nullable Scope scope,
        boolean local,
        Set<String> query,
        Takes takes,
        Set<String> members,
        Says says,
        boolean creates,
        @Nullable Handler current,
        Handler handler) {
    static final String BASE = "/api/v1";

    enum Takes {
        NOTHING,
        /** An object; no body at all is an empty one. */
        JSON,
        /** Up to 64 KiB of anything. */
        OCTETS
    }

    /**
     * For people and their generators.
     *
     * @param summary what it does, in a line
     * @param status of the answer when it went well
     * @param answer the name of the answer's schema, or its media type when it is not JSON
     * @param body the name of the body's schema; empty when there is none
     */
    record Says(String summary, int status, String answer, String body) {}

    @FunctionalInterface
    interface Handler {
        Reply answer(Ask ask);
    }

    Route {
        query = Set.copyOf(query);
        members = Set.copyOf(members);
    }

    static Route get(String path, Scope scope, String summary, Handler handler) {
        return of("GET", BASE + path, scope, Takes.NOTHING, summary, handler);
    }

    static Route post(String path, Scope scope, String summary, Handler handler) {
        return of("POST", BASE + path, scope, Takes.JSON, summary, handler);
    }

    static Route patch(String path, Scope scope, String summary, Handler handler) {
        return of("PATCH", BASE + path, scope, Takes.JSON, summary, handler);
    }

    static Route put(String path, Scope scope, String summary, Handler handler) {
        return of("PUT", BASE + path, scope, Takes.OCTETS, summary, handler);
    }

    static Route delete(String path, Scope scope, String summary, Handler handler) {
        return of("DELETE", BASE + path, scope, Takes.NOTHING, summary, handler);
    }

    /** Beside {@code /api/v1}. */
    static Route beside(String path, @Nullable Scope scope, String summary, Handler handler) {
        return of("GET", path, scope, Takes.NOTHING, summary, handler);
    }

    private static Route of(
            String method, String path, @Nullable Scope scope, Takes takes, String summary, Handler handler) {
        var says = new Says(summary, 200, "", "");
        return new Route(method, path, scope, false, Set.of(), takes, Set.of(), says, false, null, handler);
    }

    Route query(String... names) {
        return new Route(method, path, scope, local, Set.of(names), takes, members, says, creates, current, handler);
    }

    /** A JSON body of this schema, with these members. */
    Route body(String schema, String... names) {
        var more = new Says(says.summary(), says.status(), says.answer(), schema);
        return new Route(method, path, scope, local, query, takes, Set.of(names), more, creates, current, handler);
    }

    Route answers(String schema) {
        return answers(says.status(), schema);
    }

    Route answers(int status, String schema) {
        var more = new Says(says.summary(), status, schema, says.body());
        return new Route(method, path, scope, local, query, takes, members, more, creates, current, handler);
    }

    /** Not for tokens. */
    Route onlyLocal() {
        return new Route(method, path, scope, true, query, takes, members, says, creates, current, handler);
    }

    Route creating() {
        return new Route(method, path, scope, local, query, takes, members, says, true, current, handler);
    }

    /** What {@code shown} answers carries the tag that {@code If-Match} is compared with. */
    Route ifMatches(Handler shown) {
        return new Route(method, path, scope, local, query, takes, members, says, creates, shown, handler);
    }

    /** What is needed to ask, as the documents say it. */
    String needs() {
        if (local) {
            return "local";
        }
        return scope == null ? "nothing" : scope.text();
    }

    boolean reads() {
        return method.equals("GET");
    }

    /** Whether its answer carries a tag of its own: single things do, and the description. */
    boolean tagged() {
        return reads() && (scope == null || path.endsWith("}"));
    }

    /** What it is about: the first segment below the base. */
    String subject() {
        return path.startsWith(BASE + "/") ? path.substring(BASE.length() + 1).split("/", 2)[0] : path.substring(1);
    }

    /** What stands for each {@code {name}}; absent when the path is another. */
    Optional<Map<String, String>> match(String asked) {
        return new PathPattern(path).match(asked);
    }
}
