package com.kruxos.gateway;

import com.kruxos.audit.CannotRecord;
import com.kruxos.identity.Authenticated;
import com.kruxos.rpc.Batch;
import com.kruxos.rpc.Capabilities;
import com.kruxos.rpc.Codec;
import com.kruxos.rpc.Errors;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.session.Admission;
import com.kruxos.session.Session;
import com.kruxos.web.Problem;
import com.kruxos.web.Web;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Streamable HTTP on {@code /mcp}: a POST for what the agent says, a GET to listen, a DELETE to say goodbye. */
final class StreamableHttp implements AutoCloseable {
    static final String SESSION = "Mcp-Session-Id";

    static final Problem SESSION_GONE = new Problem(
            404,
            "session-gone",
            "No such session",
            "this session has ended, or was never yours",
            "send initialize again, without Mcp-Session-Id, and go on with the new session");

    private final Door door;
    private final HttpTalks talks;

    StreamableHttp(Door door, HttpTalks talks) {
        this.door = door;
        this.talks = talks;
    }

    @Override
    public void close() {
        talks.close();
    }

    void serve(Authenticated agent, String origin, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var version = request.getHeader("MCP-Protocol-Version");
        if (version != null && !Capabilities.VERSIONS.contains(version)) {
            Web.write(
                    response,
                    Problem.invalid(
                            "MCP-Protocol-Version names a version that is not spoken here",
                            "spoken are " + String.join(", ", new java.util.TreeSet<>(Capabilities.VERSIONS))));
            return;
        }
        switch (request.getMethod()) {
            case "POST" -> post(agent, origin, request, response);
            case "GET" -> listen(agent, request, response);
            case "DELETE" -> end(agent, request, response);
            default -> {
                response.setHeader("Allow", "GET, POST, DELETE");
                Web.write(
                        response,
                        new Problem(
                                405,
                                "method-not-allowed",
                                "Method not allowed",
                                "MCP uses POST, GET and DELETE here",
                                "or upgrade to a WebSocket"));
            }
        }
    }

    private void post(Authenticated agent, String origin, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var accepted = Accepted.of(request);
        if (!accepted.json() && !accepted.events()) {
            Web.write(response, notAcceptable("application/json, text/event-stream"));
            return;
        }
        if (!json(request.getContentType())) {
            Web.write(response, Problem.wrongMediaType("application/json"));
            return;
        }
        var session = request.getHeader(SESSION);
        var talk = session == null ? null : talks.find(session, agent).orElse(null);
        if (session != null && talk == null) {
            Web.write(response, SESSION_GONE);
            return;
        }
        // This thread is a virtual one: it reads a slow body, makes the call and writes the answer, and may wait.
        try {
            var body = Body.read(request, door.messages(agent));
            var refusal = body.refusal();
            if (refusal == null) {
                heard(new Heard(agent, origin, talk, accepted, response), body.bytes());
            } else {
                refuse(response, refusal);
            }
        } catch (RuntimeException e) {
            if (e instanceof CannotRecord) {
                throw e;
            }
            System.getLogger("gateway").log(System.Logger.Level.ERROR, "a POST failed inside the appliance", e);
            Web.write(response, Problem.broken());
        }
    }

    private static void refuse(HttpServletResponse response, Problem why) throws IOException {
        if (why.status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", NoMemory.SOON);
        }
        Web.write(response, why);
    }

    /** One POST whose head is in order. */
    private record Heard(
            Authenticated agent,
            String origin,
            @Nullable HttpTalk talk,
            Accepted accepted,
            HttpServletResponse response) {
        void complain(int code, String reason, String hint) throws IOException {
            Post.json(response, HttpServletResponse.SC_BAD_REQUEST, Replies.error(null, code, reason, hint));
        }
    }

