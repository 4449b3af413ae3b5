package com.kruxos.tokenapi;

import com.kruxos.json.Json;
import com.kruxos.web.http.ETag;
import com.kruxos.web.http.WebResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI 3.1 document: the paths from the route table, the components from the resource {@code openapi.json}. It
 * is created on the first request.
 */
final class OpenApi {
    private static final String PROBLEM = "#/components/responses/Problem";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)}");

    private static final Map<Integer, String> ERROR_DESCRIPTIONS = new TreeMap<>(Map.of(
            400, "The request is invalid",
            401, "Invalid or missing credential",
            403, "The credential lacks the scope, or the request comes from a web page",
            404, "The resource does not exist",
            409, "The state of the resource does not allow it, or the Idempotency-Key was used before",
            412, "The resource was changed since it was read",
            413, "The body is too large",
            415, "The media type of the body is not supported",
            422, "The Idempotency-Key was used with another request",
            503, "The audit log cannot be written, or the appliance is overloaded"));

    private final List<ApiRoute> routes;
    private @Nullable CachedDocument cache;

    private static final class CachedDocument {
        private final byte[] json;
        private final ETag tag;

        CachedDocument(String json) {
            this.json = json.getBytes(StandardCharsets.UTF_8);
            tag = ETag.of(json, json);
        }
    }

    /** @param routes may be extended until the first request */
    OpenApi(List<ApiRoute> routes) {
        this.routes = routes;
    }

    /** Each response gets a copy of the document, because it is wiped after it is sent. */
    synchronized WebResponse handle(ApiRequest request) {
        var document = cache;
        if (document == null) {
            document = new CachedDocument(Json.write(document()));
            cache = document;
        }
        return WebResponse.of(200, ApiResponses.JSON_TYPE, document.json.clone())
                .withETag(document.tag);
    }

    ObjectNode document() {
        var document = readComponents();
        var paths = document.putObject("paths");
        for (var route : routes) {
            var path = paths.has(route.path()) ? (ObjectNode) paths.get(route.path()) : paths.putObject(route.path());
            path.set(route.method().toLowerCase(Locale.ROOT), operation(route, document));
        }
        return document;
    }

    private static ObjectNode operation(ApiRoute route, ObjectNode document) {
        var operation = JsonViews.newObject();
        operation.put("operationId", operationId(route));
        operation.put("summary", route.doc().summary());
        operation.putArray("tags").add(route.subject());
        var scope = route.access().scope();
        if (scope == null) {
            operation.put("description", "Needs no credential.").putArray("security");
        } else {
            operation
                    .put(
                            "description",
                            "Needs the scope `" + scope.text() + "`. "
                                    + spaceLocation(route).description())
                    .put("x-kruxos-scope", scope.text());
            operation.putArray("security").addObject().putArray("userToken").add(scope.text());
        }
        operation.put("x-kruxos-space", spaceLocation(route).word());
        addParameters(route, document, operation.putArray("parameters"));
        addBody(route, operation);
        addResponses(route, operation.putObject("responses"));
        return operation;
    }

    private static SpaceLocation spaceLocation(ApiRoute route) {
        if (route.path().startsWith(ApiRoute.BASE + "/spaces/{space}")) {
            return SpaceLocation.PATH;
        }
        if (route.input().bodyMembers().contains("space")) {
            return SpaceLocation.BODY;
        }
        return route.input().queryParameters().contains("space") ? SpaceLocation.QUERY : SpaceLocation.NONE;
    }

    /** Which part of a request names the Space. */
    private enum SpaceLocation {
        PATH("Applies to the Space in the path."),
        BODY("Applies to the Space in the body, by default `default`."),
        QUERY("Applies to the Space in the query parameter `space`, by default `default`."),
        NONE("Applies to the whole appliance.");

        private final String description;

        SpaceLocation(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static void addParameters(ApiRoute route, ObjectNode document, ArrayNode parameters) {
        var known = (ObjectNode) document.path("components").path("parameters");
        PLACEHOLDER
                .matcher(route.path())
                .results()
                .forEach(variable -> addReference(parameters, "path-" + variable.group(1)));
        route.input().queryParameters().stream().sorted().forEach(name -> {
            var own = route.subject() + "-" + name;
            addReference(parameters, known.has(own) ? own : name);
        });
        if (route.input().idempotencyKey()) {
            addReference(parameters, "idempotency-key");
        }
        if (route.currentState() != null) {
            addReference(parameters, "if-match");
        }
        if (route.hasETag()) {
            addReference(parameters, "if-none-match");
        }
    }

    private static void addReference(ArrayNode parameters, String name) {
        parameters.addObject().put("$ref", "#/components/parameters/" + name);
    }

    private static void addBody(ApiRoute route, ObjectNode operation) {
        switch (route.input().bodyKind()) {
            case NONE -> {}
            case OCTET_STREAM ->
                operation
                        .putObject("requestBody")
                        .put("required", true)
                        .putObject("content")
                        .putObject(ApiResponses.OCTET_STREAM);
            case JSON ->
                operation
                        .putObject("requestBody")
                        .putObject("content")
                        .putObject(ApiResponses.JSON_TYPE)
                        .putObject("schema")
                        .put(
                                "$ref",
                                schemaReference(
                                        route.doc().bodySchema().isEmpty()
                                                ? "Nothing"
                                                : route.doc().bodySchema()));
        }
    }

    private static void addResponses(ApiRoute route, ObjectNode responses) {
        var doc = route.doc();
        var done = responses.putObject(Integer.toString(doc.status())).put("description", "Success");
        // A deleted resource has no state.
        if (route.hasETag() || (route.currentState() != null && !route.method().equals("DELETE"))) {
            done.putObject("headers").putObject("ETag").put("$ref", "#/components/headers/ETag");
        }
        var content = done.putObject("content");
        if (doc.responseSchema().indexOf('/') >= 0) {
            content.putObject(doc.responseSchema());
        } else {
            content.putObject(ApiResponses.JSON_TYPE)
                    .putObject("schema")
                    .put("$ref", schemaReference(doc.responseSchema()));
        }
        if (route.hasETag()) {
            responses.putObject("304").put("description", "Not modified");
        }
        ERROR_DESCRIPTIONS.forEach((status, description) -> {
            if (canReturn(route, status)) {
                responses
                        .putObject(Integer.toString(status))
                        .put("$ref", PROBLEM)
                        .put("description", description);
            }
        });
        responses.putObject("default").put("$ref", PROBLEM);
    }

    private static boolean canReturn(ApiRoute route, int status) {
        return switch (status) {
            case 401, 403 -> !route.access().isPublic();
            case 404 -> route.path().indexOf('{') >= 0 || spaceLocation(route) != SpaceLocation.NONE;
            // Reading secrets is an audited action, which is refused while the appliance stops.
            case 409 -> !route.isRead() || route.subject().equals("secrets");
            case 412 -> route.currentState() != null;
            case 413, 415 -> route.input().bodyKind() != ApiRoute.BodyKind.NONE;
            case 422 -> route.input().idempotencyKey();
            default -> true;
        };
    }

    private static String schemaReference(String name) {
        return "#/components/schemas/" + name;
    }

    /**
     * A unique method name for client generators: {@code POST /api/v1/agents/{agent}/rotate} is
     * {@code postAgentsByAgentRotate}.
     */
    private static String operationId(ApiRoute route) {
        var id = new StringBuilder(route.method().toLowerCase(Locale.ROOT));
        var segments = route.relativePath().split("/", -1);
        for (var i = 1; i < segments.length; i++) {
            var word = segments[i].replace("{", "by-").replace("}", "");
            for (var part : (word.isEmpty() ? "all" : word).split("[-.]", -1)) {
                id.append(Character.toUpperCase(part.charAt(0))).append(part, 1, part.length());
            }
        }
        return id.toString();
    }

    private static ObjectNode readComponents() {
        try (var file = OpenApi.class.getResourceAsStream("openapi.json")) {
            if (file == null) {
                throw new IllegalStateException("the resource openapi.json is missing");
            }
            return (ObjectNode) Json.read(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
