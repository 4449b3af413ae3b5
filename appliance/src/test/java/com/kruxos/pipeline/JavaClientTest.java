package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.kruxos.peers.JavaSdkAgent;
import com.kruxos.peers.NpmPrograms;
import com.kruxos.peers.TestAppliance;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest.CompleteArgument;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.SubscribeRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.UnsubscribeRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The official Java client over Streamable HTTP, with a per-agent server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class JavaClientTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TestAppliance trial;

    @BeforeAll
    void start(@TempDir Path folder) {
        var command = NpmPrograms.ensureInstalled().conformanceFixtureCommand();
        trial = TestAppliance.start(folder.resolve("home"));
        var fixture = JSON.createObjectNode()
                .put("name", "fixture")
                .put("sessions", "per-agent")
                .put("prefix", false);
        command.forEach(fixture.putArray("command")::add);
        assertThat(trial.adminClient().post("/servers", fixture.toString()).status())
                .isEqualTo(201);
        trial.awaitState("fixture", "ready");
    }

    @AfterAll
    void stop() {
        trial.close();
    }

    private JavaSdkAgent newAgent(String name) {
        return new JavaSdkAgent(trial.port(), trial.createAgent(name));
    }

    /** Fails when the response to initialize loses a member, or a response goes to another id. */
    @Test
    void theClientInitializesListsAndCalls() {
        try (var agent = newAgent("hello")) {
            var hello = agent.client.initialize();
            assertThat(hello.protocolVersion()).isEqualTo("2025-11-25");
            assertThat(hello.serverInfo().name()).isEqualTo("kruxos");
            assertThat(hello.capabilities().tools()).isNotNull();
            assertThat(hello.capabilities().completions()).isNotNull();
            assertThat(agent.client.listTools().tools())
                    .extracting(Tool::name)
                    .contains("test_simple_text", "test_sampling");
            assertThat(agent.callText("test_simple_text", Map.of())).contains("simple text response");
            var failed = agent.client.callTool(
                    CallToolRequest.builder("test_error_handling").build());
            assertThat(failed.isError()).isTrue();
            agent.client.ping();
        }
    }

    /** Fails when the notifications of a call are not sent on its stream. */
    @Test
    void theClientReceivesProgressAndLogs() {
        try (var agent = newAgent("news")) {
            agent.client.initialize();
            agent.client.setLoggingLevel(LoggingLevel.DEBUG);
            assertThat(agent.callText(CallToolRequest.builder("test_tool_with_progress")
                            .progressToken("own-token")
                            .build()))
                    .isEqualTo("done, with progress");
            TestAppliance.await(() -> agent.progress.size() >= 3, () -> "progress, so far " + agent.progress);
            // This client delivers notifications on several threads, so their order is not known.
            assertThat(agent.progress)
                    .extracting(ProgressNotification::progress)
                    .containsExactlyInAnyOrder(0.0, 50.0, 100.0);
            assertThat(agent.progress)
                    .extracting(ProgressNotification::progressToken)
                    .containsOnly("own-token");
            assertThat(agent.callText("test_tool_with_logging", Map.of())).isEqualTo("done, with logs");
            TestAppliance.await(() -> agent.logs.size() >= 3, () -> "logs, so far " + agent.logs);
            assertThat(agent.logs)
                    .extracting(LoggingMessageNotification::data)
                    .containsExactlyInAnyOrder(
                            "Tool execution started", "Tool processing data", "Tool execution completed");
        }
    }

    @Test
    void theClientReadsAndSubscribesToResources() {
        try (var agent = newAgent("reader")) {
            agent.client.initialize();
            assertThat(agent.client.listResources().resources())
                    .extracting(Resource::uri)
                    .contains("test://static-text", "test://static-binary");
            assertThat(readText(agent, "test://static-text")).contains("static text resource");
            assertThat(agent.client.listResourceTemplates().resourceTemplates())
                    .extracting(ResourceTemplate::uriTemplate)
                    .containsExactly("test://template/{id}/data");
            assertThat(readText(agent, "test://template/7/data")).contains("\"id\":\"7\"");
            agent.client.subscribeResource(
                    SubscribeRequest.builder("test://watched-resource").build());
            agent.client.unsubscribeResource(
                    UnsubscribeRequest.builder("test://watched-resource").build());
        }
    }

    @Test
    void theClientGetsPromptsAndCompletions() {
        try (var agent = newAgent("prompted")) {
            agent.client.initialize();
            assertThat(agent.client.listPrompts().prompts())
                    .extracting(Prompt::name)
                    .contains("test_prompt_with_arguments");
            var prompt = agent.client.getPrompt(GetPromptRequest.builder("test_prompt_with_arguments")
                    .arguments(Map.of("arg1", "one", "arg2", "two"))
                    .build());
            assertThat(((TextContent) prompt.messages().getFirst().content()).text())
                    .contains("arg1='one', arg2='two'");
            var completed = agent.client.completeCompletion(CompleteRequest.builder(
                            PromptReference.builder("test_prompt_with_arguments")
                                    .build(),
                            new CompleteArgument("arg1", "par"))
                    .build());
            assertThat(completed.completion().values()).isEqualTo(List.of("paris", "park", "party"));
        }
    }

    /** Fails without the relay in Instance.handleRequest: the server would wait for a response. */
    @Test
    void theClientAnswersSamplingAndElicitation() {
        try (var agent = newAgent("asked")) {
            agent.client.initialize();
            assertThat(agent.callText("test_sampling", Map.of("prompt", "what now?")))
                    .isEqualTo("LLM response: a thought");
            assertThat(agent.callText("test_elicitation", Map.of("message", "who are you?")))
                    .contains("accept", "ada@example.org");
            assertThat(agent.serverRequests).containsExactly("what now?", "who are you?");
        }
    }

    /** Fails when an unknown tool is answered with a result, or the refusal is not recorded. */
    @Test
    void anUnknownToolIsAnErrorAndTheSessionContinues() {
        try (var agent = newAgent("curious")) {
            agent.client.initialize();
            var refused = catchThrowable(() -> agent.callText("no_such_tool", Map.of()));
            assertThat(refused)
                    .asInstanceOf(type(McpError.class))
                    .extracting(error -> error.getJsonRpcError().code())
                    .isEqualTo(-32602);
            assertThat(trial.auditRecords())
                    .anyMatch(record -> record.path("kind").asString().equals("call.refused")
                            && record.toString().contains("no_such_tool"));
            assertThat(agent.callText("test_simple_text", Map.of())).contains("simple text response");
        }
    }

    /** Fails when DELETE does not end the session: it would stay until the idle timeout. */
    @Test
    void closingTheClientEndsItsSession() {
        var agent = newAgent("leaver");
        agent.client.initialize();
        assertThat(sessionCount("leaver")).isEqualTo(1);
        agent.close();
        TestAppliance.await(() -> sessionCount("leaver") == 0, () -> "the session to end");
    }

    /** Fails when the key is not checked on each request, or revocation does not end sessions. */
    @Test
    void aRevokedKeyIsRejected() {
        try (var agent = newAgent("revoked")) {
            agent.client.initialize();
            assertThat(agent.callText("test_simple_text", Map.of())).contains("simple text response");
            trial.adminClient().post("/agents/revoked/revoke", "{}");
            var refused = catchThrowable(() -> agent.callText("test_simple_text", Map.of()));
            assertThat(refused)
                    .asInstanceOf(type(McpHttpClientTransportAuthorizationException.class))
                    .extracting(error -> error.getResponseInfo().statusCode())
                    .isEqualTo(401);
            TestAppliance.await(() -> sessionCount("revoked") == 0, () -> "the session to end");
            assertThat(callCount("revoked")).isEqualTo(1);
        }
    }

    private static String readText(JavaSdkAgent agent, String uri) {
        var contents = agent.client
                .readResource(ReadResourceRequest.builder(uri).build())
                .contents();
        return ((TextResourceContents) contents.getFirst()).text();
    }

    private long sessionCount(String name) {
        return trial.adminClient()
                .get("/sessions")
                .json()
                .path("items")
                .valueStream()
                .filter(session -> session.path("agent").asString().equals(name))
                .count();
    }

    private long callCount(String name) {
        return trial.auditRecords().stream()
                .filter(record -> record.path("kind").asString().equals("call.opened"))
                .filter(record -> record.toString().contains("\"" + name + "\""))
                .count();
    }
}
