package com.kruxos.server;

import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Splice;
import com.kruxos.session.Responder;
import com.kruxos.session.Session;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Relays the requests of a per-agent server (sampling, elicitation, roots) to its agent, and the responses back. Each
 * is recorded in the audit log before it is relayed. Safe for any thread.
 */
final class ServerRequestRelay {
    private final Session session;
    private final Server server;
    private final AuditLog audit;

    /** Two instances of one server may use the same ids. */
    private record ServerRequestKey(Instance instance, JsonRpcId id) {}

    private final Map<ServerRequestKey, RelayedRequest> relayed = new ConcurrentHashMap<>();

    ServerRequestRelay(Session session, Server server, AuditLog audit) {
        this.session = session;
        this.server = server;
        this.audit = audit;
    }

    /** The agent's client capabilities as a JSON object. We declare them to the server as ours. */
    String capabilities() {
        var json = new StringBuilder("{");
        session.caller()
                .client()
                .capabilities()
                .forEach((name, value) -> json.append(json.length() == 1 ? "" : ",")
                        .append(JsonRpcWriter.quote(name))
                        .append(':')
                        .append(value));
        return json.append('}').toString();
    }

    /** Null for a method that servers may not call. */
    private static @Nullable String requiredCapability(@Nullable McpMethod method) {
        return switch (method) {
            case SAMPLING_CREATE_MESSAGE -> "sampling";
            case ELICITATION_CREATE -> "elicitation";
            case ROOTS_LIST -> "roots";
            case null, default -> null;
        };
    }

