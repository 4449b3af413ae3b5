package com.kruxos.call;

import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.AuditLog;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.audit.RecordedDecision;
import com.kruxos.audit.RecordedIntent;
import com.kruxos.policy.Decision;
import com.kruxos.rpc.ByteRange;
import com.kruxos.rpc.Message;
import com.kruxos.server.CallResult;
import com.kruxos.server.ResolvedTarget;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the street writes down: arguments and results as keyed digests, credentials by name and version. */
final class CallAudit {
    /** Characters of a target that are written down; a URI can be as long as its author likes. */
    private static final int MAX_TARGET_LENGTH = 1_000;

    private final AuditLog audit;
    private final OutcomeCounters counters = new OutcomeCounters();

    CallAudit(AuditLog audit) {
        this.audit = audit;
    }

    /** On disk when it returns. */
    RecordedIntent recordIntent(Caller caller, Message.Request request, ResolvedTarget target, Decision decision) {
        var entry = toEntry(
                "call.opened",
                caller,
                request,
                describe(target),
                AuditEntry.OPEN,
                decision,
                argumentDetails(request).with("server", target.serverId()));
        return audit.recordIntent(entry);
    }

    /** When it returns, a killed process does not lose it. */
    void recordOutcome(RecordedIntent opened, CallResult answer, boolean withheld) {
        var details = Details.none();
        switch (answer) {
            case CallResult.Replied replied -> {
                var message = replied.message();
                details = details.with("result_bytes", message.length)
                        .with("result_digest", audit.digest(message, 0, message.length))
                        .with("credentials", replied.credentials());
            }
            case CallResult.Unavailable down -> details = details.with("reason", down.error());
            case CallResult.Lost lost -> details = details.with("reason", lost.message());
            case CallResult.TimedOut late -> details = details.with("reason", late.message());
            case CallResult.Withdrawn _ -> {}
        }
        if (withheld) {
            details = details.with("withheld", true);
        }
        var ending = RecordedOutcome.of(answer);
        audit.recordOutcome(opened, "call.closed", ending.auditName(), details);
        counters.increment(ending);
    }

    /** Records a request that is not made. Returns how a person finds it again. */
    String recordRefusal(
            Caller caller,
            Message.Request request,
            @Nullable ResolvedTarget target,
            @Nullable Decision decision,
            String reason) {
        var details = argumentDetails(request).with("reason", reason);
        var seq = audit.append(
                toEntry(
                        "call.refused",
                        caller,
                        request,
                        target == null ? requestedTarget(request) : describe(target),
                        RecordedOutcome.REFUSED.auditName(),
                        decision,
                        details),
                Durability.COMMITTED);
        counters.increment(RecordedOutcome.REFUSED);
        return auditReference(seq);
    }

    /** How a person finds a record again. */
    static String auditReference(long seq) {
        return "audit:" + seq;
    }

    /** How many records of each ending were written. */
    Map<String, Long> outcomeCounts() {
        return counters.toMap();
    }

    private Details argumentDetails(Message.Request request) {
        var at = request.params().argumentsSpan();
        if (at == null) {
            return Details.none();
        }
        return Details.none().with("arguments_bytes", at.length()).with("arguments_digest", digest(request, at));
    }

    private String digest(Message.Request request, ByteRange at) {
        return audit.digest(request.raw().bytes(), at.from(), at.to());
    }

    private static String describe(ResolvedTarget target) {
        return truncate(target.serverName() + "/" + target.upstreamName());
    }

    /** What a request names that is aimed at nothing we know. */
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
        return new AuditEntry(
                kind,
                caller.principal(),
                caller.spaceId(),
                caller.session().id(),
                request.method(),
                target,
                outcome,
                decision == null
                        ? null
                        : new RecordedDecision(decision.tier().name().toLowerCase(Locale.ROOT), decision.rule()),
                details);
    }
}
