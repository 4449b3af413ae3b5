package com.kruxos.tokenapi;

import com.kruxos.identity.Scope;
import com.kruxos.web.http.HttpRoute;
import com.kruxos.web.http.WebResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the API.
 *
 * @param path with a {@code {name}} for each variable segment
 * @param currentState responds with the ETag that {@code If-Match} is compared with; null if the operation cannot be
 *     conditional
 */
record ApiRoute(
        String method,
        String path,
        Access access,
        Input input,
        OperationDoc doc,
        @Nullable ApiOperation currentState,
        ApiOperation operation)
        implements HttpRoute {
    static final String BASE = "/api/v1";

    @FunctionalInterface
    interface ApiOperation {
        WebResponse handle(ApiRequest request);
    }

    /**
     * Who may use the operation.
     *
     * @param scope the scope that a user token needs; null if no credential is needed
     * @param localOnly whether no token is accepted, only root and the service's own user on the admin socket
     */
    record Access(@Nullable Scope scope, boolean localOnly) {
        boolean isPublic() {
            return scope == null;
        }

        /** As the column "Needs" of the documentation says it. */
        String text() {
            if (localOnly) {
                return "local";
            }
            return scope == null ? "nothing" : scope.text();
        }
    }

    enum BodyKind {
        NONE,
        /** A JSON object; an empty body is an empty object. */
        JSON,
        /** Up to 64 KiB of any bytes. */
        OCTET_STREAM
    }

    /**
     * What a request may contain.
     *
     * @param bodyMembers the allowed members of a JSON body
     * @param idempotencyKey whether {@code Idempotency-Key} is supported: the operation creates something
     */
    record Input(Set<String> queryParameters, BodyKind bodyKind, Set<String> bodyMembers, boolean idempotencyKey) {
        Input {
            queryParameters = Set.copyOf(queryParameters);
            bodyMembers = Set.copyOf(bodyMembers);
        }
    }

    /**
     * What the OpenAPI document says of the operation.
     *
     * @param status of a successful response
     * @param responseSchema the name of the schema of a successful response, or its media type if it is not JSON
     * @param bodySchema the name of the schema of the request body; empty if it has no members
     */
    record OperationDoc(String summary, int status, String responseSchema, String bodySchema) {}

    boolean isRead() {
        return method.equals("GET");
    }

    /** Whether a successful response carries an ETag: single resources and the OpenAPI document have one. */
    boolean hasETag() {
        return isRead() && (access.isPublic() || path.endsWith("}"));
    }

    /** The kind of resource: the first segment below the base. */
    String subject() {
        return path.startsWith(BASE + "/") ? relativePath().substring(1).split("/", 2)[0] : path.substring(1);
    }

    /** The path below {@code /api/v1}, as the documentation and the audit log show it. */
    String relativePath() {
        return path.startsWith(BASE + "/") ? path.substring(BASE.length()) : path;
    }

    static Builder get(String path, Scope scope, String summary, ApiOperation operation) {
        return new Builder("GET", BASE + path, BodyKind.NONE, summary, operation).scope(scope);
    }

    static Builder post(String path, Scope scope, String summary, ApiOperation operation) {
        return new Builder("POST", BASE + path, BodyKind.JSON, summary, operation).scope(scope);
    }

    static Builder patch(String path, Scope scope, String summary, ApiOperation operation) {
        return new Builder("PATCH", BASE + path, BodyKind.JSON, summary, operation).scope(scope);
    }

    static Builder put(String path, Scope scope, String summary, ApiOperation operation) {
        return new Builder("PUT", BASE + path, BodyKind.OCTET_STREAM, summary, operation).scope(scope);
    }

    static Builder delete(String path, Scope scope, String summary, ApiOperation operation) {
        return new Builder("DELETE", BASE + path, BodyKind.NONE, summary, operation).scope(scope);
    }

    /** A route outside {@code /api/v1}, which needs no credential unless it gets a scope. */
    static Builder getAtRoot(String path, String summary, ApiOperation operation) {
        return new Builder("GET", path, BodyKind.NONE, summary, operation);
    }

    /** Collects what differs from route to route. */
    static final class Builder {
        private final String method;
        private final String path;
        private final BodyKind bodyKind;
        private final String summary;
        private final ApiOperation operation;
        private @Nullable Scope scope;
        private boolean localOnly;
        private Set<String> queryParameters = Set.of();
        private Set<String> bodyMembers = Set.of();
        private String bodySchema = "";
        private boolean idempotencyKey;
        private @Nullable ApiOperation currentState;

        private Builder(String method, String path, BodyKind bodyKind, String summary, ApiOperation operation) {
            this.method = method;
            this.path = path;
            this.bodyKind = bodyKind;
            this.summary = summary;
            this.operation = operation;
        }

        Builder scope(Scope required) {
            scope = required;
            return this;
        }

        /** No user token is accepted. */
        Builder localOnly() {
            localOnly = true;
            return this;
        }

        Builder query(String... names) {
            queryParameters = Set.of(names);
            return this;
        }

        Builder body(String schema, String... members) {
            bodySchema = schema;
            bodyMembers = Set.of(members);
            return this;
        }

        /** Supports {@code Idempotency-Key}. */
        Builder idempotent() {
            idempotencyKey = true;
            return this;
        }

        /** @param state responds with the ETag that {@code If-Match} is compared with */
        Builder ifMatch(ApiOperation state) {
            currentState = state;
            return this;
        }

        ApiRoute responds(String schema) {
            return responds(200, schema);
        }

        ApiRoute responds(int status, String schema) {
            return new ApiRoute(
                    method,
                    path,
                    new Access(scope, localOnly),
                    new Input(queryParameters, bodyKind, bodyMembers, idempotencyKey),
                    new OperationDoc(summary, status, schema, bodySchema),
                    currentState,
                    operation);
        }
    }
}
