package com.kruxos.demo;

import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A small stdio MCP server, so that the demonstration needs no other program. Its secret is in {@code DEMO_TOKEN}; the
 * tool {@code whoami} returns the fingerprint and, carelessly, the secret itself.
 */
public final class DemoServer {
    static final String VARIABLE = "DEMO_TOKEN";

    private static final String TOOLS = """
            {"tools":[
            {"name":"whoami","description":"Returns the fingerprint of this server's secret, and the secret","inputSchema":{"type":"object"}},
            {"name":"tick","description":"Returns the word tock","inputSchema":{"type":"object"}},
            {"name":"delete_everything","description":"Deletes everything; the demonstration's policy blocks it","inputSchema":{"type":"object"}}]}""".replace("\n", "");

    private DemoServer() {}

    public static void main(String[] arguments) throws IOException {
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            if (JsonRpcReader.readFromAgent(line.getBytes(StandardCharsets.UTF_8)) instanceof Message.Request request) {
                out.write(answer(request));
                out.write('\n');
                out.flush();
            }
        }
    }

    /** The first 16 hexadecimal digits of the secret's SHA-256, for a person to compare. */
    static String fingerprint(byte[] secret) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(secret);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static byte[] answer(Message.Request request) {
        return switch (request.method()) {
            case "initialize" ->
                JsonRpcWriter.result(
                        request.id(),
                        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"demo\",\"version\":\"1\"}}");
            case "ping" -> JsonRpcWriter.result(request.id(), "{}");
            case "tools/list" -> JsonRpcWriter.result(request.id(), TOOLS);
            case "tools/call" -> callTool(request);
            default -> JsonRpcWriter.error(request.id(), JsonRpcErrors.METHOD_NOT_FOUND, "method not found", null);
        };
    }

    private static byte[] callTool(Message.Request request) {
        var secret = Objects.requireNonNullElse(System.getenv(VARIABLE), "");
        return switch (String.valueOf(request.params().name())) {
            case "whoami" ->
                text(
                        request,
                        "fingerprint " + fingerprint(secret.getBytes(StandardCharsets.UTF_8)) + ", secret " + secret);
            case "tick" -> text(request, "tock");
            default -> text(request, "everything is deleted");
        };
    }

    private static byte[] text(Message.Request request, String text) {
        return JsonRpcWriter.result(
                request.id(), "{\"content\":[{\"type\":\"text\",\"text\":" + JsonRpcWriter.quote(text) + "}]}");
    }
}
