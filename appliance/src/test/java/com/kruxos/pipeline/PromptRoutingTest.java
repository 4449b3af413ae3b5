package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Servers with prompts of the same name: each request goes to the right one. */
@Timeout(120)
class PromptRoutingTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ODD_NAME = "a prompt.größe";

    private FaultyHttpServer mine;
    private FaultyHttpServer other;
    private FaultyHttpServer bare;
    private TestAppliance trial;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        mine = FaultyHttpServer.start();
        other = FaultyHttpServer.start();
        bare = FaultyHttpServer.start();
        mine.setCompletable(List.of("greet", "hidden", ODD_NAME), List.of("item://{id}"));
        other.setCompletable(List.of("greet"), List.of("item://{id}"));
        bare.setCompletable(List.of("greet"), List.of());
        trial = TestAppliance.start(
                folder.resolve("home"),
                Config.defaults()
                        .withPolicy(new Config.PolicyRules(
                                true, List.of(new Config.PolicyRule(false, "*", "mine", "hidden")))));
        addServer("mine", mine, true);
        addServer("other", other, true);
        addServer("bare", bare, false);
    }

    @AfterEach
    void stop() {
        trial.close();
        mine.close();
        other.close();
        bare.close();
    }

    private void addServer(String name, FaultyHttpServer server, boolean prefixed) {
        var added = trial.adminClient()
                .post(
                        "/servers",
                        "{\"name\":\"" + name + "\",\"url\":\"" + server.url() + "\",\"prefix\":" + prefixed + "}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState(name, "ready");
    }

    private int requestCounts(String rpc) {
        return mine.count(rpc) * 100 + other.count(rpc) * 10 + bare.count(rpc);
    }

    /** Fails when UpstreamCall keeps the agent's name, or FeatureCatalog searches the tools. */
    @Test
    void aPromptIsForwardedUnderItsUpstreamName() {
        try (var agent = trial.connectAgent("agent")) {
            var names = agent.request(1, "prompts/list", "{}")
                    .path("result")
                    .path("prompts")
                    .valueStream()
                    .map(prompt -> prompt.path("name").asString())
                    .toList();
            assertThat(names)
                    .hasSize(4)
                    .contains("mine__greet", "other__greet", "greet")
                    .doesNotContain("mine__hidden")
                    .allMatch(name -> name.matches("[A-Za-z0-9_-]{1,64}"));
            var odd = names.stream()
                    .filter(name -> name.startsWith("mine__a_prompt"))
                    .findFirst()
                    .orElseThrow();

            var params =
                    "{\"own\":1.50,\"name\":\"%s\",\"arguments\":{\"n\":9007199254740993,\"name\":\"mine__greet\"}}";
            var expected = params.formatted("greet");
            assertThat(getPrompt(agent, params.formatted("mine__greet"))).contains(expected);
            assertThat(requestCounts("prompts/get")).isEqualTo(100);
            assertThat(getPrompt(agent, params.formatted("other__greet"))).contains(expected);
            assertThat(requestCounts("prompts/get")).isEqualTo(110);
            assertThat(getPrompt(agent, params.formatted("greet"))).contains(expected);
            assertThat(requestCounts("prompts/get")).isEqualTo(111);
            assertThat(getPrompt(agent, params.formatted(odd))).contains(params.formatted(ODD_NAME));
            assertThat(requestCounts("prompts/get")).isEqualTo(211);
        }
    }

    /** The request as the server received it; the server returns its own members unchanged. */
    private static String getPrompt(WebSocketAgent agent, String params) {
        agent.sendRequest(2, "prompts/get", params);
        var answer = agent.awaitResponse(2);
        assertThat(answer).contains("\"own\":9007199254740993");
        return promptText(answer);
    }

    private static String promptText(String answer) {
        return JSON.readTree(answer)
                .path("result")
                .path("messages")
                .path(0)
                .path("content")
                .path("text")
                .asString(answer);
    }

    /** Fails when the policy is asked about tools only. */
    @Test
    void blockedAndUnknownPromptsReachNoServer() {
        try (var agent = trial.connectAgent("agent")) {
            var blocked = agent.request(1, "prompts/get", "{\"name\":\"mine__hidden\"}");
            assertThat(blocked.path("error").path("code").asInt()).isEqualTo(-32003);
            assertThat(blocked.path("error").path("data").path("error").asString())
                    .isEqualTo("blocked_by_policy");
            for (var unknown : List.of("mine__nothing", "nothing", "hidden", "bare__greet", "mine__echo", "")) {
                var answer = agent.request(2, "prompts/get", "{\"name\":\"" + unknown + "\"}");
                assertThat(answer.path("error").path("code").asInt())
                        .as(unknown)
                        .isEqualTo(-32602);
            }
            assertThat(agent.request(3, "prompts/get", "{}")
                            .path("error")
                            .path("code")
                            .asInt())
                    .isEqualTo(-32602);
            assertThat(requestCounts("prompts/get")).isZero();
        }
    }

    /** Fails when FeatureCatalog picks the first server with such a prompt or template. */
    @Test
    void aCompletionIsRoutedByItsPromptOrTemplate() {
        try (var agent = trial.connectAgent("agent")) {
            var params = "{\"ref\":{\"type\":\"ref/%s\",\"%s\":\"%s\"},\"argument\":{\"name\":\"a\",\"value\":\"v\"}}";
            assertThat(complete(agent, params.formatted("prompt", "name", "other__greet")))
                    .contains(params.formatted("prompt", "name", "greet"));
            assertThat(requestCounts("completion/complete")).isEqualTo(10);
            assertThat(complete(agent, params.formatted("prompt", "name", "greet")))
                    .contains(params.formatted("prompt", "name", "greet"));
            assertThat(requestCounts("completion/complete")).isEqualTo(11);
            assertThat(complete(agent, params.formatted("resource", "uri", "item://{id}")))
                    .contains(params.formatted("resource", "uri", "item://{id}"));
            assertThat(requestCounts("completion/complete")).isEqualTo(111);
            assertThat(complete(agent, params.formatted("resource", "uri", "kruxos+other:item://{id}")))
                    .contains(params.formatted("resource", "uri", "item://{id}"));
            assertThat(requestCounts("completion/complete")).isEqualTo(121);
            assertThat(agent.request(3, "completion/complete", params.formatted("prompt", "name", "mine__hidden"))
                            .path("error")
                            .path("data")
                            .path("error")
                            .asString())
                    .isEqualTo("blocked_by_policy");
            assertThat(requestCounts("completion/complete")).isEqualTo(121);
        }
    }

    private static String complete(WebSocketAgent agent, String params) {
        var answer = agent.request(2, "completion/complete", params);
        return answer.path("result").path("completion").path("values").path(0).asString(answer.toString());
    }
}
