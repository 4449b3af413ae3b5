package com.kruxos.call;

import com.kruxos.audit.Announced;
import com.kruxos.audit.Audit;
import com.kruxos.audit.Decided;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.audit.Entry;
import com.kruxos.policy.Decision;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Span;
import com.kruxos.server.Answer;
import com.kruxos.server.Target;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the street writes down: arguments and results as keyed digests, credentials by name and version. */
final class Ledger {
    /** Characters of a target that are written down; a URI can be as long as its author likes. */
    private static final int LONGEST = 1_000;

    private final Audit audit;
    private final Tally tally = new Tally();

    Ledger(Audit audit) {
        this.audit = audit;
    }

    /** On disk when it returns. */
    Announced open(Caller caller, Message.Request request, Target target, Decision decision) {
        var entry = entry(
                "call.opened",
                caller,
                request,
                named(target),
                Entry.OPEN,
                decision,
                arguments(request).with("server", target.server()));
        return audit.announce(entry);
    }

    /** When it returns, a killed process does not lose it. */
    void close(Announced opened, Answer answer, boolean withheld) {
        var details = Details.none();
        switch (answer) {
            case Answer.Replied replied -> {
                var message = replied.message();
                details = details.with("result_bytes", message.length)
                        .with("result_digest", audit.digest(message, 0, message.length))
                        .with("credentials", replied.credentials());
            }
            case Answer.Down down -> details = details.with("reason", down.error());
            case Answer.Lost lost -> details = details.with("reason", lost.message());
            case Answer.TimedOut late -> details = details.with("reason", late.message());
            case Answer.Withdrawn _ -> {}
        }
        if (withheld) {
            details = details.with("withheld", true);
        }
        var ending = Ending.of(answer);
        audit.conclude(opened, "call.closed", ending.word(), details);
        tally.count(ending);
    }

    /** Records a request that is not made. Returns how a person finds it again. */
    String refused(
            Caller caller,
            Message.Request request,
            @Nullable Target target,
            @Nullable Decision decision,
            String reason) {
        var details = arguments(request).with("reason", reason);
        var seq = audit.append(
                entry(
                        "call.refused",
                        caller,
                        request,
                        target == null ? asked(request) : named(target),
                        Ending.REFUSED.word(),
                        decision,
                        details),
                Durability.COMMITTED);
        tally.count(Ending.REFUSED);
        return reference(seq);
    }

    /** How a person finds a record again. */
    static String reference(long seq) {
        return "audit:" + seq;
    }

    /** How many records of each ending were written. */
    Map<String, Long> endings() {
        return tally.byWord();
    }

    private Details arguments(Message.Request request) {
        var at = request.params().arguments();
        if (at == null) {
            return Details.none();
        }
        return Details.none().with("arguments_bytes", at.length()).with("arguments_digest", digest(request, at));
    }

    private String digest(Message.Request request, Span at) {
        return audit.digest(request.frame().bytes(), at.from(), at.to());
    }

    private static String named(Target target) {
        return cut(target.serverName() + "/" + target.name());
    }

    /** What a request names that is aimed at nothing we know. */
    private static @Nullable String asked(Message.Request request) {
        var name = request.params().name();
        var uri = request.params().uri();
        return name != null ? name : uri == null ? null : cut(uri);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    private static Entry entry(
            String kind,
            Caller caller,
            Message.Request request,
            @Nullable String target,
            String outcome,
            @Nullable Decision decision,
            Details details) {
        return new Entry(
                kind,
                caller.principal(),
                caller.space(),
                caller.session().id(),
                request.method(),
                target,
                outcome,
                decision == null ? null : new Decided(decision.tier().name().toLowerCase(Locale.ROOT), decision.rule()),
                details);
    }
}
