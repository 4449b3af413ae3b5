package com.kruxos.call;

import com.kruxos.audit.Announced;
import com.kruxos.audit.Audit;
import com.kruxos.audit.CannotRecord;
import com.kruxos.policy.Decision;
import com.kruxos.policy.Policy;
import com.kruxos.policy.Question;
import com.kruxos.rpc.Errors;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.server.Answer;
import com.kruxos.server.Feature;
import com.kruxos.server.Servers;
import com.kruxos.server.Target;
import com.kruxos.session.Flight;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The street: every request of an agent that reaches a server walks down {@link #answer}, one step after the other.
 *
 * <p>Nothing is sent before it is on disk; doubt means no. Called on a virtual thread of its own for each request.
 */
public final class Calls {
    private final Standings standings;
    private final Servers servers;
    private final Policy policy;
    private final Ledger ledger;
    private final Following following;

    public Calls(Standings standings, Servers servers, Policy policy, Audit audit) {
        this.standings = standings;
        this.servers = servers;
        this.policy = policy;
        this.ledger = new Ledger(audit);
        this.following = new Following(servers);
    }

    /** The methods that reach a server. */
    public static final Set<String> FORWARDED = Set.of(
            "tools/call",
            "prompts/get",
            "resources/read",
            "resources/subscribe",
            "resources/unsubscribe",
            "completion/complete");

    /** Answers one of {@link #FORWARDED}. The flight is the caller's to close. */
    public Outcome answer(Caller caller, Message.Request request, Flight flight) {
        try {
            var named = name(request);
            if (named == null) {
                return refuse(caller, request, Refusal.aimless(request.method()));
            }
            var target = servers.target(caller.session(), request).orElse(null);
            if (target == null) {
                return servers.hidden(caller.space(), named)
                        .map(hidden -> unseen(caller, request, hidden))
                        .orElseGet(() -> refuse(caller, request, Refusal.unknown(request)));
            }
            return switch (standings.of(caller)) {
                case ENDED -> new Outcome.Silence();
                case PAUSED -> refuse(caller, request, Refusal.PAUSED);
                case GOOD -> decided(caller, request, flight, target);
            };
        } catch (CannotRecord e) {
            return respond(Replies.error(
                    request.id(), Errors.REFUSED, "the call cannot be recorded, so it is not made", e.hint()));
        }
    }

    /** How agents' requests ended since the start, counted under the outcomes of their records. */
    public Map<String, Long> endings() {
        return ledger.endings();
    }

    /** What the request is about, in the agent's words. */
    private static @Nullable String name(Message.Request request) {
        var params = request.params();
        return switch (request.method()) {
            case "tools/call", "prompts/get" -> params.name();
            case "completion/complete" ->
                params.ref() == null ? null : params.ref().text();
            default -> params.uri();
        };
    }

    /** Refuses a method that has no street of its own; the refusal is recorded like any other. */
    public Outcome unknownMethod(Caller caller, Message.Request request) {
        try {
            return refuse(caller, request, Refusal.UNKNOWN_METHOD);
        } catch (CannotRecord e) {
            return respond(Replies.error(request.id(), Errors.REFUSED, "the refusal cannot be recorded", e.hint()));
        }
    }

    /** The agent wants to hear its servers' log messages from this severity on; one that may not call tells none. */
    public void logLevel(Caller caller, LogLevel least) {
        if (standings.of(caller) == Standing.GOOD) {
            servers.logLevel(caller.session(), least);
        }
    }

    /** The agent's roots are others now: the servers it has to itself are told. */
    public void rootsChanged(Caller caller, Message.Notification said) {
        if (standings.of(caller) == Standing.GOOD) {
            servers.rootsChanged(caller.session(), said);
        }
    }

    /** Whether an agent may see something: it may unless policy blocks its use. */
    public boolean visible(Caller caller, Feature feature) {
        var method = switch (feature.kind()) {
            case TOOL -> "tools/call";
            case PROMPT -> "prompts/get";
            case RESOURCE, TEMPLATE -> "resources/read";
        };
        var question = new Question(caller.name(), method, feature.serverName(), feature.upstreamName());
        return !(policy.decide(question) instanceof Decision.Blocked);
    }

    /** The tool of a server that has never run: policy speaks first, and then the caller learns what is missing. */
    private Outcome unseen(Caller caller, Message.Request request, Servers.Hidden hidden) {
        var question = new Question(caller.name(), request.method(), hidden.server(), hidden.tool());
        if (policy.decide(question) instanceof Decision.Blocked) {
            return refuse(caller, request, Refusal.BLOCKED);
        }
        var down = hidden.down();
        var reference = ledger.refused(caller, request, null, null, down.error());
        return respond(Refusal.say(request, down.error(), down.message(), down.hint(), reference));
    }

    private Outcome decided(Caller caller, Message.Request request, Flight flight, Target target) {
        var decision = policy.decide(new Question(caller.name(), request.method(), target.serverName(), target.name()));
        return switch (decision) {
            case Decision.Autonomous _, Decision.Notify _ -> made(caller, request, flight, target, decision);
            case Decision.Approve _ -> refuse(caller, request, target, decision, Refusal.NOBODY_TO_ASK);
            case Decision.Blocked _ -> refuse(caller, request, target, decision, Refusal.BLOCKED);
        };
    }

    private Outcome made(Caller caller, Message.Request request, Flight flight, Target target, Decision decision) {
        var opened = ledger.open(caller, request, target, decision);
        var answer = asked(target, request, flight);
        // An agent that was cut off while its call ran does not get the answer, whatever the server said.
        var withheld = flight.withdrawn() || caller.session().ended();
        ledger.close(opened, answer, withheld);
        return withheld ? new Outcome.Silence() : outcome(request, answer, opened);
    }

    private Answer asked(Target target, Message.Request request, Flight flight) {
        return switch (request.method()) {
            case "resources/subscribe" -> following.subscribe(target, request, flight);
            case "resources/unsubscribe" -> following.unsubscribe(target, request, flight);
            default -> servers.ask(target, request, flight, flight.back()::news);
        };
    }

    private static Outcome outcome(Message.Request request, Answer answer, Announced opened) {
        return switch (answer) {
            case Answer.Replied replied -> respond(replied.message());
            case Answer.Down down ->
                respond(Refusal.say(
                        request, down.error(), down.message(), down.hint(), Ledger.reference(opened.seq())));
            case Answer.Lost lost ->
                respond(Replies.error(
                        request.id(),
                        Errors.UPSTREAM,
                        lost.message(),
                        "the call may have been carried out; check before you repeat it"));
            case Answer.TimedOut late ->
                respond(Replies.error(
                        request.id(),
                        Errors.UPSTREAM,
                        late.message(),
                        "the call may have been carried out; check before you repeat it"));
            case Answer.Withdrawn _ -> new Outcome.Silence();
        };
    }

    private Outcome refuse(Caller caller, Message.Request request, Refusal refusal) {
        return respond(refusal.answer(request, ledger.refused(caller, request, null, null, refusal.error())));
    }

    private Outcome refuse(Caller caller, Message.Request request, Target target, Decision decision, Refusal refusal) {
        return respond(refusal.answer(request, ledger.refused(caller, request, target, decision, refusal.error())));
    }

    private static Outcome respond(byte[] message) {
        return new Outcome.Respond(message);
    }
}
