package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import com.kruxos.identity.Scope;
import com.kruxos.peers.NpmPrograms;
import com.kruxos.web.LoopbackListener;
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
 * Compares the OpenAPI document with the route table. {@code DocumentedResponsesTest} checks that the responses are as
 * documented.
 */
class OpenApiTest {
    @TempDir
    Path home;

    private AdminFixture fixture;
    private LoopbackListener port;
    private TokenApi api;
    private JsonNode document;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(home);
        port = LoopbackListener.bind("api", "127.0.0.1", 0, Set.of());
        api = TokenApi.start(home, fixture.admin, fixture.tokens, fixture.database, fixture.clock(), port);
        document = new RawApiClient(port.port()).get("/openapi.json").json();
    }

    @AfterEach
    void close() {
        api.close();
        fixture.close();
    }

    @Test
    void bothListenersServeTheSameDocumentWithoutCredentials() {
        for (var client : List.of(new RawApiClient(port.port()), new RawApiClient(api.socket()))) {
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

    /** Fails if a route is not documented, or a documented path is not a route. */
    @Test
    void thePathsAreTheRoutesOfTheTable() {
        var said = new TreeSet<String>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .propertyNames()
                        .forEach(method -> said.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        assertThat(said)
                .isEqualTo(ApiRoutes.table(fixture.admin).stream()
                        .map(route -> route.method() + " " + route.path())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Fails if a parameter, a body member or a scope differs. */
    @Test
    void parametersBodiesAndScopesMatchTheTable() {
        for (var route : ApiRoutes.table(fixture.admin)) {
            var operation = operation(route);
            var as = route.method() + " " + route.path();
            assertThat(parameterNames(operation, "query"))
                    .as(as)
                    .isEqualTo(route.input().queryParameters());
            assertThat(parameterNames(operation, "path"))
                    .as(as)
                    .isEqualTo(java.util.regex.Pattern.compile("\\{(\\w+)}")
                            .matcher(route.path())
                            .results()
                            .map(place -> place.group(1))
                            .collect(Collectors.toSet()));
            var scope = route.access().scope();
            assertThat(operation.path("x-kruxos-scope").asString("none"))
                    .as(as)
                    .isEqualTo(scope == null ? "none" : scope.text());
            if (scope != null) {
                assertThat(operation.path("description").asString()).contains("`" + scope.text() + "`");
            }
            if (route.input().bodyKind() == ApiRoute.BodyKind.JSON) {
                var schema = resolve(operation
                        .path("requestBody")
                        .path("content")
                        .path("application/json")
                        .path("schema"));
                assertThat(new HashSet<>(schema.path("properties").propertyNames()))
                        .as(as)
                        .isEqualTo(route.input().bodyMembers());
                assertThat(schema.path("additionalProperties").asBoolean(true))
                        .as(as)
                        .isFalse();
            }
        }
    }

    /** Every reference resolves, and every component is used. */
    @Test
    void everyComponentIsUsedAndEveryReferenceResolves() {
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
    void operationIdsAreUnique() {
        assertThat(document.findValuesAsString("operationId"))
                .doesNotHaveDuplicates()
                .contains("getAgents", "postAgentsByAgentRotate", "deleteSecretsByScopeAll", "patchAgentsByAgent")
                .allMatch(id -> id.matches("[a-z][A-Za-z]+"));
    }

    @Test
    void theScopeSchemaListsAllScopes() {
        var scopes = document.at("/components/schemas/Scope/enum");
        assertThat(scopes.valueStream().map(JsonNode::asString).toList())
                .containsExactly(
                        java.util.Arrays.stream(Scope.values()).map(Scope::text).toArray(String[]::new));
    }

    /** An independent OpenAPI 3.1 validator accepts the document. */
    @Test
    void anIndependentValidatorAcceptsTheDocument() throws Exception {
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

    private JsonNode operation(ApiRoute route) {
        return document.path("paths").path(route.path()).path(route.method().toLowerCase(java.util.Locale.ROOT));
    }

    private Set<String> parameterNames(JsonNode operation, String where) {
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
