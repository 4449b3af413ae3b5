package com.kruxos.bench;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The responses of the echo servers: one tool, or many for a long list; 256 bytes for each call; no JSON parser. */
final class EchoResponses {
    private static final String TEXT = "e".repeat(256);

    private final String tools;

    /** @param count how many tools it has, at least one; the first is {@code echo} */
    EchoResponses(int count) {
        tools = IntStream.range(0, count).mapToObj(EchoResponses::toolJson).collect(Collectors.joining(","));
    }

    private static String toolJson(int number) {
        return number == 0
                ? "{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"}}"
                : "{\"name\":\"tool_" + number + "\",\"description\":\"Does what number " + number
                        + " does, with the usual care and the usual words\",\"inputSchema\":{\"type\":\"object\","
                        + "\"properties\":{\"text\":{\"type\":\"string\"},\"count\":{\"type\":\"integer\"}}}}";
    }

    /** The response to a message; empty for a notification. */
    String respondTo(String message) {
        var at = message.indexOf("\"id\":");
        if (at < 0) {
            return "";
        }
        var end = at + 5;
        while (Character.isDigit(message.charAt(end))) {
            end++;
        }
        return "{\"jsonrpc\":\"2.0\",\"id\":" + message.substring(at + 5, end) + ",\"result\":" + resultFor(message)
                + "}";
    }

    private String resultFor(String message) {
        if (message.contains("\"tools/call\"")) {
            return "{\"content\":[{\"type\":\"text\",\"text\":\"" + TEXT + "\"}]}";
        }
        return message.contains("\"tools/list\"")
                ? "{\"tools\":[" + tools + "]}"
                : "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                        + "\"serverInfo\":{\"name\":\"echo\",\"version\":\"1\"}}";
    }
}
