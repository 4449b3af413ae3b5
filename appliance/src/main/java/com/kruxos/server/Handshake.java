package com.kruxos.server;

import com.kruxos.rpc.DefinitionPage;
import com.kruxos.rpc.FeatureDefinition;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.ServerCapabilities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What we ask a server on our own account: who it is and what it offers. */
final class Handshake {
    /** A first start may have to fetch the program. */
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(60);

    private static final int MAX_PAGES = 1_000;
    private static final int MAX_ITEMS = 10_000;

    /** They stay in memory, and go to every agent that asks. */
    private static final int MAX_BYTES = 16 << 20;

    /** For all pages of one list. */
    private static final long MAX_LISTING_NANOS = Duration.ofMinutes(5).toNanos();

    /** Each may be held against the URI of a request. */
    private static final int MAX_TEMPLATES = 1_000;

    private final Instance instance;
    private final String clientVersion;
    private final String clientCapabilities;

    /** @param offered the capabilities to introduce ourselves with, as JSON */
    Handshake(Instance instance, String version, String offered) {
        this.instance = instance;
        this.clientVersion = version;
        this.clientCapabilities = offered;
    }

    /** The server did not do what the protocol asks. The message is for a person and holds no secret. */
    static final class HandshakeFailed extends Exception {
        private static final long serialVersionUID = 1L;

        HandshakeFailed(String message) {
            super(message);
        }
    }

    /** Introduces both sides to each other. */
    ServerCapabilities initialize() throws HandshakeFailed {
        var reply = request(
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":" + clientCapabilities
                        + ",\"clientInfo\":{\"name\":\"kruxos\",\"version\":"
                        + JsonRpcWriter.quote(clientVersion) + "}}");
        var capabilities = ServerCapabilities.read(reply.raw());
        if (capabilities == null) {
            throw new HandshakeFailed("it answered initialize with something that is no MCP");
        }
        instance.onInitialized(capabilities);
        return capabilities;
    }

    /** Introduces both sides and reads the lists. */
    Map<FeatureKind, List<FeatureDefinition>> initializeAndList() throws HandshakeFailed {
        var capabilities = initialize();
        var items = new EnumMap<FeatureKind, List<FeatureDefinition>>(FeatureKind.class);
        for (var kind : FeatureKind.values()) {
            items.put(kind, capabilities.names().contains(kind.capability()) ? listOrEmpty(kind) : List.of());
        }
        return items;
    }

    /** A server without tools is no use; one that cannot list its prompts may still have tools. */
    private List<FeatureDefinition> listOrEmpty(FeatureKind kind) throws HandshakeFailed {
        try {
            return list(kind);
        } catch (HandshakeFailed e) {
            if (kind == FeatureKind.TOOL) {
                throw e;
            }
            instance.onInvalidText("[kruxos] " + kind.listMember() + " are left out: " + e.getMessage());
            return List.of();
        }
    }

    /** All pages of one of the server's lists. */
    List<FeatureDefinition> list(FeatureKind kind) throws HandshakeFailed {
        var items = new ArrayList<FeatureDefinition>();
        @Nullable String cursor = null;
        var most = kind == FeatureKind.TEMPLATE ? MAX_TEMPLATES : MAX_ITEMS;
        var bytes = 0;
        var began = System.nanoTime();
        for (var pages = 0; pages < MAX_PAGES && System.nanoTime() - began < MAX_LISTING_NANOS; pages++) {
            var reply = request(
                    kind.listMethod(), cursor == null ? "{}" : "{\"cursor\":" + JsonRpcWriter.quote(cursor) + "}");
            var page = DefinitionPage.read(kind, reply.raw(), most - items.size(), MAX_BYTES - bytes);
            if (page == null) {
                throw new HandshakeFailed("it answered " + kind.listMethod() + " with something that is no such list");
            }
            if (page.truncated()) {
                throw new HandshakeFailed("it lists more than " + most + " " + kind.listMember() + ", or more than "
                        + (MAX_BYTES >> 20) + " MiB of them");
            }
            items.addAll(page.items());
            bytes += page.items().stream().mapToInt(FeatureDefinition::length).sum();
            cursor = page.nextCursor();
            if (cursor == null) {
                return items;
            }
        }
        throw new HandshakeFailed("its list of " + kind.listMember() + " does not end");
    }

    /** A careless server describes its tools with the secret in them; what we keep and show must not have it. */
    private Message.Reply redact(Message.Reply reply) throws HandshakeFailed {
        var bytes = instance.redactor().json(reply.raw().bytes());
        if (Arrays.equals(bytes, reply.raw().bytes())) {
            return reply;
        }
        if (JsonRpcReader.readFromServer(bytes) instanceof Message.Reply clean) {
            return clean;
        }
        throw new HandshakeFailed("its answer could not be freed of a secret");
    }

    private Message.Reply request(String method, String params) throws HandshakeFailed {
        var exchange = instance.openRequest(null);
        if (exchange == null) {
            throw new HandshakeFailed("its process is gone");
        }
        try {
            instance.send(exchange, exchange.toOutbound(JsonRpcWriter.request(exchange.id(), method, params)));
            return switch (exchange.await(RESPONSE_TIMEOUT, RESPONSE_TIMEOUT)) {
                case PendingRequest.Completion.ReplyReceived reply
                when reply.message().isError() -> throw new HandshakeFailed("it answered " + method + " with an error");
                case PendingRequest.Completion.ReplyReceived reply -> redact(reply.message());
                case PendingRequest.Completion.InstanceLost lost -> throw new HandshakeFailed(lost.reason());
                case PendingRequest.Completion.NotSent refused -> throw new HandshakeFailed(refused.reason());
                case PendingRequest.Completion.TransportFailed failed ->
                    throw new HandshakeFailed(failed.failure().reason());
                case PendingRequest.Completion.DeadlineExceeded late ->
                    throw new HandshakeFailed("it answered " + method + " not at all: " + late.reason());
                case PendingRequest.Completion.RequestWithdrawn _ -> throw new HandshakeFailed("it was stopped");
            };
        } finally {
            instance.closeRequest(exchange);
        }
    }
}
