package com.kruxos.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An MCP server on stdio that does as little as possible. The argument is its number of tools. */
public final class EchoStdioServer {
    private EchoStdioServer() {}

    public static void main(String[] arguments) throws IOException {
        var answers = new EchoResponses(Integer.parseInt(arguments[0]));
        var in = new BufferedInputStream(System.in, 1 << 16);
        var out = new BufferedOutputStream(System.out, 1 << 16);
        var line = new byte[1 << 16];
        var size = 0;
        for (var next = in.read(); next >= 0; next = in.read()) {
            if (next != '\n') {
                line[size++] = (byte) next;
                continue;
            }
            var answer = answers.respondTo(new String(line, 0, size, StandardCharsets.ISO_8859_1));
            if (!answer.isEmpty()) {
                out.write((answer + "\n").getBytes(StandardCharsets.ISO_8859_1));
            }
            size = 0;
            if (in.available() == 0) {
                out.flush();
            }
        }
    }
}
