package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Records claims and failures. */
final class FakeOutboundMessage implements OutboundMessage {
    final LinkedBlockingQueue<DeliveryFailure> failures = new LinkedBlockingQueue<>();
    final AtomicInteger claims = new AtomicInteger();
    private final byte[] bytes;
    private final boolean isPriority;
    private final boolean claimable;

    private FakeOutboundMessage(String text, boolean ahead, boolean wanted) {
        this.bytes = text.getBytes(UTF_8);
        this.isPriority = ahead;
        this.claimable = wanted;
    }

    static FakeOutboundMessage of(String text) {
        return new FakeOutboundMessage(text, false, true);
    }

    static FakeOutboundMessage priority(String text) {
        return new FakeOutboundMessage(text, true, true);
    }

    static FakeOutboundMessage withdrawn(String text) {
        return new FakeOutboundMessage(text, false, false);
    }

    static FakeOutboundMessage initialize() {
        return of("""
                {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},
                 "clientInfo":{"name":"test","version":"1"}}}""");
    }

    static FakeOutboundMessage initialized() {
        return of("""
                {"jsonrpc":"2.0","method":"notifications/initialized"}""");
    }

    static FakeOutboundMessage call(int id, String tool, String arguments) {
        return of("""
                {"jsonrpc":"2.0","id":%1$d,"method":"tools/call","params":{"name":"%2$s","arguments":%3$s,
                 "_meta":{"progressToken":%1$d}}}""".formatted(id, tool, arguments));
    }

    static FakeOutboundMessage cancel(int id) {
        return priority("""
                {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":%d}}""".formatted(id));
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean isPriority() {
        return isPriority;
    }

    @Override
    public boolean claim() {
        claims.incrementAndGet();
        return claimable;
    }

    @Override
    public void onFailure(DeliveryFailure failure) {
        failures.add(failure);
    }

    DeliveryFailure nextFailure() {
        return FakeMessageListener.next(failures);
    }
}
