package com.kruxos.tokenapi;

import com.kruxos.identity.Scope;
import com.kruxos.web.http.PathTemplate;
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
 * @param localOnly whether only root and the service's own user may ask, and no token at all: what it opens is more
 *     than a token may
 * @param queryParameters which query parameters are understood
 * @param bodyKind what the body may be
 * @param members which members a JSON body may have
 * @param doc what the description of the API tells of it
 * @param takesIdempotencyKey whether asking twice makes two: then {@code Idempotency-Key} is heeded
 * @param currentState answers with the tag of what would be changed; absent where {@code If-Match} makes no sense
 */
record ApiRoute(
        String method,
        String path,
        @Nullable Scope scope,
        boolean localOnly,
        Set<String> queryParameters,
        BodyKind bodyKind,
        Set<String> members,
        OperationDoc doc,
        boolean takesIdempotencyKey,
        @Nullable ApiOperation currentState,
        ApiOperation handler) {
    static final String BASE = "/api/v1";

    enum BodyKind {
        NONE,
        /** An object; no body at all is an empty one. */
        JSON,
        /** Up to 64 KiB of anything. */
        OCTET_STREAM
    }

    /**
     * For people and their generators.
     *
     * @param summary what it does, in a line
     * @param status of the answer when it went well
     * @param responseSchema the name of the answer's schema, or its media type when it is not JSON
     * @param bodySchema the name of the body's schema; empty when there is none
     */
    record OperationDoc(String summary, int status, String responseSchema, String bodySchema) {}

    @FunctionalInterface
    interface ApiOperation {
        ApiResponse handle(ApiRequest ask);
    }

    ApiRoute {
        queryParameters = Set.copyOf(queryParameters);
        members = Set.copyOf(members);
    }

    static ApiRoute get(String path, Scope scope, String summary, ApiOperation handler) {
        return of("GET", BASE + path, scope, BodyKind.NONE, summary, handler);
    }

    static ApiRoute post(String path, Scope scope, String summary, ApiOperation handler) {
        return of("POST", BASE + path, scope, BodyKind.JSON, summary, handler);
    }

    static ApiRoute patch(String path, Scope scope, String summary, ApiOperation handler) {
        return of("PATCH", BASE + path, scope, BodyKind.JSON, summary, handler);
    }

    static ApiRoute put(String path, Scope scope, String summary, ApiOperation handler) {
        return of("PUT", BASE + path, scope, BodyKind.OCTET_STREAM, summary, handler);
    }

    static ApiRoute delete(String path, Scope scope, String summary, ApiOperation handler) {
        return of("DELETE", BASE + path, scope, BodyKind.NONE, summary, handler);
    }

    /** Beside {@code /api/v1}. */
    static ApiRoute getAtRoot(String path, @Nullable Scope scope, String summary, ApiOperation handler) {
        return of("GET", path, scope, BodyKind.NONE, summary, handler);
    }

    private static ApiRoute of(
            String method, String path, @Nullable Scope scope, BodyKind takes, String summary, ApiOperation handler) {
        var says = new OperationDoc(summary, 200, "", "");
        return new ApiRoute(method, path, scope, false, Set.of(), takes, Set.of(), says, false, null, handler);
    }

    ApiRoute query(String... names) {
        return new ApiRoute(
                method,
                path,
                scope,
                localOnly,
                Set.of(names),
                bodyKind,
                members,
                doc,
                takesIdempotencyKey,
                currentState,
                handler);
    }

    /** A JSON body of this schema, with these members. */
    ApiRoute withBody(String schema, String... names) {
        var more = new OperationDoc(doc.summary(), doc.status(), doc.responseSchema(), schema);
        return new ApiRoute(
                method,
                path,
                scope,
                localOnly,
                queryParameters,
                bodyKind,
                Set.of(names),
                more,
                takesIdempotencyKey,
                currentState,
                handler);
    }

    ApiRoute responding(String schema) {
        return responding(doc.status(), schema);
    }

    ApiRoute responding(int status, String schema) {
        var more = new OperationDoc(doc.summary(), status, schema, doc.bodySchema());
        return new ApiRoute(
                method,
                path,
                scope,
                localOnly,
                queryParameters,
                bodyKind,
                members,
                more,
                takesIdempotencyKey,
                currentState,
                handler);
    }

    /** Not for tokens. */
    ApiRoute restrictedToLocal() {
        return new ApiRoute(
                method,
                path,
                scope,
                true,
                queryParameters,
                bodyKind,
                members,
                doc,
                takesIdempotencyKey,
                currentState,
                handler);
    }

    ApiRoute withIdempotencyKey() {
        return new ApiRoute(
                method, path, scope, localOnly, queryParameters, bodyKind, members, doc, true, currentState, handler);
    }

    /** What {@code shown} answers carries the tag that {@code If-Match} is compared with. */
    ApiRoute withIfMatch(ApiOperation shown) {
        return new ApiRoute(
                method,
                path,
                scope,
                localOnly,
                queryParameters,
                bodyKind,
                members,
                doc,
                takesIdempotencyKey,
                shown,
                handler);
    }

    /** What is needed to ask, as the documents say it. */
    String requiredAccess() {
        if (localOnly) {
            return "local";
        }
        return scope == null ? "nothing" : scope.text();
    }

    boolean isRead() {
        return method.equals("GET");
    }

    /** Whether its answer carries a tag of its own: single things do, and the description. */
    boolean hasETag() {
        return isRead() && (scope == null || path.endsWith("}"));
    }

    /** What it is about: the first segment below the base. */
    String subject() {
        return path.startsWith(BASE + "/") ? path.substring(BASE.length() + 1).split("/", 2)[0] : path.substring(1);
    }

    /** What stands for each {@code {name}}; absent when the path is another. */
    Optional<Map<String, String>> match(String asked) {
        return new PathTemplate(path).match(asked);
    }
}
