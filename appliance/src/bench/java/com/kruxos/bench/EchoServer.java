package com.kruxos.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The cheapest MCP server that can be: one tool, one answer of 256 bytes, no parser. */
public final class EchoServer {
    private static final String TEXT = "e".repeat(256);

    private EchoServer() {}

    public static void main(String[] arguments) throws IOException {
        var in = new BufferedInputStream(System.in, 1 << 16);
        var out = new BufferedOutputStream(System.out, 1 << 16);
        var line = new byte[1 << 16];
        var size = 0;
        for (var next = in.read(); next >= 0; next = in.read()) {
            if (next != '\n') {
                line[size++] = (byte) next;
                continue;
            }
            answer(new String(line, 0, size, StandardCharsets.ISO_8859_1), out);
            size = 0;
            if (in.available() == 0) {
                out.flush();
            }
        }
    }

    private static void answer(String line, BufferedOutputStream out) throws IOException {
        var at = line.indexOf("\"id\":");
        if (at < 0) {
            return;
        }
        var end = at + 5;
        while (Character.isDigit(line.charAt(end))) {
            end++;
        }
        var result = line.contains("\"tools/call\"")
                ? "{\"content\":[{\"type\":\"text\",\"text\":\"" + TEXT + "\"}]}"
                : line.contains("\"tools/list\"")
                        ? "{\"tools\":[{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"}}]}"
                        : "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"echo\",\"version\":\"1\"}}";
        out.write(("{\"jsonrpc\":\"2.0\",\"id\":" + line.substring(at + 5, end) + ",\"result\":" + result + "}\n")
                .getBytes(StandardCharsets.ISO_8859_1));
    }
}
