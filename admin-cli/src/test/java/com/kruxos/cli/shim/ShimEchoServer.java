package com.kruxos.cli.shim;

import com.kruxos.cli.json.ByteSpan;
import com.kruxos.cli.json.JsonScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A real MCP server over standard input and output. It has two tools: {@code echo} says its arguments again as they
 * came; {@code hang} never answers.
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
                answer(message, bytes);
            }
        }
    }

    private static void answer(ShimMessage message, byte[] bytes) {
        var id = message.id().orElseThrow();
        switch (message.method().orElse("")) {
            case "initialize" -> say(id, HELLO);
            case "tools/list" -> say(id, TOOLS);
            case "tools/call" -> {
                if (message.toolName().equals("echo")) {
                    say(id, "{\"content\":[],\"structuredContent\":{\"said\":" + arguments(bytes) + "}}");
                }
            }
            default -> say(id, "{}");
        }
    }

    private static String arguments(byte[] bytes) {
        var spans = JsonScanner.strict(bytes);
        var params = member(spans, spans.root().start(), "params");
        return spans.raw(
                new ByteSpan(member(spans, params, "arguments"), spans.valueEnd(member(spans, params, "arguments"))));
    }

    private static int member(JsonScanner spans, int object, String name) {
        return spans.members(object).stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value()
                .start();
    }

    private static void say(String id, String result) {
        var line = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}\n";
        System.out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
