package com.kruxos.call;

import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.audit.RecordedIntent;
import com.kruxos.policy.AccessPolicy;
import com.kruxos.policy.AccessRequest;
import com.kruxos.policy.Decision;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import com.kruxos.server.CallResult;
import com.kruxos.server.Feature;
import com.kruxos.server.FeatureCatalog;
import com.kruxos.server.ResolvedTarget;
import com.kruxos.server.Servers;
import com.kruxos.session.InFlightRequest;
import java.util.Map;

/**
 * The street: every request of an agent that reaches a server walks down {@link #execute}, one step after the other.
 *
 * <p>Nothing is sent before it is on disk; doubt means no. Called on a virtual thread of its own for each request.
 */
public final class CallPipeline {
    private final AgentStatusSource agentStatusSource;
    private final Servers servers;
    private final AccessPolicy policy;
    private final CallAudit callAudit;
    private final SubscriptionHandler subscriptionHandler;

    public CallPipeline(AgentStatusSource standings, Servers servers, AccessPolicy policy, AuditLog audit) {
        this.agentStatusSource = standings;
        this.servers = servers;
        this.policy = policy;
        this.callAudit = new CallAudit(audit);
        this.subscriptionHandler = new SubscriptionHandler(servers);
    }

    /**
     * Answers a request whose method {@linkplain McpMethod#isForwarded goes to a server}. The flight is the caller's to
     * close.
     */
    public PipelineResult execute(Caller caller, Message.Request request, InFlightRequest flight) {
        try {
            var method = request.knownMethod();
            var named = method == null ? null : method.target(request.params());
            if (named == null) {
                return refuse(caller, request, CallRefusal.missingTarget(method));
            }
            var target = servers.catalog().resolve(caller.session(), request).orElse(null);
            if (target == null) {
                return servers.catalog()
                        .findUnlisted(caller.spaceId(), named)
                        .map(hidden -> refuseNeverStarted(caller, request, hidden))
                        .orElseGet(() -> refuse(caller, request, CallRefusal.unknownTarget(request)));
            }
            return switch (agentStatusSource.statusOf(caller)) {
                case ENDED -> new PipelineResult.NoResponse();
                case PAUSED -> refuse(caller, request, CallRefusal.PAUSED);
                case ACTIVE -> decideAndExecute(caller, request, flight, target);
            };
        } catch (AuditWriteFailed e) {
            return respond(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.REFUSED, "the call cannot be recorded, so it is not made", e.hint()));
        }
    }

    /** How agents' requests ended since the start, counted under the outcomes of their records. */
    public Map<String, Long> outcomeCounts() {
        return callAudit.outcomeCounts();
    }

    /** Refuses a method that has no street of its own; the refusal is recorded like any other. */
    public PipelineResult refuseUnknownMethod(Caller caller, Message.Request request) {
        try {
            return refuse(caller, request, CallRefusal.UNKNOWN_METHOD);
        } catch (AuditWriteFailed e) {
            return respond(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.REFUSED, "the refusal cannot be recorded", e.hint()));
        }
    }

    /** The agent wants to hear its servers' log messages from this severity on; one that may not call tells none. */
    public void setLogLevel(Caller caller, LogLevel least) {
        if (agentStatusSource.statusOf(caller) == AgentStatus.ACTIVE) {
            servers.dispatcher().setLogLevel(caller.session(), least);
        }
    }

    /** The agent's roots are others now: the servers it has to itself are told. */
    public void onRootsChanged(Caller caller, Message.Notification said) {
        if (agentStatusSource.statusOf(caller) == AgentStatus.ACTIVE) {
            servers.dispatcher().notifyRootsChanged(caller.session(), said);
        }
    }

    /** Whether an agent may see something: it may unless policy blocks its use. */
    public boolean isVisible(Caller caller, Feature feature) {
        var method = switch (feature.kind()) {
            case TOOL -> McpMethod.TOOLS_CALL;
            case PROMPT -> McpMethod.PROMPTS_GET;
            case RESOURCE, TEMPLATE -> McpMethod.RESOURCES_READ;
        };
        var question =
                new AccessRequest(caller.agentName(), method.wireName(), feature.serverName(), feature.upstreamName());
        return !(policy.decide(question) instanceof Decision.Blocked);
    }

    /** The tool of a server that has never run: policy speaks first, and then the caller learns what is missing. */
    private PipelineResult refuseNeverStarted(
            Caller caller, Message.Request request, FeatureCatalog.UnlistedTool hidden) {
        var question = new AccessRequest(
                caller.agentName(), request.method(), hidden.server().name(), hidden.upstreamName());
        if (policy.decide(question) instanceof Decision.Blocked) {
            return refuse(caller, request, CallRefusal.BLOCKED);
        }
        var down = hidden.unavailable();
        var reference = callAudit.recordRefusal(caller, request, null, null, down.error());
        return respond(CallRefusal.refusalMessage(request, down.error(), down.message(), down.hint(), reference));
    }

    private PipelineResult decideAndExecute(
            Caller caller, Message.Request request, InFlightRequest flight, ResolvedTarget target) {
        var decision = policy.decide(
                new AccessRequest(caller.agentName(), request.method(), target.serverName(), target.upstreamName()));
        return switch (decision) {
            case Decision.Autonomous _, Decision.Notify _ ->
                recordAndDispatch(caller, request, flight, target, decision);
            case Decision.Approve _ -> refuse(caller, request, target, decision, CallRefusal.APPROVAL_UNAVAILABLE);
            case Decision.Blocked _ -> refuse(caller, request, target, decision, CallRefusal.BLOCKED);
        };
    }

    private PipelineResult recordAndDispatch(
            Caller caller, Message.Request request, InFlightRequest flight, ResolvedTarget target, Decision decision) {
        var opened = callAudit.recordIntent(caller, request, target, decision);
        var answer = dispatch(target, request, flight);
        // An agent that was cut off while its call ran does not get the answer, whatever the server said.
        var withheld = flight.isWithdrawn() || caller.session().isEnded();
        callAudit.recordOutcome(opened, answer, withheld);
        return withheld ? new PipelineResult.NoResponse() : toPipelineResult(request, answer, opened);
    }

    private CallResult dispatch(ResolvedTarget target, Message.Request request, InFlightRequest flight) {
        return switch (request.knownMethod()) {
            case RESOURCES_SUBSCRIBE -> subscriptionHandler.subscribe(target, request, flight);
            case RESOURCES_UNSUBSCRIBE -> subscriptionHandler.unsubscribe(target, request, flight);
            default -> servers.dispatcher().dispatch(target, request, flight, flight.responder()::sendRelated);
        };
    }

    private static PipelineResult toPipelineResult(Message.Request request, CallResult answer, RecordedIntent opened) {
        return switch (answer) {
            case CallResult.Replied replied -> respond(replied.message());
            case CallResult.Unavailable down ->
                respond(CallRefusal.refusalMessage(
                        request, down.error(), down.message(), down.hint(), CallAudit.auditReference(opened.seq())));
            case CallResult.Lost lost ->
                respond(JsonRpcWriter.error(
                        request.id(),
                        JsonRpcErrors.UPSTREAM_FAILURE,
                        lost.message(),
                        "the call may have been carried out; check before you repeat it"));
            case CallResult.TimedOut late ->
                respond(JsonRpcWriter.error(
                        request.id(),
                        JsonRpcErrors.UPSTREAM_FAILURE,
                        late.message(),
                        "the call may have been carried out; check before you repeat it"));
            case CallResult.Withdrawn _ -> new PipelineResult.NoResponse();
        };
    }

    private PipelineResult refuse(Caller caller, Message.Request request, CallRefusal refusal) {
        return respond(
                refusal.toMessage(request, callAudit.recordRefusal(caller, request, null, null, refusal.reason())));
    }

    private PipelineResult refuse(
            Caller caller, Message.Request request, ResolvedTarget target, Decision decision, CallRefusal refusal) {
        return respond(refusal.toMessage(
                request, callAudit.recordRefusal(caller, request, target, decision, refusal.reason())));
    }

    private static PipelineResult respond(byte[] message) {
        return new PipelineResult.Respond(message);
    }
}
