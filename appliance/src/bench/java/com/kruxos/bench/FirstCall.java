package com.kruxos.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** One session with one call. The client also accepts a stream, which the gateway opens while the server starts. */
final class FirstCall {
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                    + "\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}";
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo__echo\",\"arguments\":{}}}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI url;
    private final String key;

    FirstCall(int port, String key) {
        url = URI.create("http://127.0.0.1:" + port + "/mcp");
        this.key = key;
    }

    void run() throws IOException, InterruptedException {
        var session =
                post(INITIALIZE, "").headers().firstValue("Mcp-Session-Id").orElseThrow();
        var answer = post(CALL, session).body();
        if (!answer.contains("e".repeat(256))) {
            throw new IOException("not an answer: " + answer);
        }
    }

    private HttpResponse<String> post(String text, String session) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2025-11-25")
                .POST(HttpRequest.BodyPublishers.ofString(text));
        if (!session.isEmpty()) {
            request.header("Mcp-Session-Id", session);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
