package com.kruxos.peers;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** The official Java client as an agent over Streamable HTTP, which answers every sampling and elicitation request. */
public final class JavaSdkAgent implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** Notifications received. */
    public final Queue<ProgressNotification> progress = new ConcurrentLinkedQueue<>();

    public final Queue<LoggingMessageNotification> logs = new ConcurrentLinkedQueue<>();

    /** The texts of requests received from servers. */
    public final Queue<String> serverRequests = new ConcurrentLinkedQueue<>();

    public final McpSyncClient client;

    public JavaSdkAgent(int port, String key) {
        var transport = HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + port)
                .endpoint("/mcp")
                .addHttpRequestCustomizer((request, _, _, _, _) -> request.setHeader("Authorization", "Bearer " + key))
                .build();
        client = McpClient.sync(transport)
                .clientInfo(Implementation.builder("java-agent", "1").build())
                .capabilities(ClientCapabilities.builder()
                        .sampling()
                        .elicitation(true, false)
                        .build())
                .requestTimeout(TIMEOUT)
                .initializationTimeout(TIMEOUT)
                .progressConsumer(progress::add)
                .loggingConsumer(logs::add)
                .sampling(this::sample)
                .elicitation(this::elicit)
                .build();
    }

    /** The concatenated texts of a tool result. */
    public String callText(String tool, Map<String, Object> arguments) {
        return callText(CallToolRequest.builder(tool).arguments(arguments).build());
    }

    public String callText(CallToolRequest request) {
        return client.callTool(request).content().stream()
                .map(TextContent.class::cast)
                .map(TextContent::text)
                .collect(Collectors.joining("\n"));
    }

    private CreateMessageResult sample(McpSchema.CreateMessageRequest question) {
        serverRequests.add(((TextContent) question.messages().getFirst().content()).text());
        return CreateMessageResult.builder(Role.ASSISTANT, "a thought", "no model")
                .build();
    }

    private ElicitResult elicit(McpSchema.ElicitFormRequest question) {
        serverRequests.add(question.message());
        return ElicitResult.builder(ElicitResult.Action.ACCEPT)
                .content(Map.of("username", "ada", "email", "ada@example.org"))
                .build();
    }

    @Override
    public void close() {
        client.closeGracefully();
    }
}
