package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A message that remembers what became of it. */
final class FakeOutgoing implements Outgoing {
    final LinkedBlockingQueue<Failure> failures = new LinkedBlockingQueue<>();
    final AtomicInteger claims = new AtomicInteger();
    private final byte[] bytes;
    private final boolean ahead;
    private final boolean wanted;

    private FakeOutgoing(String text, boolean ahead, boolean wanted) {
        this.bytes = text.getBytes(UTF_8);
        this.ahead = ahead;
        this.wanted = wanted;
    }

    static FakeOutgoing of(String text) {
        return new FakeOutgoing(text, false, true);
    }

    static FakeOutgoing ahead(String text) {
        return new FakeOutgoing(text, true, true);
    }

    static FakeOutgoing unwanted(String text) {
        return new FakeOutgoing(text, false, false);
    }

    static FakeOutgoing initialize() {
        return of(
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                        + "\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}");
    }

    static FakeOutgoing initialized() {
        return of("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    static FakeOutgoing call(int id, String tool, String arguments) {
        return of("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + ",\"_meta\":{\"progressToken\":" + id + "}}}");
    }

    static FakeOutgoing cancel(int id) {
        return ahead(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + id + "}}");
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean ahead() {
        return ahead;
    }

    @Override
    public boolean claim() {
        claims.incrementAndGet();
        return wanted;
    }

    @Override
    public void failed(Failure failure) {
        failures.add(failure);
    }

    Failure failure() {
        return FakeReceiver.next(failures);
    }
}
