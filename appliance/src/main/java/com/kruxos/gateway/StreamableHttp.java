package com.kruxos.gateway;

import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.rpc.JsonRpcBatch;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.rpc.ProtocolVersion;
import com.kruxos.session.Caller;
import com.kruxos.session.Session;
import com.kruxos.session.SessionOpenResult;
import com.kruxos.web.HttpListener;
import com.kruxos.web.http.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Streamable HTTP on {@code /mcp}: POST for messages, GET for an event stream, DELETE to end the session. */
final class StreamableHttp implements AutoCloseable {
    static final String SESSION_HEADER = "Mcp-Session-Id";
    static final Problem SESSION_GONE = new Problem(
            404,
            "session-gone",
            "No such session",
            "this session has ended, or belongs to another agent",
            "send initialize again, without Mcp-Session-Id, and use the new session");

    private final AgentAdmission admission;
    private final McpHttpSessions sessions;
    private final Function<Caller, MessageLimits> messageLimits;

    /** @param messageLimits the limits of one agent's messages */
    StreamableHttp(AgentAdmission admission, McpHttpSessions sessions, Function<Caller, MessageLimits> messageLimits) {
        this.admission = admission;
        this.sessions = sessions;
        this.messageLimits = messageLimits;
    }

    @Override
    public void close() {
        sessions.close();
    }

    void serve(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        var version = request.getHeader("MCP-Protocol-Version");
        if (version != null && ProtocolVersion.find(version) == null) {
            HttpListener.writeProblem(
                    response,
                    Problem.invalid(
                            "MCP-Protocol-Version names an unsupported version",
                            "supported versions: " + ProtocolVersion.list()));
            return;
        }
        switch (request.getMethod()) {
            case "POST" -> handlePost(caller, request, response);
            case "GET" -> handleGet(caller, request, response);
            case "DELETE" -> handleDelete(caller, request, response);
            default -> {
                response.setHeader("Allow", "GET, POST, DELETE");
                HttpListener.writeProblem(
                        response,
                        new Problem(
                                405,
                                "method-not-allowed",
                                "McpMethod not allowed",
                                "MCP uses POST, GET and DELETE here",
                                "use one of them, or upgrade to a WebSocket"));
            }
        }
    }

    private void handlePost(Caller caller, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var accept = AcceptHeader.parse(request);
        if (!accept.json() && !accept.eventStream()) {
            HttpListener.writeProblem(response, notAcceptable("application/json, text/event-stream"));
            return;
        }
        if (!isJson(request.getContentType())) {
            HttpListener.writeProblem(response, Problem.wrongMediaType("application/json"));
            return;
        }
        var id = request.getHeader(SESSION_HEADER);
        var session = id == null ? null : sessions.find(id, caller).orElse(null);
        if (id != null && session == null) {
            HttpListener.writeProblem(response, SESSION_GONE);
            return;
        }
        // This is a virtual thread, which may block: on a slow body, the call and the response.
        try {
            var body = RequestBody.read(request, messageLimits.apply(caller));
            var refusal = body.refusal();
            if (refusal == null) {
                handleBody(new PostContext(caller, session, accept, response), body.bytes());
            } else {
                sendRefusal(response, refusal);
            }
        } catch (RuntimeException e) {
            if (e instanceof AuditWriteFailed) {
                throw e;
            }
            System.getLogger("gateway").log(System.Logger.Level.ERROR, "internal error in a POST", e);
            HttpListener.writeProblem(response, Problem.internalError());
        }
    }

    private static void sendRefusal(HttpServletResponse response, Problem reason) throws IOException {
        if (reason.status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", OverloadReply.RETRY_AFTER_SECONDS);
        }
        HttpListener.writeProblem(response, reason);
    }

    /** One POST with valid headers. */
    private record PostContext(
            Caller caller, @Nullable McpHttpSession session, AcceptHeader accept, HttpServletResponse response) {
        void refuse(byte[] error) throws IOException {
            PostExchange.writeJson(response, HttpServletResponse.SC_BAD_REQUEST, error);
        }

        void refuse(String message, String hint) throws IOException {
            refuse(JsonRpcWriter.error(null, JsonRpcErrors.INVALID_REQUEST, message, hint));
        }
    }

