package com.kruxos.call;

import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditWriteFailed;
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
import com.kruxos.session.CallState;
import com.kruxos.session.Caller;
import com.kruxos.session.InFlightRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request pipeline: every request of an agent that reaches a server goes through {@link #execute}.
 *
 * <p>It fails closed: a request that cannot be resolved, allowed or recorded is not sent. Called on a virtual thread of
 * its own for each request.
 */
public final class CallPipeline {
    private final AgentStatusSource statuses;
    private final Servers servers;
    private final AccessPolicy policy;
    private final CallAudit audit;
    private final SubscriptionHandler subscriptions;

    public CallPipeline(AgentStatusSource statuses, Servers servers, AccessPolicy policy, AuditLog audit) {
        this.statuses = statuses;
        this.servers = servers;
        this.policy = policy;
        this.audit = new CallAudit(audit);
        this.subscriptions = new SubscriptionHandler(servers);
    }

    /**
     * Executes a request whose method {@linkplain McpMethod#isForwarded is forwarded}.
     *
     * @param inFlight closed by the caller of this method
     */
    public PipelineResult execute(Message.Request request, InFlightRequest inFlight) {
        var call = inFlight.call();
        var caller = call.caller();
        try {
            var name = targetName(request);
            if (name == null) {
                return refuse(caller, request, CallRefusal.missingTarget(request.knownMethod()));
            }
            var target = servers.catalog().resolve(caller, request).orElse(null);
            if (target == null) {
                return refuseUnresolved(caller, request, name);
            }
            call.setSubject(audit.subjectOf(request, target));
            var status = statuses.statusOf(caller);
            if (status != AgentStatus.ACTIVE) {
                return refuseInactive(status, caller, request);
            }
            var decision = policy.decide(accessRequest(caller, request.method(), target));
            if (!isAllowed(decision)) { // here a call will be held when approvals are introduced
                return refuse(caller, request, CallAudit.describe(target), decision);
            }
            var intent = audit.recordIntent(call, request, target, decision);
            var result = dispatch(request, inFlight, target); // with the credential, and redacted
            var deliverable = finish(inFlight, result);
            audit.recordOutcome(intent, result, !deliverable);
            return deliverable ? respond(request, result, intent.seq()) : new PipelineResult.NoResponse();
        } catch (AuditWriteFailed e) {
            return respond(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.REFUSED, "the call cannot be recorded, so it was not made", e.hint()));
        }
    }

    /** The name the agent gives; null when it gives none. */
    private static @Nullable String targetName(Message.Request request) {
        var method = request.knownMethod();
        return method == null ? null : method.target(request.params());
    }

    private PipelineResult refuseUnresolved(Caller caller, Message.Request request, String name) {
        return servers.catalog()
                .findUnlisted(caller.spaceId(), name)
                .map(unlisted -> refuseUnlisted(caller, request, unlisted))
                .orElseGet(() -> refuse(caller, request, CallRefusal.unknownTarget(request)));
    }

    /** A tool of a server that never ran: policy decides first, and only then the agent learns why it does not run. */
    private PipelineResult refuseUnlisted(
            Caller caller, Message.Request request, FeatureCatalog.UnlistedTool unlisted) {
        var server = unlisted.server();
        var access = accessRequest(
                caller,
                request.method(),
                new ResolvedTarget(server.id(), server.name(), unlisted.upstreamName(), null));
        if (policy.decide(access) instanceof Decision.Blocked) {
            return refuse(caller, request, CallRefusal.BLOCKED);
        }
        var reason = unlisted.unavailable();
        var reference = audit.recordRefusal(caller, request, null, null, reason.error());
        return respond(CallRefusal.refusalMessage(request, reason, reference));
    }

    private PipelineResult refuseInactive(AgentStatus status, Caller caller, Message.Request request) {
        return status == AgentStatus.PAUSED
                ? refuse(caller, request, CallRefusal.PAUSED)
                : new PipelineResult.NoResponse();
    }

    private static boolean isAllowed(Decision decision) {
        return switch (decision) {
            case Decision.Autonomous _, Decision.Notify _ -> true;
            case Decision.Approve _, Decision.Blocked _ -> false;
        };
    }

    private static AccessRequest accessRequest(Caller caller, String method, ResolvedTarget target) {
        return new AccessRequest(
                caller.spaceId(),
                caller.agentName(),
                method,
                target.serverId(),
                target.serverName(),
                target.upstreamName());
    }

    private CallResult dispatch(Message.Request request, InFlightRequest inFlight, ResolvedTarget target) {
        return switch (request.knownMethod()) {
            case RESOURCES_SUBSCRIBE -> subscriptions.subscribe(target, request, inFlight);
            case RESOURCES_UNSUBSCRIBE -> subscriptions.unsubscribe(target, request, inFlight);
            case null, default ->
                servers.dispatcher().dispatch(target, request, inFlight, inFlight.responder()::sendRelated);
        };
    }

    /** False when the agent may not have the result: it cancelled the call, or its session ended meanwhile. */
    private static boolean finish(InFlightRequest inFlight, CallResult result) {
        switch (result) {
            case CallResult.Replied _, CallResult.Unavailable _ ->
                inFlight.call().finish(CallState.ANSWERED);
            case CallResult.Lost _ -> inFlight.call().finish(CallState.LOST);
            case CallResult.TimedOut _ -> inFlight.call().finish(CallState.TIMED_OUT);
            case CallResult.Withdrawn _ -> {} // withdrawn already
        }
        return inFlight.isDeliverable();
    }

    private static PipelineResult respond(Message.Request request, CallResult result, long intentSeq) {
        return switch (result) {
            case CallResult.Replied replied -> respond(replied.message());
            case CallResult.Unavailable reason ->
                respond(CallRefusal.refusalMessage(request, reason, CallAudit.auditReference(intentSeq)));
            case CallResult.Lost lost -> respond(upstreamFailure(request, lost.message()));
            case CallResult.TimedOut late -> respond(upstreamFailure(request, late.message()));
            case CallResult.Withdrawn _ -> new PipelineResult.NoResponse();
        };
    }

    private static byte[] upstreamFailure(Message.Request request, String message) {
        return JsonRpcWriter.error(
                request.id(),
                JsonRpcErrors.UPSTREAM_FAILURE,
                message,
                "the call may have been executed; check before you repeat it");
    }

    /** Requests by recorded outcome since the start. */
    public Map<String, Long> outcomeCounts() {
        return audit.outcomeCounts();
    }

    /** Refuses an unknown method; the refusal is recorded like any other. */
    public PipelineResult refuseUnknownMethod(Caller caller, Message.Request request) {
        try {
            return refuse(caller, request, CallRefusal.UNKNOWN_METHOD);
        } catch (AuditWriteFailed e) {
            return respond(JsonRpcWriter.error(
                    request.id(), JsonRpcErrors.REFUSED, "the refusal cannot be recorded", e.hint()));
        }
    }

    /** The agent wants log messages of at least this severity. Ignored for an agent that may not call servers now. */
    public void setLogLevel(Caller caller, LogLevel least) {
        if (statuses.statusOf(caller) == AgentStatus.ACTIVE) {
            servers.dispatcher().setLogLevel(caller, least);
        }
    }

    /** Tells the agent's per-agent instances. Ignored for an agent that may not call servers now. */
    public void onRootsChanged(Caller caller, Message.Notification notification) {
        if (statuses.statusOf(caller) == AgentStatus.ACTIVE) {
            servers.dispatcher().notifyRootsChanged(caller, notification);
        }
    }

    /** Whether an agent sees a feature in lists. */
    boolean isVisible(Caller caller, Feature feature) {
        var method = switch (feature.kind()) {
            case TOOL -> McpMethod.TOOLS_CALL;
            case PROMPT -> McpMethod.PROMPTS_GET;
            case RESOURCE, TEMPLATE -> McpMethod.RESOURCES_READ;
        };
        var target = new ResolvedTarget(feature.serverId(), feature.serverName(), feature.upstreamName(), null);
        return policy.mayList(accessRequest(caller, method.wireName(), target));
    }

    private PipelineResult refuse(Caller caller, Message.Request request, CallRefusal refusal) {
        return respond(refusal.toMessage(request, audit.recordRefusal(caller, request, null, null, refusal.reason())));
    }

    private PipelineResult refuse(Caller caller, Message.Request request, String target, Decision decision) {
        var refusal = decision instanceof Decision.Approve ? CallRefusal.APPROVAL_UNAVAILABLE : CallRefusal.BLOCKED;
        return respond(
                refusal.toMessage(request, audit.recordRefusal(caller, request, target, decision, refusal.reason())));
    }

    private static PipelineResult respond(byte[] message) {
        return new PipelineResult.Respond(message);
    }
}
