package com.kruxos.gateway;

import com.kruxos.call.PipelineResult;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.InitializeRequest;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.ProtocolVersion;
import com.kruxos.session.ClientInfo;
import com.kruxos.session.InFlightRequest;
import com.kruxos.session.Responder;
import com.kruxos.session.Session;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Handles the messages of one session. The thread that reads them only dispatches: whatever may block runs on the
 * executor that comes with the message.
 */
final class McpSessionHandler {
    /** All that the gateway can offer: servers may be added during the session. */
    private static final String GATEWAY_CAPABILITIES = """
            {"tools":{"listChanged":true},"prompts":{"listChanged":true},\
            "resources":{"subscribe":true,"listChanged":true},"completions":{},"logging":{}}""";

    private final Session session;
    private final McpService service;

    McpSessionHandler(Session session, McpService service) {
        this.session = session;
        this.service = service;
    }

    Session session() {
        return session;
    }

    /** The version the client negotiated; the latest before that. */
    ProtocolVersion protocolVersion() {
        return session.caller().client().protocolVersion();
    }

    /**
     * Handles one message.
     *
     * @param responder where it is answered
     * @param executor runs what may block
     */
    void onMessage(Message message, Responder responder, Executor executor) {
        switch (message) {
            case Message.Request request -> onRequest(request, responder, executor);
            case Message.Notification notification -> onNotification(notification);
            case Message.Reply reply -> session.pendingServerRequests().complete(reply);
            case Message.Malformed malformed ->
                responder.respond(JsonRpcWriter.error(
                        malformed.id(),
                        malformed.code(),
                        malformed.reason(),
                        "send one JSON-RPC 2.0 message in each frame"));
        }
    }

    private void onRequest(Message.Request request, Responder responder, Executor executor) {
        var method = request.knownMethod();
        switch (method) {
            case INITIALIZE -> responder.respond(initialize(request));
            case PING -> responder.respond(JsonRpcWriter.result(request.id(), "{}"));
            case LOGGING_SET_LEVEL -> responder.respond(setLogLevel(request));
            case null, default -> startRequest(request, responder, executor, handlerOf(method));
        }
    }

    /** How a request comes to its result; may block. */
    private interface RequestTask {
        PipelineResult run(Message.Request request, InFlightRequest inFlight);
    }

    private RequestTask handlerOf(@Nullable McpMethod method) {
        if (method != null && method.isForwarded()) {
            return service.callPipeline()::execute;
        }
        return FeatureKind.ofListMethod(method)
                .<RequestTask>map(kind -> (request, _) ->
                        new PipelineResult.Respond(service.listHandler().handle(session.caller(), request, kind)))
                .orElse((request, _) -> service.callPipeline().refuseUnknownMethod(session.caller(), request));
    }

    private void onNotification(Message.Notification notification) {
        var id = notification.params().requestId();
        if (notification.knownMethod() == McpMethod.CANCELLED && id != null) {
            session.findInFlight(id).ifPresent(request -> request.withdraw(notification));
        } else if (notification.knownMethod() == McpMethod.ROOTS_LIST_CHANGED) {
            service.callPipeline().onRootsChanged(session.caller(), notification);
        }
    }

    private byte[] initialize(Message.Request request) {
        var declared = InitializeRequest.read(request);
        var version = declared.negotiatedVersion();
        session.initialize(new ClientInfo(declared.clientInfo(), declared.capabilities(), version));
        return JsonRpcWriter.result(
                request.id(),
                "{\"protocolVersion\":" + JsonRpcWriter.quote(version.wireName())
                        + ",\"capabilities\":" + GATEWAY_CAPABILITIES
                        + ",\"serverInfo\":{\"name\":\"kruxos\",\"title\":\"KruxOS\",\"version\":"
                        + JsonRpcWriter.quote(service.applianceVersion()) + "}}");
    }

    private byte[] setLogLevel(Message.Request request) {
        var requested = request.params().level();
        var level = LogLevel.of(requested == null ? "" : requested).orElse(null);
        if (level == null) {
            return JsonRpcWriter.error(
                    request.id(),
                    JsonRpcErrors.INVALID_PARAMS,
                    "unknown log level",
                    "use debug, info, notice, warning, error, critical, alert or emergency");
        }
        session.setLogLevel(level);
        service.callPipeline().setLogLevel(session.caller(), level);
        return JsonRpcWriter.result(request.id(), "{}");
    }

    private void startRequest(Message.Request request, Responder responder, Executor executor, RequestTask task) {
        if (service.memoryGuard().isMemoryLow()) {
            responder.respond(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.REFUSED, OverloadReply.MESSAGE, OverloadReply.HINT));
            return;
        }
        var inFlight = session.beginRequest(request.id(), request.raw().bytes().length, responder)
                .orElse(null);
        if (inFlight == null) {
            refuseToStart(request, responder);
            return;
        }
        executor.execute(() -> {
            try (inFlight) {
                switch (runSafely(request, () -> task.run(request, inFlight))) {
                    case PipelineResult.Respond respond
                    when inFlight.complete() -> responder.respond(respond.message());
                    case PipelineResult.Respond _, PipelineResult.NoResponse _ -> responder.endWithoutResponse();
                }
            }
        });
    }

    /** An internal error is logged and answered; otherwise the agent would wait for ever. */
    private static PipelineResult runSafely(Message.Request request, Supplier<PipelineResult> task) {
        try {
            return task.get();
        } catch (RuntimeException e) {
            System.getLogger("gateway").log(System.Logger.Level.ERROR, "internal error in a request", e);
            return new PipelineResult.Respond(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.INTERNAL_ERROR, "internal error", "see the log of the appliance"));
        }
    }

    private void refuseToStart(Message.Request request, Responder responder) {
        if (session.isEnded()) {
            responder.endWithoutResponse();
        } else if (session.isStopping()) {
            responder.respond(JsonRpcWriter.error(
                    request.id(),
                    JsonRpcErrors.REFUSED,
                    "the appliance is stopping",
                    "connect again in a moment and repeat the request"));
        } else if (session.findInFlight(request.id()).isPresent()) {
            responder.respond(JsonRpcWriter.error(
                    request.id(),
                    JsonRpcErrors.INVALID_REQUEST,
                    "a request with this id is in progress",
                    "use each id once"));
        } else {
            responder.respond(JsonRpcWriter.error(
                    request.id(),
                    JsonRpcErrors.REFUSED,
                    "too many requests are in progress",
                    "wait for responses: at most " + Session.MAX_IN_FLIGHT + " requests per session, and "
                            + (session.byteLimit() >> 20) + " MiB in all sessions of the agent"));
        }
    }
}
