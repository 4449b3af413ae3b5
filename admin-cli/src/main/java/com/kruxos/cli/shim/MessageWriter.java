package com.kruxos.cli.shim;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.io.JsonStringEncoder;

/** Writes messages to the client, one per line. Thread-safe. */
final class MessageWriter {
    private final PrintStream out;

    MessageWriter(PrintStream out) {
        this.out = out;
    }

    /** Writes a message; false when the client has closed the stream. */
    synchronized boolean write(byte[] message) {
        out.write(replaceLineBreaks(message), 0, message.length);
        out.write('\n');
        out.flush();
        return !out.checkError();
    }

    /** @param id as it was written, or the text {@code null} */
    boolean writeError(String id, int code, String message, String hint) {
        var text = new StringBuilder("{\"jsonrpc\":\"2.0\",\"id\":").append(id).append(",\"error\":{\"code\":");
        text.append(code).append(",\"message\":\"");
        JsonStringEncoder.getInstance().quoteAsString(message, text);
        text.append("\",\"data\":{\"hint\":\"");
        JsonStringEncoder.getInstance().quoteAsString(hint, text);
        return write(text.append("\"}}}").toString().getBytes(StandardCharsets.UTF_8));
    }

    /** In JSON, line breaks occur only between values, so spaces can replace them. */
    private static byte[] replaceLineBreaks(byte[] message) {
        for (var i = 0; i < message.length; i++) {
            if (message[i] == '\n' || message[i] == '\r') {
                message[i] = ' ';
            }
        }
        return message;
    }
}