    /**
     * Relays a request.
     *
     * @param redacted the request, redacted
     * @param cause the call that most likely caused the request
     * @param responder sends the request to the agent: on the stream of that call, or on the connection of the session
     * @param toServer receives the response for the server; at once when the request cannot be relayed
     */
    void relay(
            Instance instance,
            byte[] redacted,
            @Nullable PendingRequest cause,
            Responder responder,
            Consumer<byte[]> toServer) {
        if (!(JsonRpcReader.readFromServer(redacted) instanceof Message.Request request)) {
            return;
        }
        var capability = requiredCapability(request.knownMethod());
        if (capability == null || !session.caller().client().capabilities().containsKey(capability)) {
            toServer.accept(JsonRpcWriter.error(
                    request.id(),
                    JsonRpcErrors.METHOD_NOT_FOUND,
                    "the client does not offer " + request.method(),
                    null));
            return;
        }
        if (!responder.canSendRelated()) {
            toServer.accept(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.REFUSED, "the client has no open stream for requests", null));
            return;
        }
        try {
            var recorded = recordOpened(request);
            var relay = register(instance, request, recorded, cause, responder, toServer);
            if (relay == null) {
                recordClosed(recorded, "refused", Details.none());
                toServer.accept(JsonRpcWriter.error(
                        request.id(), JsonRpcErrors.REFUSED, "too many requests to the client are open", null));
                return;
            }
            if (cause != null) {
                cause.addNestedRequest(relay);
            }
            responder.sendRelated(new Splice(redacted)
                    .replace(request.raw().idSpan(), relay.clientRequestId())
                    .toByteArray());
        } catch (AuditWriteFailed e) {
            toServer.accept(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.REFUSED, "the request cannot be recorded in the audit log", null));
        }
    }

    /** Registers the request; returns null when too many are open. */
    private @Nullable RelayedRequest register(
            Instance instance,
            Message.Request request,
            RecordedRequest recorded,
            @Nullable PendingRequest cause,
            Responder responder,
            Consumer<byte[]> toServer) {
        RelayedRequest replaced;
        RelayedRequest relay;
        synchronized (relayed) { // a client may guess the id and respond before it was asked
            var id = session.pendingServerRequests().register(reply -> onReply(instance, request, reply, toServer));
            if (id.isEmpty()) {
                return null;
            }
            relay = new RelayedRequest(
                    this, new ServerRequestKey(instance, request.id()), id.get(), recorded, cause, responder);
            replaced = relayed.put(relay.key(), relay);
        }
        if (replaced != null) {
            replaced.run(); // the server reuses an id that is still pending: the response belongs to the new request
        }
        return relay;
    }

    private @Nullable RelayedRequest find(ServerRequestKey key) {
        synchronized (relayed) {
            return relayed.get(key);
        }
    }

    /** The server cancels a request. */
    void onCancelled(Instance instance, Message.Notification notification, Responder responder) {
        var serverId = notification.params().requestId();
        var relay = serverId == null ? null : find(new ServerRequestKey(instance, serverId));
        if (relay != null && withdraw(relay, "cancelled")) {
            responder.sendRelated(new Splice(notification.raw().bytes())
                    .replace(notification.params().requestIdSpan(), relay.clientRequestId())
                    .toByteArray());
        }
    }

    /** Cancels the open requests of an instance that has ended. */
    void abandonRequestsOf(Instance instance) {
        relayed.values().stream()
                .filter(request -> request.key().instance() == instance)
                .toList()
                .forEach(RelayedRequest::run);
    }

    /** A request the agent has not responded to. Running it abandons the request without waiting. */
    private record RelayedRequest(
            ServerRequestRelay relay,
            ServerRequestKey key,
            JsonRpcId clientRequestId,
            RecordedRequest recorded,
            @Nullable PendingRequest cause,
            Responder responder)
            implements Runnable {
        @Override
        public void run() {
            Thread.startVirtualThread(() -> {
                if (relay.withdraw(this, "abandoned")) {
                    responder.sendRelated(JsonRpcWriter.notification(
                            McpMethod.CANCELLED,
                            "{\"requestId\":" + clientRequestId + ",\"reason\":\"the response is no longer needed\"}"));
                }
            });
        }
    }

    /** Closes a request that needs no response any more; false when it is closed already. */
    private boolean withdraw(RelayedRequest relay, String outcome) {
        if (!session.pendingServerRequests().remove(relay.clientRequestId())) {
            return false;
        }
        remove(relay);
        try {
            recordClosed(relay.recorded(), outcome, Details.none());
        } catch (AuditWriteFailed e) {
            // The intent stays open in the audit log; the next start closes it.
        }
        return true;
    }

    private void remove(RelayedRequest relay) {
        relayed.remove(relay.key(), relay);
        var cause = relay.cause();
        if (cause != null) {
            cause.removeNestedRequest(relay);
        }
    }

    /** A per-agent instance logs about its own agent only, so the message is forwarded from the requested level on. */
    void forwardLogMessage(byte[] redacted, Message.Notification notification, Responder responder) {
        var level = notification.params().level();
        if (LogLevel.of(level == null ? "" : level)
                .filter(severity -> severity.compareTo(session.logLevel()) >= 0)
                .isPresent()) {
            responder.sendRelated(redacted);
        }
    }

    /** Forwards {@code notifications/elicitation/complete}. */
    void forwardElicitationComplete(byte[] redacted, Responder responder) {
        if (session.caller().client().capabilities().containsKey("elicitation")) {
            responder.sendRelated(redacted);
        }
    }

    /** For messages that belong to no call. */
    Responder sessionResponder() {
        return Responder.over(session.connection());
    }

    private record RecordedRequest(AuditEntry entry, long seq) {}

    private RecordedRequest recordOpened(Message.Request request) {
        var bytes = request.raw().bytes();
        var entry = AuditEntry.by(session.caller().principal(), "question.opened", request.method())
                .space(server.space())
                .session(session.id())
                .target(server.name())
                .details(Details.none()
                        .with("server", server.id())
                        .with("question_bytes", bytes.length)
                        .with("question_digest", audit.digest(bytes, 0, bytes.length)))
                .intent();
        return new RecordedRequest(entry, audit.append(entry, Durability.COMMITTED));
    }

    private void onReply(Instance instance, Message.Request request, Message.Reply reply, Consumer<byte[]> toServer) {
        var relay = find(new ServerRequestKey(instance, request.id()));
        var bytes = reply.raw().bytes();
        try {
            if (relay != null) {
                remove(relay);
                recordClosed(
                        relay.recorded(),
                        reply.isError() ? "error" : "answered",
                        Details.none()
                                .with("answer_bytes", bytes.length)
                                .with("answer_digest", audit.digest(bytes, 0, bytes.length)));
            }
            toServer.accept(new Splice(bytes)
                    .replace(reply.raw().idSpan(), request.id())
                    .toByteArray());
        } catch (AuditWriteFailed e) {
            toServer.accept(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.REFUSED, "the response cannot be recorded in the audit log", null));
        }
    }

    private void recordClosed(RecordedRequest recorded, String outcome, Details details) {
        audit.append(
                recorded.entry().outcomeEntry(recorded.seq(), "question.closed", outcome, details),
                Durability.COMMITTED);
    }
}
