package com.kruxos.cli.shim;

import com.kruxos.cli.json.JsonDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A real MCP server over standard input and output. It has two tools: {@code echo} returns the bytes of its arguments;
 * {@code hang} never answers.
 */
public final class ShimEchoServer {
    private static final String TOOLS = """
            {"tools":[{"name":"echo","inputSchema":{"type":"object"}},{"name":"hang","inputSchema":{"type":"object"}}]}
            """.strip();
    private static final String HELLO = """
            {"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"echo","version":"1"}}
            """.strip();

    private ShimEchoServer() {}

    public static void main(String[] arguments) throws IOException {
        var lines = new BoundedLineReader(System.in, () -> 64 << 20);
        for (var line = lines.readLine(); line.isPresent(); line = lines.readLine()) {
            var bytes = line.get().bytes().value();
            var message = ShimMessage.parse(bytes).orElseThrow();
            if (message.isRequest()) {
                respond(message, bytes);
            }
        }
    }

    private static void respond(ShimMessage message, byte[] bytes) {
        var id = message.id().orElseThrow();
        switch (message.method().orElse("")) {
            case "initialize" -> write(id, HELLO);
            case "tools/list" -> write(id, TOOLS);
            case "tools/call" -> {
                if (message.toolName().equals("echo")) {
                    write(id, "{\"content\":[],\"structuredContent\":{\"said\":" + arguments(bytes) + "}}");
                }
            }
            default -> write(id, "{}");
        }
    }

    private static String arguments(byte[] bytes) {
        var document = JsonDocument.strict(bytes, 2);
        return document.member(document.root(), "params")
                .flatMap(params -> document.member(params, "arguments"))
                .map(document::raw)
                .orElseThrow();
    }

    private static void write(String id, String result) {
        var line = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}\n";
        System.out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