    private void heard(Heard heard, byte[] body) throws IOException {
        var talk = heard.talk();
        var conversation = talk == null ? null : talk.conversation();
        if (Batch.looksLike(body) && (conversation == null || conversation.batches())) {
            var parts = Batch.split(body, Session.MOST_IN_FLIGHT).orElse(List.of());
            var messages = parts.stream().map(Codec::fromAgent).toList();
            if (talk == null || messages.isEmpty() || messages.stream().anyMatch(StreamableHttp::malformed)) {
                heard.complain(
                        Errors.INVALID_REQUEST,
                        "not a batch of messages that may stand in one",
                        "send messages one by one");
            } else {
                said(heard, talk, messages, true);
            }
            return;
        }
        switch (Codec.fromAgent(body)) {
            case Message.Malformed fault ->
                Post.json(
                        heard.response(),
                        HttpServletResponse.SC_BAD_REQUEST,
                        Replies.error(
                                fault.id(),
                                fault.code(),
                                fault.reason(),
                                "send one JSON-RPC 2.0 message in each POST"));
            case Message.Request request
            when talk == null && request.method().equals("initialize") -> opened(heard, request);
            case Message message
            when talk == null ->
                heard.complain(
                        Errors.INVALID_REQUEST,
                        "this message needs a session",
                        "send initialize first, then Mcp-Session-Id with every request");
            case Message message -> said(heard, talk, List.of(message), false);
        }
    }

    private void opened(Heard heard, Message.Request request) throws IOException {
        var none = talks.room(heard.agent(), heard.origin()).orElse(null);
        if (none != null) {
            NoSession.tell(heard.response(), none);
            return;
        }
        var id = door.welcomed(heard.agent(), heard.origin());
        var talk = new HttpTalk();
        switch (talks.open(id, heard.agent(), heard.origin(), talk)) {
            case Admission.Admitted(Session session) -> {
                heard.response().setHeader(SESSION, session.id());
                said(heard, talk, List.of(request), false);
            }
            case Admission.Refused refused -> NoSession.tell(heard.response(), refused);
        }
    }

    /** As {@link HttpTalks#room}. */
    Optional<Admission.Refused> room(Authenticated agent, String origin) {
        return talks.room(agent, origin);
    }

    /** Everything said at once; requests of a batch run side by side. */
    private void said(Heard heard, HttpTalk talk, List<Message> messages, boolean batch) {
        var conversation = talk.conversation();
        if (conversation == null) {
            throw new IllegalStateException("a session without a conversation");
        }
        var requests =
                messages.stream().filter(Message.Request.class::isInstance).count();
        if (requests == 0) {
            messages.forEach(message -> conversation.heard(message, talk.nowhere(), Runnable::run));
            heard.response().setStatus(HttpServletResponse.SC_ACCEPTED);
            return;
        }
        var post = new Post(talk, talks.sinks(), heard.response(), heard.accepted(), (int) requests, batch);
        talk.flying(post);
        messages.forEach(message ->
                conversation.heard(message, post, requests == 1 ? Runnable::run : Thread::startVirtualThread));
        post.await();
    }

    private void listen(Authenticated agent, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!Accepted.of(request).events()) {
            Web.write(response, notAcceptable("text/event-stream"));
            return;
        }
        var talk = named(agent, request, response);
        if (talk == null) {
            return;
        }
        var context = request.startAsync();
        context.setTimeout(0);
        if (!talk.listen(request.getHeader("Last-Event-ID"), () -> talks.sinks().open(response, context::complete))) {
            Web.write(response, SESSION_GONE);
            context.complete();
        }
    }

    private void end(Authenticated agent, HttpServletRequest request, HttpServletResponse response) throws IOException {
        var talk = named(agent, request, response);
        if (talk != null) {
            talks.end(talk, "the agent ended it");
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        }
    }

    /** The session a request names; absent when it was refused for naming none. */
    private @Nullable HttpTalk named(Authenticated agent, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var id = request.getHeader(SESSION);
        if (id == null) {
            Web.write(
                    response,
                    Problem.invalid("Mcp-Session-Id is missing", "send the one that initialize was answered with"));
            return null;
        }
        var talk = talks.find(id, agent).orElse(null);
        if (talk == null) {
            Web.write(response, SESSION_GONE);
        }
        return talk;
    }

    private static boolean malformed(Message message) {
        return message instanceof Message.Malformed
                || (message instanceof Message.Request request
                        && request.method().equals("initialize"));
    }

    private static boolean json(@Nullable String contentType) {
        return contentType != null
                && contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json");
    }

    private static Problem notAcceptable(String wanted) {
        return new Problem(
                406,
                "not-acceptable",
                "Not acceptable",
                "the client accepts no kind of answer that is given here",
                "send Accept: " + wanted);
    }
}
