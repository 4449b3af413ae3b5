package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks responses against the OpenAPI document: status, media type and headers are documented, and the body has
 * exactly the members of its schema. The validator is independent of our code.
 */
final class ApiContract {
    private final JsonNode document;
    private final ObjectNode components;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
    private final Set<String> seenResponses = new ConcurrentSkipListSet<>();

    ApiContract(JsonNode document) {
        this.document = document;
        this.components = (ObjectNode) document.path("components").deepCopy();
        // Clients must accept unknown members, but we must not send undocumented ones.
        forbidUnknownMembers(components.path("schemas"));
    }

    /** The responses that occurred, such as {@code POST /api/v1/spaces 201}. */
    Set<String> seenResponses() {
        return seenResponses;
    }

    /** The documented responses that have not occurred. */
    Set<String> unseenResponses() {
        var unmet = new TreeSet<String>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> operation
                                .getValue()
                                .path("responses")
                                .propertyNames()
                                .forEach(status -> unmet.add(operation.getKey().toUpperCase(Locale.ROOT) + " "
                                        + path.getKey() + " " + status))));
        unmet.removeIf(answer -> answer.endsWith(" default"));
        unmet.removeAll(seenResponses);
        return unmet;
    }

    void check(String method, String target, RawApiClient.RawApiResponse answer) {
        var path = target.split("\\?", 2)[0];
        for (var entry : document.path("paths").properties()) {
            var operation = entry.getValue().path(method.toLowerCase(Locale.ROOT));
            if (!operation.isMissingNode() && matches(entry.getKey(), path)) {
                check(method + " " + entry.getKey(), operation, answer);
                return;
            }
        }
    }

    /** The errors of a request body. */
    List<String> validationErrors(String schema, JsonNode value) {
        return schema(schema).validate(value).stream().map(Object::toString).toList();
    }

    private void check(String route, JsonNode operation, RawApiClient.RawApiResponse answer) {
        var responses = operation.path("responses");
        var status = Integer.toString(answer.status);
        var said = Optional.of(responses.path(status)).filter(one -> !one.isMissingNode());
        assertThat(said.isPresent() || List.of(500, 431).contains(answer.status))
                .as("%s may answer %s: %s", route, status, answer.text())
                .isTrue();
        seenResponses.add(route + " " + status);
        var response = said.orElse(responses.path("default"));
        if (response.has("$ref")) {
            response = document.at(response.path("$ref").asString().substring(1));
        }
        if (answer.status == 304) {
            assertThat(answer.body).isEmpty();
            return;
        }
        for (var header : response.path("headers").propertyNames()) {
            assertThat(answer.header(header))
                    .as("%s %s: %s", route, status, header)
                    .isNotEmpty();
        }
        var content = response.path("content").properties().iterator().next();
        assertThat(answer.header("Content-Type")).as(route).isEqualTo(content.getKey());
        var schema = content.getValue().path("schema").path("$ref").asString("");
        if (!schema.isEmpty()) {
            assertThat(validationErrors(schema, answer.json()))
                    .as("%s %s: %s", route, status, answer.text())
                    .isEmpty();
        }
    }

    private Schema schema(String reference) {
        return schemas.computeIfAbsent(reference, name -> {
            var root = JsonMapper.shared().createObjectNode().put("$ref", name);
            root.set("components", components);
            return registry.getSchema(root);
        });
    }

    private static void forbidUnknownMembers(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("type").asString("").equals("object")
                && object.has("properties")
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(ApiContract::forbidUnknownMembers);
    }

    private static boolean matches(String pattern, String path) {
        var given = List.of(path.split("/", -1)).iterator();
        for (Iterator<String> wanted = List.of(pattern.split("/", -1)).iterator(); wanted.hasNext(); ) {
            var segment = wanted.next();
            if (!given.hasNext()) {
                return false;
            }
            var next = given.next();
            if (!segment.equals(next) && !(segment.startsWith("{") && !next.isEmpty())) {
                return false;
            }
        }
        return !given.hasNext();
    }
}
