package com.kruxos.cli.shim;

import com.kruxos.cli.spans.JsonSpans;
import com.kruxos.cli.spans.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A real MCP server over standard input and output. It has two tools: {@code echo} says its arguments again as they
 * came; {@code hang} never answers.
 */
public final class EchoServer {
    private static final String TOOLS = """
            {"tools":[{"name":"echo","inputSchema":{"type":"object"}},{"name":"hang","inputSchema":{"type":"object"}}]}
            """.strip();
    private static final String HELLO = """
            {"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"echo","version":"1"}}
            """.strip();

    private EchoServer() {}

    public static void main(String[] arguments) throws IOException {
        var lines = new Lines(System.in, () -> 64 << 20);
        for (var line = lines.next(); line.isPresent(); line = lines.next()) {
            var bytes = line.get().bytes().value();
            var message = Envelope.of(bytes).orElseThrow();
            if (message.isRequest()) {
                answer(message, bytes);
            }
        }
    }

    private static void answer(Envelope message, byte[] bytes) {
        var id = message.id().orElseThrow();
        switch (message.method().orElse("")) {
            case "initialize" -> say(id, HELLO);
            case "tools/list" -> say(id, TOOLS);
            case "tools/call" -> {
                if (message.targetName().equals("echo")) {
                    say(id, "{\"content\":[],\"structuredContent\":{\"said\":" + arguments(bytes) + "}}");
                }
            }
            default -> say(id, "{}");
        }
    }

    private static String arguments(byte[] bytes) {
        var spans = JsonSpans.strict(bytes);
        var params = member(spans, spans.root().start(), "params");
        return spans.raw(new Span(member(spans, params, "arguments"), spans.value(member(spans, params, "arguments"))));
    }

    private static int member(JsonSpans spans, int object, String name) {
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
