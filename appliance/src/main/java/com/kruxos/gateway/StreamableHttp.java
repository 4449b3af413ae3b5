package com.kruxos.gateway;

import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.identity.AuthenticatedAgent;
import com.kruxos.rpc.JsonRpcBatch;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.ProtocolVersion;
import com.kruxos.session.Session;
import com.kruxos.session.SessionOpenResult;
import com.kruxos.web.HttpListener;
import com.kruxos.web.http.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Streamable HTTP on {@code /mcp}: a POST for what the agent says, a GET to listen, a DELETE to say goodbye. */
final class StreamableHttp implements AutoCloseable {
    static final String SESSION_HEADER = "Mcp-Session-Id";

    static final Problem SESSION_GONE = new Problem(
            404,
            "session-gone",
            "No such session",
            "this session has ended, or was never yours",
            "send initialize again, without Mcp-Session-Id, and go on with the new session");

    private final AgentAdmission admission;
    private final McpHttpSessions sessions;

    StreamableHttp(AgentAdmission door, McpHttpSessions talks) {
        this.admission = door;
        this.sessions = talks;
    }

    @Override
    public void close() {
        sessions.close();
    }

    void serve(AuthenticatedAgent agent, String origin, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var version = request.getHeader("MCP-Protocol-Version");
        if (version != null && ProtocolVersion.find(version) == null) {
            HttpListener.writeProblem(
                    response,
                    Problem.invalid(
                            "MCP-Protocol-Version names a version that is not spoken here",
                            "spoken are " + ProtocolVersion.list()));
            return;
        }
        switch (request.getMethod()) {
            case "POST" -> handlePost(agent, origin, request, response);
            case "GET" -> handleGet(agent, request, response);
            case "DELETE" -> handleDelete(agent, request, response);
            default -> {
                response.setHeader("Allow", "GET, POST, DELETE");
                HttpListener.writeProblem(
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

    private void handlePost(
            AuthenticatedAgent agent, String origin, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var accepted = AcceptHeader.parse(request);
        if (!accepted.json() && !accepted.eventStream()) {
            HttpListener.writeProblem(response, notAcceptable("application/json, text/event-stream"));
            return;
        }
        if (!isJson(request.getContentType())) {
            HttpListener.writeProblem(response, Problem.wrongMediaType("application/json"));
            return;
        }
        var session = request.getHeader(SESSION_HEADER);
        var talk = session == null ? null : sessions.find(session, agent).orElse(null);
        if (session != null && talk == null) {
            HttpListener.writeProblem(response, SESSION_GONE);
            return;
        }
        // This thread is a virtual one: it reads a slow body, makes the call and writes the answer, and may wait.
        try {
            var body = RequestBody.read(request, admission.limitsFor(agent));
            var refusal = body.refusal();
            if (refusal == null) {
                handleBody(new PostContext(agent, origin, talk, accepted, response), body.bytes());
            } else {
                sendRefusal(response, refusal);
            }
        } catch (RuntimeException e) {
            if (e instanceof AuditWriteFailed) {
                throw e;
            }
            System.getLogger("gateway").log(System.Logger.Level.ERROR, "a POST failed inside the appliance", e);
            HttpListener.writeProblem(response, Problem.internalError());
        }
    }

    private static void sendRefusal(HttpServletResponse response, Problem why) throws IOException {
        if (why.status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", OverloadReply.RETRY_AFTER_SECONDS);
        }
        HttpListener.writeProblem(response, why);
    }

    /** One POST whose head is in order. */
    private record PostContext(
            AuthenticatedAgent agent,
            String origin,
            @Nullable McpHttpSession session,
            AcceptHeader accept,
            HttpServletResponse response) {
        void refuse(int code, String reason, String hint) throws IOException {
            PostExchange.writeJson(
                    response, HttpServletResponse.SC_BAD_REQUEST, JsonRpcWriter.error(null, code, reason, hint));
        }
    }

    private void handleBody(PostContext heard, byte[] body) throws IOException {
        var talk = heard.session();
        var conversation = talk == null ? null : talk.sessionHandler();
        if (JsonRpcBatch.looksLikeArray(body) && (conversation == null || conversation.acceptsBatches())) {
            var parts = JsonRpcBatch.split(body, Session.MAX_IN_FLIGHT).orElse(List.of());
            var messages = parts.stream().map(JsonRpcReader::readFromAgent).toList();
            if (talk == null || messages.isEmpty() || messages.stream().anyMatch(StreamableHttp::isInvalidInBatch)) {
                heard.refuse(
                        JsonRpcErrors.INVALID_REQUEST,
                        "not a batch of messages that may stand in one",
                        "send messages one by one");
            } else {
                handleMessages(heard, talk, messages, true);
            }
            return;
        }
        switch (JsonRpcReader.readFromAgent(body)) {
            case Message.Malformed fault ->
                PostExchange.writeJson(
                        heard.response(),
                        HttpServletResponse.SC_BAD_REQUEST,
                        JsonRpcWriter.error(
                                fault.id(),
                                fault.code(),
                                fault.reason(),
                                "send one JSON-RPC 2.0 message in each POST"));
            case Message.Request request
            when talk == null && request.knownMethod() == McpMethod.INITIALIZE -> initialize(heard, request);
            case Message message
            when talk == null ->
                heard.refuse(
                        JsonRpcErrors.INVALID_REQUEST,
                        "this message needs a session",
                        "send initialize first, then Mcp-Session-Id with every request");
            case Message message -> handleMessages(heard, talk, List.of(message), false);
        }
    }

    private void initialize(PostContext heard, Message.Request request) throws IOException {
        var none = sessions.checkCapacity(heard.agent(), heard.origin()).orElse(null);
        if (none != null) {
            SessionRefusalReply.send(heard.response(), none);
            return;
        }
        var id = admission.recordSessionStarted(heard.agent(), heard.origin());
        var talk = new McpHttpSession();
        switch (sessions.open(id, heard.agent(), heard.origin(), talk)) {
            case SessionOpenResult.SessionOpened(Session session) -> {
                heard.response().setHeader(SESSION_HEADER, session.id());
                handleMessages(heard, talk, List.of(request), false);
            }
            case SessionOpenResult.SessionRefused refused -> SessionRefusalReply.send(heard.response(), refused);
        }
    }

    /** As {@link McpHttpSessions#checkCapacity}. */
    Optional<SessionOpenResult.SessionRefused> checkCapacity(AuthenticatedAgent agent, String origin) {
        return sessions.checkCapacity(agent, origin);
    }

    /** Everything said at once; requests of a batch run side by side. */
    private void handleMessages(PostContext heard, McpHttpSession talk, List<Message> messages, boolean batch) {
        var conversation = talk.sessionHandler();
        if (conversation == null) {
            throw new IllegalStateException("a session without a conversation");
        }
        var requests =
                messages.stream().filter(Message.Request.class::isInstance).count();
        if (requests == 0) {
            messages.forEach(message -> conversation.onMessage(message, talk.unsolicitedResponder(), Runnable::run));
            heard.response().setStatus(HttpServletResponse.SC_ACCEPTED);
            return;
        }
        var post = new PostExchange(
                talk, sessions.sseResponses(), heard.response(), heard.accept(), (int) requests, batch);
        talk.addPost(post);
        messages.forEach(message ->
                conversation.onMessage(message, post, requests == 1 ? Runnable::run : Thread::startVirtualThread));
        post.awaitWritten();
    }

    private void handleGet(AuthenticatedAgent agent, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!AcceptHeader.parse(request).eventStream()) {
            HttpListener.writeProblem(response, notAcceptable("text/event-stream"));
            return;
        }
        var talk = requireSession(agent, request, response);
        if (talk == null) {
            return;
        }
        var context = request.startAsync();
        context.setTimeout(0);
        if (!talk.openGetStream(
                request.getHeader("Last-Event-ID"),
                () -> sessions.sseResponses().open(response, context::complete))) {
            HttpListener.writeProblem(response, SESSION_GONE);
            context.complete();
        }
    }

    private void handleDelete(AuthenticatedAgent agent, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var talk = requireSession(agent, request, response);
        if (talk != null) {
            sessions.end(talk, "the agent ended it");
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        }
    }

    /** The session a request names; absent when it was refused for naming none. */
    private @Nullable McpHttpSession requireSession(
            AuthenticatedAgent agent, HttpServletRequest request, HttpServletResponse response) throws IOException {
        var id = request.getHeader(SESSION_HEADER);
        if (id == null) {
            HttpListener.writeProblem(
                    response,
                    Problem.invalid("Mcp-Session-Id is missing", "send the one that initialize was answered with"));
            return null;
        }
        var talk = sessions.find(id, agent).orElse(null);
        if (talk == null) {
            HttpListener.writeProblem(response, SESSION_GONE);
        }
        return talk;
    }

    private static boolean isInvalidInBatch(Message message) {
        return message instanceof Message.Malformed
                || (message instanceof Message.Request request && request.knownMethod() == McpMethod.INITIALIZE);
    }

    private static boolean isJson(@Nullable String contentType) {
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
