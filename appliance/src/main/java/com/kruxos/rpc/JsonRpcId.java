package com.kruxos.rpc;

import java.nio.charset.StandardCharsets;

/**
 * A request's id or a progress token: a string or an integer, and those two are never equal ({@code 1} is not
 * {@code "1"}).
 *
 * @param text the value: a string's characters after unescaping, or an integer's digits
 * @param isString whether it is a string
 * @param raw the JSON token as it was sent, so that it goes back letter for letter
 */
public record JsonRpcId(String text, boolean isString, String raw) {
    /** An id of our own making. */
    public static JsonRpcId of(long number) {
        var digits = Long.toString(number);
        return new JsonRpcId(digits, false, digits);
    }

    byte[] rawBytes() {
        return raw.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonRpcId that && that.isString == isString && that.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return raw;
    }
}
