package com.kruxos.gateway;

import com.kruxos.call.Caller;
import com.kruxos.call.Calls;
import com.kruxos.call.Listing;
import com.kruxos.call.Outcome;
import com.kruxos.rpc.Capabilities;
import com.kruxos.rpc.Errors;
import com.kruxos.rpc.Initialize;
import com.kruxos.rpc.Kind;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.rpc.Room;
import com.kruxos.session.Back;
import com.kruxos.session.Flight;
import com.kruxos.session.Session;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What one agent says on its session, and where each message goes. The thread that reads frames only sorts them:
 * whatever may wait gets a virtual thread of its own.
 */
final class Conversation {
    /** What a gateway may come to offer while a session lasts; servers come and go. */
    private static final String CAPABILITIES =
            "{\"tools\":{\"listChanged\":true},\"prompts\":{\"listChanged\":true},\"resources\":{\"subscribe\":true,"
                    + "\"listChanged\":true},\"completions\":{},\"logging\":{}}";

    private final Session session;
    private final Caller caller;
    private final Calls calls;
    private final Listing listing;
    private final String version;
    private volatile String protocol = Capabilities.NEWEST;

    Conversation(Session session, Calls calls, Listing listing, String version) {
        this.session = session;
        this.caller = new Caller(session);
        this.calls = calls;
        this.listing = listing;
        this.version = version;
    }

    Session session() {
        return session;
    }

    /** Whether the version agreed on has batches. */
    boolean batches() {
        return protocol.equals("2025-03-26");
    }

    /** Whether the version agreed on has events without a message. */
    boolean primes() {
        return protocol.compareTo("2025-11-25") >= 0;
    }

    /**
     * Hears one message.
     *
     * @param back where it is answered
     * @param runner runs what may wait
     */
    void heard(Message message, Back back, Executor runner) {
        switch (message) {
            case Message.Request request -> asked(request, back, runner);
            case Message.Notification notification -> told(notification);
            case Message.Reply reply -> session.questions().answered(reply);
            case Message.Malformed fault ->
                back.answer(Replies.error(
                        fault.id(), fault.code(), fault.reason(), "send one JSON-RPC 2.0 message in each frame"));
        }
    }

    private void asked(Message.Request request, Back back, Executor runner) {
        switch (request.method()) {
            case "initialize" -> back.answer(initialized(request));
            case "ping" -> back.answer(Replies.result(request.id(), "{}"));
            case "logging/setLevel" -> back.answer(logLevel(request));
            case String method
            when Calls.FORWARDED.contains(method) ->
                fly(request, back, runner, flight -> calls.answer(caller, request, flight));
            default -> {
                var kind = Kind.listedBy(request.method()).orElse(null);
                fly(
                        request,
                        back,
                        runner,
                        flight -> kind == null
                                ? calls.unknownMethod(caller, request)
                                : new Outcome.Respond(listing.answer(caller, request, kind)));
            }
        }
    }

    private void told(Message.Notification notification) {
        var id = notification.params().requestId();
        if (notification.method().equals("notifications/cancelled") && id != null) {
            session.flight(id).ifPresent(flight -> flight.withdraw(notification));
        } else if (notification.method().equals("notifications/roots/list_changed")) {
            calls.rootsChanged(caller, notification);
        }
    }

    private byte[] initialized(Message.Request request) {
        var asked = Initialize.read(request);
        session.client(asked.client());
        session.capabilities(asked.capabilities());
        protocol = asked.agreed();
        return Replies.result(
                request.id(),
                "{\"protocolVersion\":" + Replies.quoted(protocol)
                        + ",\"capabilities\":" + CAPABILITIES
                        + ",\"serverInfo\":{\"name\":\"kruxos\",\"title\":\"KruxOS\",\"version\":"
                        + Replies.quoted(version) + "}}");
    }

    private byte[] logLevel(Message.Request request) {
        var asked = request.params().level();
        var level = LogLevel.of(asked == null ? "" : asked).orElse(null);
        if (level == null) {
            return Replies.error(
                    request.id(),
                    Errors.INVALID_PARAMS,
                    "there is no such log level",
                    "debug, info, notice, warning, error, critical, alert or emergency");
        }
        session.logLevel(level);
        calls.logLevel(caller, level);
        return Replies.result(request.id(), "{}");
    }

    /** How a request under way comes to its outcome. */
    private interface Route {
        Outcome walk(Flight flight);
    }

    private void fly(Message.Request request, Back back, Executor runner, Route route) {
        if (Room.HEAP.tight()) {
            back.answer(Replies.error(request.id(), Errors.REFUSED, NoMemory.WHY, NoMemory.HINT));
            return;
        }
        var flight = session.begin(request.id(), request.frame().bytes().length, back)
                .orElse(null);
        if (flight == null) {
            notBegun(request, back);
            return;
        }
        runner.execute(() -> {
            try (flight) {
                switch (outcome(request, () -> route.walk(flight))) {
                    case Outcome.Respond respond when flight.land() -> back.answer(respond.message());
                    case Outcome.Respond _, Outcome.Silence _ -> back.nothing();
                }
            }
        });
    }

    /** A fault of ours is answered, never swallowed: the agent must not wait for ever. */
    private static Outcome outcome(Message.Request request, Supplier<Outcome> walk) {
        try {
            return walk.get();
        } catch (RuntimeException e) {
            System.getLogger("gateway").log(System.Logger.Level.ERROR, "a call failed inside the appliance", e);
            return new Outcome.Respond(Replies.error(
                    request.id(), Errors.INTERNAL, "the appliance failed to answer", "see the appliance's log"));
        }
    }

    private void notBegun(Message.Request request, Back back) {
        if (session.ended()) {
            back.nothing();
            return;
        }
        if (session.stopping()) {
            back.answer(Replies.error(
                    request.id(),
                    Errors.REFUSED,
                    "the appliance is stopping",
                    "connect again in a moment and repeat it"));
            return;
        }
        var taken = session.flight(request.id()).isPresent();
        back.answer(Replies.error(
                request.id(),
                taken ? Errors.INVALID_REQUEST : Errors.REFUSED,
                taken ? "a request with this id is under way" : "too many requests are under way",
                taken
                        ? "use each id once"
                        : "wait for answers: at most " + Session.MOST_IN_FLIGHT + " here, and "
                                + (session.mostBytes() >> 20) + " MiB of all the agent's sessions, may be under way"));
    }
}
