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
    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");

    private static final Map<Integer, String> STATUS = new TreeMap<>(Map.of(
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

    private final List<Route> routes;
    private @Nullable Reply made;

    /** @param routes may be filled until the first question */
    OpenApi(List<Route> routes) {
        this.routes = routes;
    }

    /** Made once: closing a reply wipes its body, so each gets a copy. */
    synchronized Reply answer(Ask ask) {
        if (made == null) {
            made = Reply.single(document(), Set.of());
        }
        return made.copy();
    }

    ObjectNode document() {
        var document = components();
        var paths = document.putObject("paths");
        for (var route : routes) {
            var path = paths.has(route.path()) ? (ObjectNode) paths.get(route.path()) : paths.putObject(route.path());
            path.set(route.method().toLowerCase(Locale.ROOT), operation(route, document));
        }
        return document;
    }

    private static ObjectNode operation(Route route, ObjectNode document) {
        var operation = Views.object();
        operation.put("operationId", id(route));
        operation.put("summary", route.says().summary());
        operation.putArray("tags").add(route.subject());
        var scope = route.scope();
        if (scope == null) {
            operation.put("description", "Needs no credential.").putArray("security");
        } else {
            operation
                    .put(
                            "description",
                            "Needs the scope `" + scope.text() + "`. "
                                    + room(route).sentence())
                    .put("x-kruxos-scope", scope.text());
            operation.putArray("security").addObject().putArray("userToken").add(scope.text());
        }
        operation.put("x-kruxos-space", room(route).word());
        parameters(route, document, operation.putArray("parameters"));
        body(route, operation);
        responses(route, operation.putObject("responses"));
        return operation;
    }

    private static Room room(Route route) {
        if (route.path().startsWith(Route.BASE + "/spaces/{space}")) {
            return Room.PATH;
        }
        if (route.members().contains("space")) {
            return Room.BODY;
        }
        return route.query().contains("space") ? Room.QUERY : Room.NONE;
    }

    /** Where a request says which Space it is about. */
    private enum Room {
        PATH("It is about the Space in the path."),
        BODY("It is about the Space the body names, `default` unless it does."),
        QUERY("It is about the Space in `space`, `default` unless it is given."),
        NONE("It is about the whole appliance.");

        private final String sentence;

        Room(String sentence) {
            this.sentence = sentence;
        }

        String sentence() {
            return sentence;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static void parameters(Route route, ObjectNode document, ArrayNode parameters) {
        var known = (ObjectNode) document.path("components").path("parameters");
        PLACE.matcher(route.path()).results().forEach(place -> refer(parameters, "path-" + place.group(1)));
        route.query().stream().sorted().forEach(name -> {
            var own = route.subject() + "-" + name;
            refer(parameters, known.has(own) ? own : name);
        });
        if (route.creates()) {
            refer(parameters, "idempotency-key");
        }
        if (route.current() != null) {
            refer(parameters, "if-match");
        }
        if (route.tagged()) {
            refer(parameters, "if-none-match");
        }
    }

    private static void refer(ArrayNode parameters, String name) {
        parameters.addObject().put("$ref", "#/components/parameters/" + name);
    }

    private static void body(Route route, ObjectNode operation) {
        switch (route.takes()) {
            case NOTHING -> {}
            case OCTETS ->
                operation
                        .putObject("requestBody")
                        .put("required", true)
                        .putObject("content")
                        .putObject(Reply.OCTETS);
            case JSON ->
                operation
                        .putObject("requestBody")
                        .putObject("content")
                        .putObject(Reply.JSON)
                        .putObject("schema")
                        .put(
                                "$ref",
                                schema(
                                        route.says().body().isEmpty()
                                                ? "Nothing"
                                                : route.says().body()));
        }
    }

    private static void responses(Route route, ObjectNode responses) {
        var says = route.says();
        var done = responses.putObject(Integer.toString(says.status())).put("description", "Done");
        // What was deleted has no state any more.
        if (route.tagged() || (route.current() != null && !route.method().equals("DELETE"))) {
            done.putObject("headers").putObject("ETag").put("$ref", "#/components/headers/ETag");
        }
        var content = done.putObject("content");
        if (says.answer().indexOf('/') >= 0) {
            content.putObject(says.answer());
        } else {
            content.putObject(Reply.JSON).putObject("schema").put("$ref", schema(says.answer()));
        }
        if (route.tagged()) {
            responses.putObject("304").put("description", "Not modified");
        }
        STATUS.forEach((status, description) -> {
            if (possible(route, status)) {
                responses
                        .putObject(Integer.toString(status))
                        .put("$ref", PROBLEM)
                        .put("description", description);
            }
        });
        responses.putObject("default").put("$ref", PROBLEM);
    }

    private static boolean possible(Route route, int status) {
        return switch (status) {
            case 401, 403 -> route.scope() != null;
            case 404 -> route.path().indexOf('{') >= 0 || room(route) != Room.NONE;
            // Looking at secrets is an act, too, and may come too late.
            case 409 -> !route.reads() || route.subject().equals("secrets");
            case 412 -> route.current() != null;
            case 413, 415 -> route.takes() != Route.Takes.NOTHING;
            case 422 -> route.creates();
            default -> true;
        };
    }

    private static String schema(String name) {
        return "#/components/schemas/" + name;
    }

    /**
     * {@code POST /api/v1/agents/{agent}/rotate} is {@code postAgentsByAgentRotate}: unique, and fit for a method's
     * name.
     */
    private static String id(Route route) {
        var id = new StringBuilder(route.method().toLowerCase(Locale.ROOT));
        var segments = route.path().replace(Route.BASE, "").split("/", -1);
        for (var i = 1; i < segments.length; i++) {
            var word = segments[i].replace("{", "by-").replace("}", "");
            for (var part : (word.isEmpty() ? "all" : word).split("[-.]", -1)) {
                id.append(Character.toUpperCase(part.charAt(0))).append(part, 1, part.length());
            }
        }
        return id.toString();
    }

    private static ObjectNode components() {
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
