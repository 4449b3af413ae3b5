package com.kruxos.server;

import com.kruxos.rpc.DefinitionPage;
import com.kruxos.rpc.FeatureDefinition;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.ProtocolVersion;
import com.kruxos.rpc.ServerCapabilities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Initializes an MCP connection and reads the lists of the server. */
final class Handshake {
    /** Long, because the first start may download the program. */
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(60);

    private static final int MAX_PAGES = 1_000;
    private static final int MAX_ITEMS = 10_000;

    /** For one list. Lists are kept in memory and sent to every agent that asks. */
    private static final int MAX_BYTES = 16 << 20;

    /** For all pages of one list. */
    private static final long MAX_LISTING_NANOS = Duration.ofMinutes(5).toNanos();

    /** Fewer, because each may be matched against the URI of a request. */
    private static final int MAX_TEMPLATES = 1_000;

    private final Instance instance;
    private final String clientVersion;
    private final String clientCapabilities;

    /** @param clientCapabilities the capabilities to declare, as a JSON object */
    Handshake(Instance instance, String clientVersion, String clientCapabilities) {
        this.instance = instance;
        this.clientVersion = clientVersion;
        this.clientCapabilities = clientCapabilities;
    }

    /** The server violated the protocol or did not answer. The message is for a person and contains no secret. */
    static final class HandshakeFailed extends Exception {
        private static final long serialVersionUID = 1L;

        HandshakeFailed(String message) {
            super(message);
        }
    }

    /** Sends {@code initialize} and {@code notifications/initialized}. */
    ServerCapabilities initialize() throws HandshakeFailed {
        var reply = request(
                McpMethod.INITIALIZE,
                "{\"protocolVersion\":\"" + ProtocolVersion.LATEST.wireName() + "\",\"capabilities\":"
                        + clientCapabilities
                        + ",\"clientInfo\":{\"name\":\"kruxos\",\"version\":"
                        + JsonRpcWriter.quote(clientVersion) + "}}");
        var capabilities = ServerCapabilities.read(reply.raw());
        if (capabilities == null) {
            throw new HandshakeFailed("its response to initialize is not valid MCP");
        }
        instance.onInitialized(capabilities);
        return capabilities;
    }

    /** Initializes the connection and reads the lists of the declared capabilities. */
    Map<FeatureKind, List<FeatureDefinition>> initializeAndList() throws HandshakeFailed {
        var capabilities = initialize();
        var items = new EnumMap<FeatureKind, List<FeatureDefinition>>(FeatureKind.class);
        for (var kind : FeatureKind.values()) {
            items.put(kind, capabilities.names().contains(kind.capability()) ? listOrEmpty(kind) : List.of());
        }
        return items;
    }

    /** Without its tools a server is useless, so a failed tool list fails the start. Other lists are left empty. */
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

    /** Reads all pages of one list. */
    List<FeatureDefinition> list(FeatureKind kind) throws HandshakeFailed {
        var items = new ArrayList<FeatureDefinition>();
        @Nullable String cursor = null;
        var maxItems = kind == FeatureKind.TEMPLATE ? MAX_TEMPLATES : MAX_ITEMS;
        var bytes = 0;
        var started = System.nanoTime();
        for (var pages = 0; pages < MAX_PAGES && System.nanoTime() - started < MAX_LISTING_NANOS; pages++) {
            var reply = request(
                    kind.listMethod(), cursor == null ? "{}" : "{\"cursor\":" + JsonRpcWriter.quote(cursor) + "}");
            var page = DefinitionPage.read(kind, reply.raw(), maxItems - items.size(), MAX_BYTES - bytes);
            if (page == null) {
                throw new HandshakeFailed("its response to " + kind.listMethod().wireName() + " is not a valid list");
            }
            if (page.truncated()) {
                throw new HandshakeFailed("it lists more than " + maxItems + " " + kind.listMember() + ", or more than "
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

    /** A server may put a secret into its tool descriptions, which we store and show. */
    private Message.Reply redact(Message.Reply reply) throws HandshakeFailed {
        var bytes = instance.redactor().redactJson(reply.raw().bytes());
        if (Arrays.equals(bytes, reply.raw().bytes())) {
            return reply;
        }
        if (JsonRpcReader.readFromServer(bytes) instanceof Message.Reply redacted) {
            return redacted;
        }
        throw new HandshakeFailed("a secret could not be redacted from its response");
    }

    private Message.Reply request(McpMethod method, String params) throws HandshakeFailed {
        var pending = instance.openRequest(null);
        if (pending == null) {
            throw new HandshakeFailed("its process has ended");
        }
        try {
            instance.send(pending, pending.toOutbound(JsonRpcWriter.request(pending.id(), method, params)));
            return switch (pending.await(RESPONSE_TIMEOUT, RESPONSE_TIMEOUT)) {
                case PendingRequest.Completion.ReplyReceived reply
                when reply.message().isError() ->
                    throw new HandshakeFailed("it returned an error for " + method.wireName());
                case PendingRequest.Completion.ReplyReceived reply -> redact(reply.message());
                case PendingRequest.Completion.InstanceLost lost -> throw new HandshakeFailed(lost.reason());
                case PendingRequest.Completion.NotSent notSent -> throw new HandshakeFailed(notSent.reason());
                case PendingRequest.Completion.TransportFailed failed ->
                    throw new HandshakeFailed(failed.failure().reason());
                case PendingRequest.Completion.DeadlineExceeded late ->
                    throw new HandshakeFailed("it did not answer " + method.wireName() + ": " + late.reason());
                case PendingRequest.Completion.RequestWithdrawn _ -> throw new HandshakeFailed("it was stopped");
            };
        } finally {
            instance.closeRequest(pending);
        }
    }
}
