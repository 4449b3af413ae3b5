package com.kruxos.server;

import com.kruxos.audit.Audit;
import com.kruxos.audit.CannotRecord;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.audit.Entry;
import com.kruxos.audit.Principal;
import com.kruxos.rpc.Codec;
import com.kruxos.rpc.Errors;
import com.kruxos.rpc.Id;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.rpc.Splice;
import com.kruxos.session.Back;
import com.kruxos.session.Session;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The street the other way: what one server asks the one agent it lives for, and the answer back. Written down before
 * the agent is asked. Safe for any thread.
 */
final class Client {
    /** Method → the capability an agent needs for it. */
    private static final Map<String, String> ASKABLE =
            Map.of("sampling/createMessage", "sampling", "elicitation/create", "elicitation", "roots/list", "roots");

    private final Session session;
    private final Server server;
    private final Audit audit;
    /** A question as its server knows it: two lives of one server may use the same ids. */
    private record Theirs(Instance life, Id id) {}

    private final Map<Theirs, Asked> asked = new ConcurrentHashMap<>();

    Client(Session session, Server server, Audit audit) {
        this.session = session;
        this.server = server;
        this.audit = audit;
    }

    /** The capabilities to introduce ourselves with: the agent's own. */
    String capabilities() {
        var json = new StringBuilder("{");
        session.capabilities()
                .forEach((name, value) -> json.append(json.length() == 1 ? "" : ",")
                        .append(Replies.quoted(name))
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
    void ask(Instance life, byte[] clean, @Nullable Exchange cause, Back out, Consumer<byte[]> answer) {
        if (!(Codec.fromServer(clean) instanceof Message.Request request)) {
            return;
        }
        var capability = ASKABLE.get(request.method());
        if (capability == null || !session.capabilities().containsKey(capability)) {
            answer.accept(Replies.error(
                    request.id(), Errors.METHOD_NOT_FOUND, "the client does not offer " + request.method(), null));
            return;
        }
        if (!out.hears()) {
            answer.accept(Replies.error(
                    request.id(), Errors.REFUSED, "the client has no stream open on which it could be asked", null));
            return;
        }
        try {
            var opened = record(request);
            var question = open(life, request, opened, cause, out, answer);
            if (question == null) {
                close(opened, "refused", Details.none());
                answer.accept(Replies.error(request.id(), Errors.REFUSED, "too many questions are open", null));
                return;
            }
            if (cause != null) {
                cause.asks(question);
            }
            out.news(
                    new Splice(clean).put(request.frame().id(), question.ours()).bytes());
        } catch (CannotRecord e) {
            answer.accept(Replies.error(request.id(), Errors.REFUSED, "the question cannot be recorded", null));
        }
    }

    /** A place for the answer; absent when too many are open. */
    private @Nullable Asked open(
            Instance life,
            Message.Request request,
            Opened opened,
            @Nullable Exchange cause,
            Back out,
            Consumer<byte[]> answer) {
        Asked before;
        Asked question;
        synchronized (asked) { // an agent may answer what it was not asked yet
            var id = session.questions().ask(reply -> answered(life, request, reply, answer));
            if (id.isEmpty()) {
                return null;
            }
            question = new Asked(this, new Theirs(life, request.id()), id.get(), opened, cause, out);
            before = asked.put(question.theirs(), question);
        }
        if (before != null) {
            before.run(); // the server asks two things under one id: the answer is to the second
        }
        return question;
    }

    private @Nullable Asked known(Theirs theirs) {
        synchronized (asked) {
            return asked.get(theirs);
        }
    }

    /** This life of the server takes a question back. */
    void cancelled(Instance life, Message.Notification said, Back out) {
        var theirs = said.params().requestId();
        var question = theirs == null ? null : known(new Theirs(life, theirs));
        if (question != null && withdrawn(question, "cancelled")) {
            out.news(new Splice(said.frame().bytes())
                    .put(said.params().requestIdAt(), question.ours())
                    .bytes());
        }
    }

    /** This life of the server is gone, and nobody waits for what it asked; another may have begun already. */
    void abandon(Instance life) {
        asked.values().stream()
                .filter(one -> one.theirs().life() == life)
                .toList()
                .forEach(Asked::run);
    }

    /** What the server asked and the agent has not answered. Running it abandons it, which does not wait. */
    private record Asked(
            Client client,
            Theirs theirs,
            Id ours,
            Opened opened,
            @Nullable Exchange cause,
            Back out) implements Runnable {
        @Override
        public void run() {
            Thread.startVirtualThread(() -> {
                if (client.withdrawn(this, "abandoned")) {
                    out.news(Replies.notification(
                            "notifications/cancelled",
                            "{\"requestId\":" + ours + ",\"reason\":\"nobody waits for the answer any more\"}"));
                }
            });
        }
    }

    /** False when it was answered, or withdrawn already. */
    private boolean withdrawn(Asked question, String outcome) {
        if (!session.questions().forget(question.ours())) {
            return false;
        }
        over(question);
        try {
            close(question.opened(), outcome, Details.none());
        } catch (CannotRecord e) {
            // It stays open in the record, and is closed at the next start.
        }
        return true;
    }

    private void over(Asked question) {
        asked.remove(question.theirs(), question);
        var cause = question.cause();
        if (cause != null) {
            cause.answered(question);
        }
    }

    /** A log message can only be about this agent's calls: it gets what it wants to hear. */
    void logged(byte[] clean, Message.Notification said, Back out) {
        var level = said.params().level();
        if (LogLevel.of(level == null ? "" : level)
                .filter(severity -> severity.compareTo(session.logLevel()) >= 0)
                .isPresent()) {
            out.news(clean);
        }
    }

    /** Something the agent asked for outside the conversation is done. */
    void elicited(byte[] clean, Back out) {
        if (session.capabilities().containsKey("elicitation")) {
            out.news(clean);
        }
    }

    /** The session's own line: for what belongs to no call. */
    Back line() {
        return Back.along(session.line());
    }

    private record Opened(Entry entry, long seq) {}

    private Opened record(Message.Request request) {
        var opening = session.opening();
        var entry = new Entry(
                "question.opened",
                new Principal(
                        Principal.Type.AGENT, opening.agent(), opening.agentName(), opening.origin(), opening.via()),
                server.space(),
                session.id(),
                request.method(),
                server.name(),
                Entry.OPEN,
                null,
                Details.none()
                        .with("server", server.id())
                        .with("question_bytes", request.frame().bytes().length)
                        .with(
                                "question_digest",
                                audit.digest(
                                        request.frame().bytes(),
                                        0,
                                        request.frame().bytes().length)));
        return new Opened(entry, audit.append(entry, Durability.COMMITTED));
    }

    private void answered(Instance life, Message.Request request, Message.Reply reply, Consumer<byte[]> answer) {
        var question = known(new Theirs(life, request.id()));
        var bytes = reply.frame().bytes();
        try {
            if (question != null) {
                over(question);
                close(
                        question.opened(),
                        reply.error() ? "error" : "answered",
                        Details.none()
                                .with("answer_bytes", bytes.length)
                                .with("answer_digest", audit.digest(bytes, 0, bytes.length)));
            }
            answer.accept(
                    new Splice(bytes).put(reply.frame().id(), request.id()).bytes());
        } catch (CannotRecord e) {
            answer.accept(Replies.error(request.id(), Errors.REFUSED, "the answer cannot be recorded", null));
        }
    }

    private void close(Opened opened, String outcome, Details details) {
        audit.append(opened.entry().closing(opened.seq(), "question.closed", outcome, details), Durability.COMMITTED);
    }
}
