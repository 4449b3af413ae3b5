package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminBox;
import com.kruxos.identity.Scope;
import com.kruxos.peers.NpmPrograms;
import com.kruxos.web.LoopbackDoor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The description of the API against the table that answers. That the answers are as described is held by
 * {@code PromisesTest}, which leaves none out, and by the other tests whose client asks {@link Contract} about every
 * one.
 */
class OpenApiTest {
    @TempDir
    Path home;

    private AdminBox box;
    private LoopbackDoor port;
    private TokenApi api;
    private JsonNode document;

    @BeforeEach
    void open() {
        box = new AdminBox(home);
        port = LoopbackDoor.bind("api", "127.0.0.1", 0, Set.of());
        api = TokenApi.start(home, box.admin, box.tokens, box.database, box.clock(), port);
        document = new RawClient(port.port()).get("/openapi.json").json();
    }

    @AfterEach
    void close() {
        api.close();
        box.close();
    }

    @Test
    void itIsServedAtBothDoorsToAnybodyAndIsTheSameEachTime() {
        for (var client : List.of(new RawClient(port.port()), new RawClient(api.socket()))) {
            var answer = client.get("/openapi.json");
            assertThat(answer.status).isEqualTo(200);
            assertThat(answer.json()).isEqualTo(document);
            assertThat(client.get("/openapi.json", "If-None-Match: " + answer.header("ETag")).status)
                    .isEqualTo(304);
            assertThat(client.get("/openapi.json", "Authorization: Bearer wrong").status)
                    .isEqualTo(200);
        }
        assertThat(document.toString()).doesNotContain(home.toString());
    }

    /** Red when a route is not described, or what is described is no route. */
    @Test
    void theRoutesAreThoseOfTheTable() {
        var said = new TreeSet<String>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .propertyNames()
                        .forEach(method -> said.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        assertThat(said)
                .isEqualTo(Routes.table(box.admin).stream()
                        .map(route -> route.method() + " " + route.path())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Red when a parameter or a member of a body is on one side only, or a scope is another. */
    @Test
    void parametersBodiesAndScopesAreThoseOfTheTable() {
        for (var route : Routes.table(box.admin)) {
            var operation = operation(route);
            var as = route.method() + " " + route.path();
            assertThat(named(operation, "query")).as(as).isEqualTo(route.query());
            assertThat(named(operation, "path"))
                    .as(as)
                    .isEqualTo(java.util.regex.Pattern.compile("\\{(\\w+)}")
                            .matcher(route.path())
                            .results()
                            .map(place -> place.group(1))
                            .collect(Collectors.toSet()));
            var scope = route.scope();
            assertThat(operation.path("x-kruxos-scope").asString("none"))
                    .as(as)
                    .isEqualTo(scope == null ? "none" : scope.text());
            if (scope != null) {
                assertThat(operation.path("description").asString()).contains("`" + scope.text() + "`");
            }
            if (route.takes() == Route.Takes.JSON) {
                var schema = resolve(operation
                        .path("requestBody")
                        .path("content")
                        .path("application/json")
                        .path("schema"));
                assertThat(new HashSet<>(schema.path("properties").propertyNames()))
                        .as(as)
                        .isEqualTo(route.members());
                assertThat(schema.path("additionalProperties").asBoolean(true))
                        .as(as)
                        .isFalse();
            }
        }
    }

    /** Every reference leads somewhere, and no component is left that nothing uses. */
    @Test
    void everyComponentIsUsedAndEveryReferenceLeadsToOne() {
        var used = document.findValuesAsString("$ref").stream().collect(Collectors.toCollection(TreeSet::new));
        var there = new TreeSet<String>();
        for (var kind : List.of("schemas", "parameters", "responses", "headers")) {
            document.path("components")
                    .path(kind)
                    .propertyNames()
                    .forEach(name -> there.add("#/components/" + kind + "/" + name));
        }
        assertThat(used).isEqualTo(there);
    }

    @Test
    void namesOfOperationsAreUnique() {
        assertThat(document.findValuesAsString("operationId"))
                .doesNotHaveDuplicates()
                .contains("getAgents", "postAgentsByAgentRotate", "deleteSecretsByScopeAll", "patchAgentsByAgent")
                .allMatch(id -> id.matches("[a-z][A-Za-z]+"));
    }

    @Test
    void theScopesAreThoseThereAre() {
        var scopes = document.at("/components/schemas/Scope/enum");
        assertThat(scopes.valueStream().map(JsonNode::asString).toList())
                .containsExactly(
                        java.util.Arrays.stream(Scope.values()).map(Scope::text).toArray(String[]::new));
    }

    /** The document itself, by somebody else's validator of OpenAPI 3.1. */
    @Test
    void anotherReaderFindsItValid() throws Exception {
        var file = Files.writeString(home.resolve("openapi.json"), document.toString());
        var log = home.resolve("validator.log");
        var process = new ProcessBuilder(NpmPrograms.ensureInstalled().openApiValidatorCommand(file))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(log, StandardCharsets.UTF_8))
                .isZero();
    }

    private JsonNode operation(Route route) {
        return document.path("paths").path(route.path()).path(route.method().toLowerCase(java.util.Locale.ROOT));
    }

    private Set<String> named(JsonNode operation, String where) {
        return operation
                .path("parameters")
                .valueStream()
                .map(this::resolve)
                .filter(parameter -> parameter.path("in").asString().equals(where))
                .map(parameter -> parameter.path("name").asString())
                .collect(Collectors.toSet());
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asString().substring(1)) : node;
    }
}
