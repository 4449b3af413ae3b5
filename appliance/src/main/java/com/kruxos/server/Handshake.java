package com.kruxos.server;

import com.kruxos.rpc.Capabilities;
import com.kruxos.rpc.Codec;
import com.kruxos.rpc.Definition;
import com.kruxos.rpc.DefinitionPage;
import com.kruxos.rpc.Kind;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
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
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int MOST_PAGES = 1_000;
    private static final int MOST_ITEMS = 10_000;

    /** They stay in memory, and go to every agent that asks. */
    private static final int MOST_BYTES = 16 << 20;

    /** For all pages of one list. */
    private static final long LONGEST_NANOS = Duration.ofMinutes(5).toNanos();

    /** Each may be held against the URI of a request. */
    private static final int MOST_TEMPLATES = 1_000;

    private final Instance instance;
    private final String version;
    private final String offered;

    /** @param offered the capabilities to introduce ourselves with, as JSON */
    Handshake(Instance instance, String version, String offered) {
        this.instance = instance;
        this.version = version;
        this.offered = offered;
    }

    /** The server did not do what the protocol asks. The message is for a person and holds no secret. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        Failed(String message) {
            super(message);
        }
    }

    /** Introduces both sides to each other. */
    Capabilities introduce() throws Failed {
        var reply = ask(
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":" + offered
                        + ",\"clientInfo\":{\"name\":\"kruxos\",\"version\":"
                        + Replies.quoted(version) + "}}");
        var capabilities = Capabilities.read(reply.frame());
        if (capabilities == null) {
            throw new Failed("it answered initialize with something that is no MCP");
        }
        instance.agreed(capabilities);
        return capabilities;
    }

    /** Introduces both sides and reads the lists. */
    Map<Kind, List<Definition>> open() throws Failed {
        var capabilities = introduce();
        var items = new EnumMap<Kind, List<Definition>>(Kind.class);
        for (var kind : Kind.values()) {
            items.put(kind, capabilities.names().contains(kind.capability()) ? listOrNone(kind) : List.of());
        }
        return items;
    }

    /** A server without tools is no use; one that cannot list its prompts may still have tools. */
    private List<Definition> listOrNone(Kind kind) throws Failed {
        try {
            return list(kind);
        } catch (Failed e) {
            if (kind == Kind.TOOL) {
                throw e;
            }
            instance.noise("[kruxos] " + kind.member() + " are left out: " + e.getMessage());
            return List.of();
        }
    }

    /** All pages of one of the server's lists. */
    List<Definition> list(Kind kind) throws Failed {
        var items = new ArrayList<Definition>();
        @Nullable String cursor = null;
        var most = kind == Kind.TEMPLATE ? MOST_TEMPLATES : MOST_ITEMS;
        var bytes = 0;
        var began = System.nanoTime();
        for (var pages = 0; pages < MOST_PAGES && System.nanoTime() - began < LONGEST_NANOS; pages++) {
            var reply = ask(kind.listMethod(), cursor == null ? "{}" : "{\"cursor\":" + Replies.quoted(cursor) + "}");
            var page = DefinitionPage.read(kind, reply.frame(), most - items.size(), MOST_BYTES - bytes);
            if (page == null) {
                throw new Failed("it answered " + kind.listMethod() + " with something that is no such list");
            }
            if (page.excess()) {
                throw new Failed("it lists more than " + most + " " + kind.member() + ", or more than "
                        + (MOST_BYTES >> 20) + " MiB of them");
            }
            items.addAll(page.items());
            bytes += page.items().stream().mapToInt(Definition::length).sum();
            cursor = page.next();
            if (cursor == null) {
                return items;
            }
        }
        throw new Failed("its list of " + kind.member() + " does not end");
    }

    /** A careless server describes its tools with the secret in them; what we keep and show must not have it. */
    private Message.Reply scrubbed(Message.Reply reply) throws Failed {
        var bytes = instance.scrubber().json(reply.frame().bytes());
        if (Arrays.equals(bytes, reply.frame().bytes())) {
            return reply;
        }
        if (Codec.fromServer(bytes) instanceof Message.Reply clean) {
            return clean;
        }
        throw new Failed("its answer could not be freed of a secret");
    }

    private Message.Reply ask(String method, String params) throws Failed {
        var exchange = instance.open(null);
        if (exchange == null) {
            throw new Failed("its process is gone");
        }
        try {
            instance.send(exchange, exchange.carrying(Replies.request(exchange.id(), method, params)));
            return switch (exchange.await(PATIENCE, PATIENCE)) {
                case Exchange.End.Reply reply
                when reply.message().error() -> throw new Failed("it answered " + method + " with an error");
                case Exchange.End.Reply reply -> scrubbed(reply.message());
                case Exchange.End.Lost lost -> throw new Failed(lost.why());
                case Exchange.End.Refused refused -> throw new Failed(refused.why());
                case Exchange.End.Failed failed ->
                    throw new Failed(failed.failure().why());
                case Exchange.End.TimedOut late ->
                    throw new Failed("it answered " + method + " not at all: " + late.why());
                case Exchange.End.Withdrawn _ -> throw new Failed("it was stopped");
            };
        } finally {
            instance.forget(exchange);
        }
    }
}
