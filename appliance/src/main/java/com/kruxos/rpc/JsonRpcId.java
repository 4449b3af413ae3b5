package com.kruxos.rpc;

import java.nio.charset.StandardCharsets;

/**
 * The id of a request, or a progress token: a string or an integer. {@code 1} and {@code "1"} are not equal.
 *
 * @param text the value: a string's characters after unescaping, or an integer's digits
 * @param isString whether it is a string
 * @param raw the JSON token as received, so that the response repeats it byte for byte
 */
public record JsonRpcId(String text, boolean isString, String raw) {
    /** For requests of the appliance. */
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
