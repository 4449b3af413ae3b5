package com.kruxos.call;

import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.AuditLog;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.audit.RecordedDecision;
import com.kruxos.audit.RecordedIntent;
import com.kruxos.policy.Decision;
import com.kruxos.rpc.Message;
import com.kruxos.server.CallResult;
import com.kruxos.server.ResolvedTarget;
import com.kruxos.session.Call;
import com.kruxos.session.Caller;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The audit records of calls: arguments and results as keyed digests, credentials by name and version. */
final class CallAudit {
    /** Characters of a target that are recorded; a server chooses the length of its URIs. */
    private static final int MAX_TARGET_LENGTH = 1_000;

    private final AuditLog audit;
    private final OutcomeCounters counters = new OutcomeCounters();

    CallAudit(AuditLog audit) {
        this.audit = audit;
    }

    Call.Subject subjectOf(Message.Request request, ResolvedTarget target) {
        return new Call.Subject(target.serverId(), target.upstreamName(), argumentsDigest(request));
    }

    /** The record is on disk when this returns. */
    RecordedIntent recordIntent(Call call, Message.Request request, ResolvedTarget target, Decision decision) {
        var subject = call.subject();
        var digest = subject == null ? argumentsDigest(request) : subject.argumentsDigest();
        return audit.recordIntent(toEntry(
                "call.opened",
                call.caller(),
                request,
                describe(target),
                AuditEntry.OPEN,
                decision,
                argumentDetails(request, digest).with("server", target.serverId())));
    }

    /** The record survives the death of this process when this returns. */
    void recordOutcome(RecordedIntent intent, CallResult result, boolean withheld) {
        var details = resultDetails(result);
        if (withheld) {
            details = details.with("withheld", true);
        }
        var outcome = RecordedOutcome.of(result);
        audit.recordOutcome(intent, "call.closed", outcome.auditName(), details);
        counters.increment(outcome);
    }

    private Details resultDetails(CallResult result) {
        var details = Details.none();
        return switch (result) {
            case CallResult.Replied replied -> {
                var message = replied.message();
                yield details.with("result_bytes", message.length)
                        .with("result_digest", audit.digest(message, 0, message.length))
                        .with("credentials", replied.credentials());
            }
            case CallResult.Unavailable reason -> details.with("reason", reason.error());
            case CallResult.Lost lost -> details.with("reason", lost.message());
            case CallResult.TimedOut late -> details.with("reason", late.message());
            case CallResult.Withdrawn _ -> details;
        };
    }

    /**
     * Records a request that is refused.
     *
     * @param target the resolved target; absent when there is none
     * @return the reference that the agent is given
     */
    String recordRefusal(
            Caller caller,
            Message.Request request,
            @Nullable String target,
            @Nullable Decision decision,
            String reason) {
        var details = argumentDetails(request, argumentsDigest(request)).with("reason", reason);
        var seq = audit.append(
                toEntry(
                        "call.refused",
                        caller,
                        request,
                        target == null ? requestedTarget(request) : target,
                        RecordedOutcome.REFUSED.auditName(),
                        decision,
                        details),
                Durability.COMMITTED);
        counters.increment(RecordedOutcome.REFUSED);
        return auditReference(seq);
    }

    /** Names a record, so that a person can find it. */
    static String auditReference(long seq) {
        return "audit:" + seq;
    }

    Map<String, Long> outcomeCounts() {
        return counters.toMap();
    }

    private static Details argumentDetails(Message.Request request, @Nullable String digest) {
        var span = request.params().argumentsSpan();
        return span == null || digest == null
                ? Details.none()
                : Details.none().with("arguments_bytes", span.length()).with("arguments_digest", digest);
    }

    private @Nullable String argumentsDigest(Message.Request request) {
        var span = request.params().argumentsSpan();
        return span == null ? null : audit.digest(request.raw().bytes(), span.from(), span.to());
    }

    static String describe(ResolvedTarget target) {
        return truncate(target.serverName() + "/" + target.upstreamName());
    }

    /** What the request names, for a target that was not resolved. */
    private static @Nullable String requestedTarget(Message.Request request) {
        var name = request.params().name();
        var uri = request.params().uri();
        return name != null ? name : uri == null ? null : truncate(uri);
    }

    private static String truncate(String text) {
        return text.length() <= MAX_TARGET_LENGTH ? text : text.substring(0, MAX_TARGET_LENGTH);
    }

    private static AuditEntry toEntry(
            String kind,
            Caller caller,
            Message.Request request,
            @Nullable String target,
            String outcome,
            @Nullable Decision decision,
            Details details) {
        return AuditEntry.by(caller.principal(), kind, request.method())
                .space(caller.spaceId())
                .session(caller.sessionId())
                .target(target)
                .decision(
                        decision == null
                                ? null
                                : new RecordedDecision(
                                        decision.tier().name().toLowerCase(Locale.ROOT), decision.rule()))
                .details(details)
                .outcome(outcome);
    }
}
