package com.kruxos.call;

import com.kruxos.audit.Audit;
import com.kruxos.audit.CannotRecord;
import com.kruxos.policy.Decision;
import com.kruxos.policy.Policy;
import com.kruxos.policy.Question;
import com.kruxos.rpc.Errors;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.server.Answer;
import com.kruxos.server.Servers;
import com.kruxos.server.Tool;
import com.kruxos.session.Flight;

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

    public Calls(Standings standings, Servers servers, Policy policy, Audit audit) {
        this.standings = standings;
        this.servers = servers;
        this.policy = policy;
        this.ledger = new Ledger(audit);
    }

    /** Answers {@code tools/call}. The flight is the caller's to close. */
    public Outcome answer(Caller caller, Message.Request request, Flight flight) {
        try {
            var name = request.params().name();
            if (name == null) {
                return refuse(caller, request, Refusal.NO_NAME);
            }
            var tool = servers.tool(caller.space(), name).orElse(null);
            if (tool == null) {
                return servers.hidden(caller.space(), name)
                        .map(hidden -> unseen(caller, request, hidden))
                        .orElseGet(() -> refuse(caller, request, Refusal.UNKNOWN_TOOL));
            }
            return switch (standings.of(caller)) {
                case ENDED -> new Outcome.Silence();
                case PAUSED -> refuse(caller, request, Refusal.PAUSED);
                case GOOD -> decided(caller, request, flight, tool);
            };
        } catch (CannotRecord e) {
            return respond(Replies.error(
                    request.id(), Errors.REFUSED, "the call cannot be recorded, so it is not made", e.hint()));
        }
    }

    /** Refuses a method that has no street of its own; the refusal is recorded like any other. */
    public Outcome unknownMethod(Caller caller, Message.Request request) {
        try {
            return refuse(caller, request, Refusal.UNKNOWN_METHOD);
        } catch (CannotRecord e) {
            return respond(Replies.error(request.id(), Errors.REFUSED, "the refusal cannot be recorded", e.hint()));
        }
    }

    /** Whether an agent may see a tool: it may unless policy blocks its call. */
    public boolean visible(Caller caller, Tool tool) {
        return !(policy.decide(question(caller, tool)) instanceof Decision.Blocked);
    }

    /** The tool of a server that has never run: policy speaks first, and then the caller learns what is missing. */
    private Outcome unseen(Caller caller, Message.Request request, Servers.Hidden hidden) {
        var question = new Question(caller.name(), "tools/call", hidden.server(), hidden.tool());
        if (policy.decide(question) instanceof Decision.Blocked) {
            return refuse(caller, request, Refusal.BLOCKED);
        }
        var down = hidden.down();
        var reference = ledger.refused(caller, request, null, null, down.error());
        return respond(Replies.refusal(request.id(), down.error(), down.message(), down.hint(), reference));
    }

    private Outcome decided(Caller caller, Message.Request request, Flight flight, Tool tool) {
        var decision = policy.decide(question(caller, tool));
        return switch (decision) {
            case Decision.Autonomous _, Decision.Notify _ -> made(caller, request, flight, tool, decision);
            case Decision.Approve _ -> refuse(caller, request, tool, decision, Refusal.NOBODY_TO_ASK);
            case Decision.Blocked _ -> refuse(caller, request, tool, decision, Refusal.BLOCKED);
        };
    }

    private Outcome made(Caller caller, Message.Request request, Flight flight, Tool tool, Decision decision) {
        var opened = ledger.open(caller, request, tool, decision);
        var answer = servers.ask(tool, request, flight, flight.back()::news);
        // An agent that was cut off while its call ran does not get the answer, whatever the server said.
        var withheld = flight.withdrawn() || caller.session().ended();
        ledger.close(opened, answer, withheld);
        return withheld ? new Outcome.Silence() : outcome(request, answer, opened);
    }

    private static Outcome outcome(Message.Request request, Answer answer, Ledger.Opened opened) {
        return switch (answer) {
            case Answer.Replied replied -> respond(replied.message());
            case Answer.Down down ->
                respond(Replies.refusal(request.id(), down.error(), down.message(), down.hint(), opened.reference()));
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

    private Outcome refuse(Caller caller, Message.Request request, Tool tool, Decision decision, Refusal refusal) {
        return respond(refusal.answer(request, ledger.refused(caller, request, tool, decision, refusal.error())));
    }

    private static Question question(Caller caller, Tool tool) {
        return new Question(caller.name(), "tools/call", tool.serverName(), tool.upstreamName());
    }

    private static Outcome respond(byte[] message) {
        return new Outcome.Respond(message);
    }
}
