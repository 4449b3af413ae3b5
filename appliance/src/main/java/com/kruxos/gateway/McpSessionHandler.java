package com.kruxos.gateway;

import com.kruxos.call.CallPipeline;
import com.kruxos.call.Caller;
import com.kruxos.call.ListHandler;
import com.kruxos.call.PipelineResult;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.InitializeRequest;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.MemoryGuard;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.ProtocolVersion;
import com.kruxos.session.InFlightRequest;
import com.kruxos.session.Responder;
import com.kruxos.session.Session;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What one agent says on its session, and where each message goes. The thread that reads frames only sorts them:
 * whatever may wait gets a virtual thread of its own.
 */
final class McpSessionHandler {
    /** What a gateway may come to offer while a session lasts; servers come and go. */
    private static final String GATEWAY_CAPABILITIES =
            "{\"tools\":{\"listChanged\":true},\"prompts\":{\"listChanged\":true},\"resources\":{\"subscribe\":true,"
                    + "\"listChanged\":true},\"completions\":{},\"logging\":{}}";

    private final Session session;
    private final Caller caller;
    private final CallPipeline callPipeline;
    private final ListHandler listHandler;
    private final String applianceVersion;
    private volatile ProtocolVersion protocolVersion = ProtocolVersion.LATEST;

    McpSessionHandler(Session session, CallPipeline calls, ListHandler listing, String version) {
        this.session = session;
        this.caller = new Caller(session);
        this.callPipeline = calls;
        this.listHandler = listing;
        this.applianceVersion = version;
    }

    Session session() {
        return session;
    }

    /** Whether the version agreed on has batches. */
    boolean acceptsBatches() {
        return protocolVersion.hasBatches();
    }

    /** Whether the version agreed on has events without a message. */
    boolean usesPrimingEvents() {
        return protocolVersion.hasPrimingEvents();
    }

    /**
     * Hears one message.
     *
     * @param back where it is answered
     * @param runner runs what may wait
     */
    void onMessage(Message message, Responder back, Executor runner) {
        switch (message) {
            case Message.Request request -> onRequest(request, back, runner);
            case Message.Notification notification -> onNotification(notification);
            case Message.Reply reply -> session.pendingServerRequests().complete(reply);
            case Message.Malformed fault ->
                back.respond(JsonRpcWriter.error(
                        fault.id(), fault.code(), fault.reason(), "send one JSON-RPC 2.0 message in each frame"));
        }
    }

    private void onRequest(Message.Request request, Responder back, Executor runner) {
        var method = request.knownMethod();
        switch (method) {
            case INITIALIZE -> back.respond(initialize(request));
            case PING -> back.respond(JsonRpcWriter.result(request.id(), "{}"));
            case LOGGING_SET_LEVEL -> back.respond(setLogLevel(request));
            case McpMethod known
            when known.isForwarded() ->
                startRequest(request, back, runner, flight -> callPipeline.execute(caller, request, flight));
            case null, default -> {
                var kind = FeatureKind.ofListMethod(method).orElse(null);
                startRequest(
                        request,
                        back,
                        runner,
                        flight -> kind == null
                                ? callPipeline.refuseUnknownMethod(caller, request)
                                : new PipelineResult.Respond(listHandler.handle(caller, request, kind)));
            }
        }
    }

    private void onNotification(Message.Notification notification) {
        var id = notification.params().requestId();
        if (notification.knownMethod() == McpMethod.CANCELLED && id != null) {
            session.findInFlight(id).ifPresent(flight -> flight.withdraw(notification));
        } else if (notification.knownMethod() == McpMethod.ROOTS_LIST_CHANGED) {
            callPipeline.onRootsChanged(caller, notification);
        }
    }

    private byte[] initialize(Message.Request request) {
        var asked = InitializeRequest.read(request);
        session.setClientInfo(asked.clientInfo());
        session.setClientCapabilities(asked.capabilities());
        protocolVersion = asked.negotiatedVersion();
        return JsonRpcWriter.result(
                request.id(),
                "{\"protocolVersion\":" + JsonRpcWriter.quote(protocolVersion.wireName())
                        + ",\"capabilities\":" + GATEWAY_CAPABILITIES
                        + ",\"serverInfo\":{\"name\":\"kruxos\",\"title\":\"KruxOS\",\"version\":"
                        + JsonRpcWriter.quote(applianceVersion) + "}}");
    }

    private byte[] setLogLevel(Message.Request request) {
        var asked = request.params().level();
        var level = LogLevel.of(asked == null ? "" : asked).orElse(null);
        if (level == null) {
            return JsonRpcWriter.error(
                    request.id(),
                    JsonRpcErrors.INVALID_PARAMS,
                    "there is no such log level",
                    "debug, info, notice, warning, error, critical, alert or emergency");
        }
        session.setLogLevel(level);
        callPipeline.setLogLevel(caller, level);
        return JsonRpcWriter.result(request.id(), "{}");
    }

    /** How a request under way comes to its outcome. */
    private interface RequestTask {
        PipelineResult run(InFlightRequest flight);
    }

    private void startRequest(Message.Request request, Responder back, Executor runner, RequestTask route) {
        if (MemoryGuard.HEAP.isMemoryLow()) {
            back.respond(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.REFUSED, OverloadReply.MESSAGE, OverloadReply.HINT));
            return;
        }
        var flight = session.beginRequest(request.id(), request.raw().bytes().length, back)
                .orElse(null);
        if (flight == null) {
            refuseToStart(request, back);
            return;
        }
        runner.execute(() -> {
            try (flight) {
                switch (runSafely(request, () -> route.run(flight))) {
                    case PipelineResult.Respond respond when flight.complete() -> back.respond(respond.message());
                    case PipelineResult.Respond _, PipelineResult.NoResponse _ -> back.endWithoutResponse();
                }
            }
        });
    }

    /** A fault of ours is answered, never swallowed: the agent must not wait for ever. */
    private static PipelineResult runSafely(Message.Request request, Supplier<PipelineResult> walk) {
        try {
            return walk.get();
        } catch (RuntimeException e) {
            System.getLogger("gateway").log(System.Logger.Level.ERROR, "a call failed inside the appliance", e);
            return new PipelineResult.Respond(JsonRpcWriter.error(
                    request.id(),
                    JsonRpcErrors.INTERNAL_ERROR,
                    "the appliance failed to answer",
                    "see the appliance's log"));
        }
    }

    private void refuseToStart(Message.Request request, Responder back) {
        if (session.isEnded()) {
            back.endWithoutResponse();
            return;
        }
        if (session.isStopping()) {
            back.respond(JsonRpcWriter.error(
                    request.id(),
                    JsonRpcErrors.REFUSED,
                    "the appliance is stopping",
                    "connect again in a moment and repeat it"));
            return;
        }
        var taken = session.findInFlight(request.id()).isPresent();
        back.respond(JsonRpcWriter.error(
                request.id(),
                taken ? JsonRpcErrors.INVALID_REQUEST : JsonRpcErrors.REFUSED,
                taken ? "a request with this id is under way" : "too many requests are under way",
                taken
                        ? "use each id once"
                        : "wait for answers: at most " + Session.MAX_IN_FLIGHT + " here, and "
                                + (session.byteLimit() >> 20) + " MiB of all the agent's sessions, may be under way"));
    }
}
