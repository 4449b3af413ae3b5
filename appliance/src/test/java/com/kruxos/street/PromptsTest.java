package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Prompts and completions where several servers have one of the same name: each goes to its own. */
@Timeout(120)
class PromptsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ODD_NAME = "a prompt.größe";

    private OddHttpServer mine;
    private OddHttpServer other;
    private OddHttpServer bare;
    private Trial trial;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        mine = OddHttpServer.start();
        other = OddHttpServer.start();
        bare = OddHttpServer.start();
        mine.completes(List.of("greet", "hidden", ODD_NAME), List.of("item://{id}"));
        other.completes(List.of("greet"), List.of("item://{id}"));
        bare.completes(List.of("greet"), List.of());
        trial = Trial.start(
                folder.resolve("home"),
                Config.defaults()
                        .withPolicy(new Config.PolicyRules(
                                true, List.of(new Config.PolicyRule(false, "*", "mine", "hidden")))));
        add("mine", mine, true);
        add("other", other, true);
        add("bare", bare, false);
    }

    @AfterEach
    void stop() {
        trial.close();
        mine.close();
        other.close();
        bare.close();
    }

    private void add(String name, OddHttpServer server, boolean prefixed) {
        var added = trial.api()
                .post(
                        "/servers",
                        "{\"name\":\"" + name + "\",\"url\":\"" + server.url() + "\",\"prefix\":" + prefixed + "}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState(name, "ready");
    }

    private int asked(String rpc) {
        return mine.count(rpc) * 100 + other.count(rpc) * 10 + bare.count(rpc);
    }

    /** Red when Asking.outward leaves the agent's name in the message, or Servers.known looks among tools. */
    @Test
    void aPromptGoesToItsServerUnderItsOwnName() {
        try (var agent = trial.connected("agent")) {
            var names = agent.ask(1, "prompts/list", "{}")
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
            assertThat(got(agent, params.formatted("mine__greet"))).contains(expected);
            assertThat(asked("prompts/get")).isEqualTo(100);
            assertThat(got(agent, params.formatted("other__greet"))).contains(expected);
            assertThat(asked("prompts/get")).isEqualTo(110);
            assertThat(got(agent, params.formatted("greet"))).contains(expected);
            assertThat(asked("prompts/get")).isEqualTo(111);
            assertThat(got(agent, params.formatted(odd))).contains(params.formatted(ODD_NAME));
            assertThat(asked("prompts/get")).isEqualTo(211);
        }
    }

    /** The message as the server got it; what it says of its own comes back as it was. */
    private static String got(RawAgent agent, String params) {
        agent.sendRequest(2, "prompts/get", params);
        var answer = agent.answer(2);
        assertThat(answer).contains("\"own\":9007199254740993");
        return text(answer);
    }

    private static String text(String answer) {
        return JSON.readTree(answer)
                .path("result")
                .path("messages")
                .path(0)
                .path("content")
                .path("text")
                .asString(answer);
    }

    /** Red when Calls.decided asks policy about tools only; the list above, when Calls.visible does. */
    @Test
    void whatIsBlockedOrUnknownReachesNoServer() {
        try (var agent = trial.connected("agent")) {
            var blocked = agent.ask(1, "prompts/get", "{\"name\":\"mine__hidden\"}");
            assertThat(blocked.path("error").path("code").asInt()).isEqualTo(-32003);
            assertThat(blocked.path("error").path("data").path("error").asString())
                    .isEqualTo("blocked_by_policy");
            for (var unknown : List.of("mine__nothing", "nothing", "hidden", "bare__greet", "mine__echo", "")) {
                var answer = agent.ask(2, "prompts/get", "{\"name\":\"" + unknown + "\"}");
                assertThat(answer.path("error").path("code").asInt())
                        .as(unknown)
                        .isEqualTo(-32602);
            }
            assertThat(agent.ask(3, "prompts/get", "{}")
                            .path("error")
                            .path("code")
                            .asInt())
                    .isEqualTo(-32602);
            assertThat(asked("prompts/get")).isZero();
        }
    }

    /** Red when Servers.known gives a completion to the first server that has such a prompt or template. */
    @Test
    void aCompletionGoesToTheServerOfItsPromptOrTemplate() {
        try (var agent = trial.connected("agent")) {
            var params = "{\"ref\":{\"type\":\"ref/%s\",\"%s\":\"%s\"},\"argument\":{\"name\":\"a\",\"value\":\"v\"}}";
            assertThat(completed(agent, params.formatted("prompt", "name", "other__greet")))
                    .contains(params.formatted("prompt", "name", "greet"));
            assertThat(asked("completion/complete")).isEqualTo(10);
            assertThat(completed(agent, params.formatted("prompt", "name", "greet")))
                    .contains(params.formatted("prompt", "name", "greet"));
            assertThat(asked("completion/complete")).isEqualTo(11);
            assertThat(completed(agent, params.formatted("resource", "uri", "item://{id}")))
                    .contains(params.formatted("resource", "uri", "item://{id}"));
            assertThat(asked("completion/complete")).isEqualTo(111);
            assertThat(completed(agent, params.formatted("resource", "uri", "kruxos+other:item://{id}")))
                    .contains(params.formatted("resource", "uri", "item://{id}"));
            assertThat(asked("completion/complete")).isEqualTo(121);
            assertThat(agent.ask(3, "completion/complete", params.formatted("prompt", "name", "mine__hidden"))
                            .path("error")
                            .path("data")
                            .path("error")
                            .asString())
                    .isEqualTo("blocked_by_policy");
            assertThat(asked("completion/complete")).isEqualTo(121);
        }
    }

    private static String completed(RawAgent agent, String params) {
        var answer = agent.ask(2, "completion/complete", params);
        return answer.path("result").path("completion").path("values").path(0).asString(answer.toString());
    }
}
