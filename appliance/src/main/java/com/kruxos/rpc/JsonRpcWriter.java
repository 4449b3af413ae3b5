package com.kruxos.rpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/** Writes the messages that the appliance itself sends. */
public final class JsonRpcWriter {
    private JsonRpcWriter() {}

    /**
     * A response.
     *
     * @param result JSON
     */
    public static byte[] result(JsonRpcId id, byte[] result) {
        return join("{\"jsonrpc\":\"2.0\",\"id\":", id.raw(), ",\"result\":", result, "}");
    }

    public static byte[] result(JsonRpcId id, String result) {
        return result(id, result.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * An error response.
     *
     * @param id absent when the request has none that could be read
     * @param hint what the reader can do about it
     */
    public static byte[] error(@Nullable JsonRpcId id, int code, String message, @Nullable String hint) {
        var data = hint == null ? "" : ",\"data\":{\"hint\":" + quote(hint) + "}";
        return ("{\"jsonrpc\":\"2.0\",\"id\":" + (id == null ? "null" : id.raw()) + ",\"error\":{\"code\":" + code
                        + ",\"message\":" + quote(message) + data + "}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A request.
     *
     * @param params JSON
     */
    public static byte[] request(JsonRpcId id, McpMethod method, String params) {
        return ("{\"jsonrpc\":\"2.0\",\"id\":" + id.raw() + ",\"method\":" + quote(method.wireName()) + ",\"params\":"
                        + params + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A notification.
     *
     * @param params JSON; absent without params
     */
    public static byte[] notification(McpMethod method, @Nullable String params) {
        return ("{\"jsonrpc\":\"2.0\",\"method\":" + quote(method.wireName())
                        + (params == null ? "" : ",\"params\":" + params) + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A refusal as a tool result that a model can read: one text block of JSON, marked as an error. */
    public static byte[] toolErrorResult(JsonRpcId id, String error, String message, String hint, String reference) {
        var text = "{\"error\":" + quote(error) + ",\"message\":" + quote(message) + ",\"hint\":" + quote(hint)
                + ",\"reference\":" + quote(reference) + "}";
        return result(id, "{\"content\":[{\"type\":\"text\",\"text\":" + quote(text) + "}],\"isError\":true}");
    }

    /** A refusal as an error, for methods whose results have no place for it. */
    public static byte[] refusalError(JsonRpcId id, String error, String message, String hint, String reference) {
        return ("{\"jsonrpc\":\"2.0\",\"id\":" + id.raw() + ",\"error\":{\"code\":" + JsonRpcErrors.REFUSED
                        + ",\"message\":"
                        + quote(message) + ",\"data\":{\"error\":" + quote(error) + ",\"hint\":" + quote(hint)
                        + ",\"reference\":" + quote(reference) + "}}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** {@code text} as a JSON string. */
    public static String quote(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }

    /** {@code text} as a JSON string in UTF-8. */
    public static byte[] quoteToBytes(String text) {
        return quote(text).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(String before, String id, String between, byte[] value, String after) {
        var out = new ByteArrayOutputStream(before.length() + id.length() + between.length() + value.length + 1);
        out.writeBytes(before.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(id.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(between.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(value);
        out.writeBytes(after.getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }
}
