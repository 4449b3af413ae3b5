package com.kruxos.cli;

import java.util.Arrays;

/** An HTTP response with its whole body. The body may be a secret: {@link #close} wipes it. */
final class BufferedHttpResponse implements AutoCloseable {
    private final int status;
    private final byte[] body;

    BufferedHttpResponse(int status, byte[] body) {
        this.status = status;
        this.body = body;
    }

    int status() {
        return status;
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Valid until {@link #close}. */
    byte[] body() {
        return body;
    }

    JsonValue json() {
        return body.length == 0 ? JsonValue.object() : JsonValue.parse(body);
    }

    @Override
    public void close() {
        Arrays.fill(body, (byte) 0);
    }
}
