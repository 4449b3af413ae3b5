package com.kruxos.tokenapi;

import com.kruxos.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The description of the API, OpenAPI 3.1: paths from the table of routes, and what they are made of from
 * {@code openapi.json} beside this class. Put together when it is first asked for.
 */
final class OpenApi {
    private static final String PROBLEM = "#/components/responses/Problem";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)}");

    private static final Map<Integer, String> ERROR_DESCRIPTIONS = new TreeMap<>(Map.of(
            400, "The question is wrong",
            401, "No credential that counts",
            403, "The credential lacks the scope, or a web page asks",
            404, "Nothing of that name",
            409, "Not in a state that allows it, or done before with the same key",
            412, "Changed since it was read",
            413, "The body is too large",
            415, "The body is declared as something else",
            422, "The key came with another request before",
            503, "Nothing can be recorded, or too much is going on"));

    private final List<ApiRoute> routes;
    private @Nullable ApiResponse cachedResponse;

    /** @param routes may be filled until the first question */
    OpenApi(List<ApiRoute> routes) {
        this.routes = routes;
    }

    /** Made once: closing a reply wipes its body, so each gets a copy. */
    synchronized ApiResponse handle(ApiRequest ask) {
        if (cachedResponse == null) {
            cachedResponse = ApiResponse.resource(document(), Set.of());
        }
        return cachedResponse.copy();
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
        var scope = route.scope();
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
        if (route.members().contains("space")) {
            return SpaceLocation.BODY;
        }
        return route.queryParameters().contains("space") ? SpaceLocation.QUERY : SpaceLocation.NONE;
    }

    /** Where a request says which Space it is about. */
    private enum SpaceLocation {
        PATH("It is about the Space in the path."),
        BODY("It is about the Space the body names, `default` unless it does."),
        QUERY("It is about the Space in `space`, `default` unless it is given."),
        NONE("It is about the whole appliance.");

        private final String description;

        SpaceLocation(String sentence) {
            this.description = sentence;
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
                .forEach(place -> addReference(parameters, "path-" + place.group(1)));
        route.queryParameters().stream().sorted().forEach(name -> {
            var own = route.subject() + "-" + name;
            addReference(parameters, known.has(own) ? own : name);
        });
        if (route.takesIdempotencyKey()) {
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
        switch (route.bodyKind()) {
            case NONE -> {}
            case OCTET_STREAM ->
                operation
                        .putObject("requestBody")
                        .put("required", true)
                        .putObject("content")
                        .putObject(ApiResponse.OCTET_STREAM);
            case JSON ->
                operation
                        .putObject("requestBody")
                        .putObject("content")
                        .putObject(ApiResponse.JSON_TYPE)
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
        var says = route.doc();
        var done = responses.putObject(Integer.toString(says.status())).put("description", "Done");
        // What was deleted has no state any more.
        if (route.hasETag() || (route.currentState() != null && !route.method().equals("DELETE"))) {
            done.putObject("headers").putObject("ETag").put("$ref", "#/components/headers/ETag");
        }
        var content = done.putObject("content");
        if (says.responseSchema().indexOf('/') >= 0) {
            content.putObject(says.responseSchema());
        } else {
            content.putObject(ApiResponse.JSON_TYPE)
                    .putObject("schema")
                    .put("$ref", schemaReference(says.responseSchema()));
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
            case 401, 403 -> route.scope() != null;
            case 404 -> route.path().indexOf('{') >= 0 || spaceLocation(route) != SpaceLocation.NONE;
            // Looking at secrets is an act, too, and may come too late.
            case 409 -> !route.isRead() || route.subject().equals("secrets");
            case 412 -> route.currentState() != null;
            case 413, 415 -> route.bodyKind() != ApiRoute.BodyKind.NONE;
            case 422 -> route.takesIdempotencyKey();
            default -> true;
        };
    }

    private static String schemaReference(String name) {
        return "#/components/schemas/" + name;
    }

    /**
     * {@code POST /api/v1/agents/{agent}/rotate} is {@code postAgentsByAgentRotate}: unique, and fit for a method's
     * name.
     */
    private static String operationId(ApiRoute route) {
        var id = new StringBuilder(route.method().toLowerCase(Locale.ROOT));
        var segments = route.path().replace(ApiRoute.BASE, "").split("/", -1);
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
                throw new IllegalStateException("openapi.json is not beside " + OpenApi.class.getName());
            }
            return (ObjectNode) Json.read(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
