package com.kruxos.server;

import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Splice;
import com.kruxos.session.Responder;
import com.kruxos.session.Session;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The street the other way: what one server asks the one agent it lives for, and the answer back. Written down before
 * the agent is asked. Safe for any thread.
 */
final class ServerRequestRelay {
    /** Method → the capability an agent needs for it. */
    private static final Map<String, String> REQUIRED_CAPABILITIES =
            Map.of("sampling/createMessage", "sampling", "elicitation/create", "elicitation", "roots/list", "roots");

    private final Session session;
    private final Server server;
    private final AuditLog audit;
    /** A question as its server knows it: two lives of one server may use the same ids. */
    private record ServerRequestKey(Instance instance, JsonRpcId id) {}

    private final Map<ServerRequestKey, RelayedRequest> relayed = new ConcurrentHashMap<>();

    ServerRequestRelay(Session session, Server server, AuditLog audit) {
        this.session = session;
        this.server = server;
        this.audit = audit;
    }

    /** The capabilities to introduce ourselves with: the agent's own. */
    String capabilities() {
        var json = new StringBuilder("{");
        session.clientCapabilities()
                .forEach((name, value) -> json.append(json.length() == 1 ? "" : ",")
                        .append(JsonRpcWriter.quote(name))
                        .append(':')
                        .append(value));
        return json.append('}').toString();
    }

    /**
     * Asks the agent.
     *
     * @param life of the server, which asks
     * @param clean the request, scrubbed
     * @param cause the call because of which it asks, as far as we know
     * @param out where it goes: with the call that caused it, or on the session's own line
     * @param answer gets the message for the server; at once when nobody can be asked
     */
    void relay(Instance life, byte[] clean, @Nullable PendingRequest cause, Responder out, Consumer<byte[]> answer) {
        if (!(JsonRpcReader.readFromServer(clean) instanceof Message.Request request)) {
            return;
        }
        var capability = REQUIRED_CAPABILITIES.get(request.method());
        if (capability == null || !session.clientCapabilities().containsKey(capability)) {
            answer.accept(JsonRpcWriter.error(
                    request.id(),
                    JsonRpcErrors.METHOD_NOT_FOUND,
                    "the client does not offer " + request.method(),
                    null));
            return;
        }
        if (!out.canSendRelated()) {
            answer.accept(JsonRpcWriter.error(
                    request.id(),
                    JsonRpcErrors.REFUSED,
                    "the client has no stream open on which it could be asked",
                    null));
            return;
        }
        try {
            var opened = recordOpened(request);
            var question = register(life, request, opened, cause, out, answer);
            if (question == null) {
                recordClosed(opened, "refused", Details.none());
                answer.accept(
                        JsonRpcWriter.error(request.id(), JsonRpcErrors.REFUSED, "too many questions are open", null));
                return;
            }
            if (cause != null) {
                cause.addNestedRequest(question);
            }
            out.sendRelated(new Splice(clean)
                    .replace(request.raw().idSpan(), question.clientRequestId())
                    .toByteArray());
        } catch (AuditWriteFailed e) {
            answer.accept(
                    JsonRpcWriter.error(request.id(), JsonRpcErrors.REFUSED, "the question cannot be recorded", null));
        }
    }

    /** A place for the answer; absent when too many are open. */
    private @Nullable RelayedRequest register(
            Instance life,
            Message.Request request,
            RecordedRequest opened,
            @Nullable PendingRequest cause,
            Responder out,
            Consumer<byte[]> answer) {
        RelayedRequest before;
        RelayedRequest question;
        synchronized (relayed) { // an agent may answer what it was not asked yet
            var id = session.pendingServerRequests().register(reply -> onReply(life, request, reply, answer));
            if (id.isEmpty()) {
                return null;
            }
            question = new RelayedRequest(this, new ServerRequestKey(life, request.id()), id.get(), opened, cause, out);
            before = relayed.put(question.key(), question);
        }
        if (before != null) {
            before.run(); // the server asks two things under one id: the answer is to the second
        }
        return question;
    }

    private @Nullable RelayedRequest find(ServerRequestKey theirs) {
        synchronized (relayed) {
            return relayed.get(theirs);
        }
    }