    private void handleBody(PostContext post, byte[] body) throws IOException {
        var session = post.session();
        var handler = session == null ? null : session.sessionHandler();
        if (JsonRpcBatch.looksLikeArray(body)
                && (handler == null || handler.protocolVersion().hasBatches())) {
            handleBatch(post, body);
            return;
        }
        switch (JsonRpcReader.readFromAgent(body)) {
            case Message.Malformed malformed ->
                post.refuse(JsonRpcWriter.error(
                        malformed.id(),
                        malformed.code(),
                        malformed.reason(),
                        "send one JSON-RPC 2.0 message in each POST"));
            case Message.Request request
            when session == null && request.knownMethod() == McpMethod.INITIALIZE -> initialize(post, request);
            case Message _
            when session == null ->
                post.refuse(
                        "this message needs a session",
                        "send initialize first, then Mcp-Session-Id with every request");
            case Message message -> handleMessages(post, session, PostedMessages.single(message));
        }
    }

    private void handleBatch(PostContext post, byte[] body) throws IOException {
        var session = post.session();
        var parts = JsonRpcBatch.split(body, Session.MAX_IN_FLIGHT).orElse(List.of());
        var messages = parts.stream().map(JsonRpcReader::readFromAgent).toList();
        if (session == null || messages.isEmpty() || messages.stream().anyMatch(StreamableHttp::isInvalidInBatch)) {
            post.refuse("not a valid batch of messages", "send messages one by one");
        } else {
            handleMessages(post, session, new PostedMessages(messages, true));
        }
    }

    private void initialize(PostContext post, Message.Request request) throws IOException {
        var refused = admission.checkCapacity(post.caller()).orElse(null);
        if (refused != null) {
            SessionRefusalReply.send(post.response(), refused);
            return;
        }
        var started = admission.start(post.caller());
        var httpSession = new McpHttpSession();
        switch (sessions.open(started, httpSession)) {
            case SessionOpenResult.SessionOpened(Session session) -> {
                post.response().setHeader(SESSION_HEADER, session.id());
                handleMessages(post, httpSession, PostedMessages.single(request));
            }
            case SessionOpenResult.SessionRefused reason -> SessionRefusalReply.send(post.response(), reason);
        }
    }

    /** Handles the messages of one POST. The requests of a batch run in parallel. */
    private void handleMessages(PostContext post, McpHttpSession session, PostedMessages posted) {
        var handler = session.sessionHandler();
        if (handler == null) {
            throw new IllegalStateException("the session was not started");
        }
        var requests = posted.requestCount();
        if (requests == 0) {
            posted.messages()
                    .forEach(message -> handler.onMessage(message, session.unsolicitedResponder(), Runnable::run));
            post.response().setStatus(HttpServletResponse.SC_ACCEPTED);
            return;
        }
        var exchange = new PostExchange(session, sessions.sseResponses(), post.response(), post.accept(), posted);
        session.addPost(exchange);
        posted.messages()
                .forEach(message -> handler.onMessage(
                        message, exchange, requests == 1 ? Runnable::run : Thread::startVirtualThread));
        exchange.awaitWritten();
    }

    private void handleGet(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!AcceptHeader.parse(request).eventStream()) {
            HttpListener.writeProblem(response, notAcceptable("text/event-stream"));
            return;
        }
        var session = requireSession(caller, request, response);
        if (session == null) {
            return;
        }
        var context = request.startAsync();
        context.setTimeout(0);
        if (!session.openGetStream(
                request.getHeader("Last-Event-ID"),
                () -> sessions.sseResponses().open(response, context::complete))) {
            HttpListener.writeProblem(response, SESSION_GONE);
            context.complete();
        }
    }

    private void handleDelete(Caller caller, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var session = requireSession(caller, request, response);
        if (session != null) {
            sessions.end(session, "the agent ended it");
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        }
    }

    /** The session that a request names; null after an error response. */
    private @Nullable McpHttpSession requireSession(
            Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        var id = request.getHeader(SESSION_HEADER);
        if (id == null) {
            HttpListener.writeProblem(
                    response,
                    Problem.invalid(
                            "Mcp-Session-Id is missing", "send the Mcp-Session-Id of the response to initialize"));
            return null;
        }
        var session = sessions.find(id, caller).orElse(null);
        if (session == null) {
            HttpListener.writeProblem(response, SESSION_GONE);
        }
        return session;
    }

    private static boolean isInvalidInBatch(Message message) {
        return message instanceof Message.Malformed
                || (message instanceof Message.Request request && request.knownMethod() == McpMethod.INITIALIZE);
    }

    private static boolean isJson(@Nullable String contentType) {
        return contentType != null
                && contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json");
    }

    private static Problem notAcceptable(String accepted) {
        return new Problem(
                406,
                "not-acceptable",
                "Not acceptable",
                "the client accepts none of the available media types",
                "send Accept: " + accepted);
    }
}