    /** This life of the server takes a question back. */
    void onCancelled(Instance life, Message.Notification said, Responder out) {
        var theirs = said.params().requestId();
        var question = theirs == null ? null : find(new ServerRequestKey(life, theirs));
        if (question != null && withdraw(question, "cancelled")) {
            out.sendRelated(new Splice(said.raw().bytes())
                    .replace(said.params().requestIdSpan(), question.clientRequestId())
                    .toByteArray());
        }
    }

    /** This life of the server is gone, and nobody waits for what it asked; another may have begun already. */
    void abandonRequestsOf(Instance life) {
        relayed.values().stream()
                .filter(one -> one.key().instance() == life)
                .toList()
                .forEach(RelayedRequest::run);
    }

    /** What the server asked and the agent has not answered. Running it abandons it, which does not wait. */
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
                            "notifications/cancelled",
                            "{\"requestId\":" + clientRequestId
                                    + ",\"reason\":\"nobody waits for the answer any more\"}"));
                }
            });
        }
    }

    /** False when it was answered, or withdrawn already. */
    private boolean withdraw(RelayedRequest question, String outcome) {
        if (!session.pendingServerRequests().remove(question.clientRequestId())) {
            return false;
        }
        remove(question);
        try {
            recordClosed(question.recorded(), outcome, Details.none());
        } catch (AuditWriteFailed e) {
            // It stays open in the record, and is closed at the next start.
        }
        return true;
    }

    private void remove(RelayedRequest question) {
        relayed.remove(question.key(), question);
        var cause = question.cause();
        if (cause != null) {
            cause.removeNestedRequest(question);
        }
    }

    /** A log message can only be about this agent's calls: it gets what it wants to hear. */
    void forwardLogMessage(byte[] clean, Message.Notification said, Responder out) {
        var level = said.params().level();
        if (LogLevel.of(level == null ? "" : level)
                .filter(severity -> severity.compareTo(session.logLevel()) >= 0)
                .isPresent()) {
            out.sendRelated(clean);
        }
    }

    /** Something the agent asked for outside the conversation is done. */
    void forwardElicitationComplete(byte[] clean, Responder out) {
        if (session.clientCapabilities().containsKey("elicitation")) {
            out.sendRelated(clean);
        }
    }

    /** The session's own line: for what belongs to no call. */
    Responder sessionResponder() {
        return Responder.over(session.connection());
    }

    private record RecordedRequest(AuditEntry entry, long seq) {}

    private RecordedRequest recordOpened(Message.Request request) {
        var opening = session.connectionInfo();
        var entry = new AuditEntry(
                "question.opened",
                new AuditPrincipal(
                        AuditPrincipal.PrincipalType.AGENT,
                        opening.agentId(),
                        opening.agentName(),
                        opening.origin(),
                        opening.via()),
                server.space(),
                session.id(),
                request.method(),
                server.name(),
                AuditEntry.OPEN,
                null,
                Details.none()
                        .with("server", server.id())
                        .with("question_bytes", request.raw().bytes().length)
                        .with(
                                "question_digest",
                                audit.digest(
                                        request.raw().bytes(), 0, request.raw().bytes().length)));
        return new RecordedRequest(entry, audit.append(entry, Durability.COMMITTED));
    }

    private void onReply(Instance life, Message.Request request, Message.Reply reply, Consumer<byte[]> answer) {
        var question = find(new ServerRequestKey(life, request.id()));
        var bytes = reply.raw().bytes();
        try {
            if (question != null) {
                remove(question);
                recordClosed(
                        question.recorded(),
                        reply.isError() ? "error" : "answered",
                        Details.none()
                                .with("answer_bytes", bytes.length)
                                .with("answer_digest", audit.digest(bytes, 0, bytes.length)));
            }
            answer.accept(new Splice(bytes)
                    .replace(reply.raw().idSpan(), request.id())
                    .toByteArray());
        } catch (AuditWriteFailed e) {
            answer.accept(
                    JsonRpcWriter.error(request.id(), JsonRpcErrors.REFUSED, "the answer cannot be recorded", null));
        }
    }

    private void recordClosed(RecordedRequest opened, String outcome, Details details) {
        audit.append(
                opened.entry().outcomeEntry(opened.seq(), "question.closed", outcome, details), Durability.COMMITTED);
    }
}
