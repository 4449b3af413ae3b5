package com.kruxos.server;

import com.kruxos.rpc.Id;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.rpc.Splice;
import com.kruxos.session.Flight;
import com.kruxos.transport.Envelope;
import com.kruxos.transport.Failure;
import com.kruxos.transport.Outgoing;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request on its way to one process and back: ids, token and name are exchanged on the way, nothing else. */
final class Asking {
    private final Instance instance;
    private final Target target;
    private final Message.Request request;
    private final Flight flight;
    private final Consumer<byte[]> news;
    private final boolean again;
    private boolean forgotten;

    /** @param again whether another life of the server took nothing of this because it did not know the session */
    Asking(
            Instance instance,
            Target target,
            Message.Request request,
            Flight flight,
            Consumer<byte[]> news,
            boolean again) {
        this.instance = instance;
        this.target = target;
        this.request = request;
        this.flight = flight;
        this.news = news;
        this.again = again;
    }

    /** The answer; absent when this life of the server took nothing, and the next one must be asked. */
    @Nullable
    Answer ask(Surroundings runtime) {
        var exchange = instance.open(this::relay, flight.back());
        if (exchange == null) {
            return null;
        }
        try {
            flight.whenWithdrawn(withdrawal -> withdrawn(exchange, withdrawal));
            instance.send(exchange, new Claimed(outward(exchange.id()), request.method(), flight, exchange, again));
            return answer(runtime, exchange, exchange.await(runtime.silence(), runtime.longest()));
        } finally {
            instance.forget(exchange);
        }
    }

    /** Whether the server took nothing because it did not know the session. */
    boolean forgotten() {
        return forgotten;
    }

    /** Bytes that leave only while the flight may. */
    private static final class Claimed implements Outgoing {
        private final byte[] bytes;
        private final String method;
        private final Flight flight;
        private final Exchange exchange;
        private final boolean again;

        Claimed(byte[] bytes, String method, Flight flight, Exchange exchange, boolean again) {
            this.bytes = bytes;
            this.method = method;
            this.flight = flight;
            this.exchange = exchange;
            this.again = again;
        }

        @Override
        public boolean again() {
            return again;
        }

        @Override
        public void failed(Failure failure) {
            exchange.complete(new Exchange.End.Failed(failure));
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public Envelope envelope() {
            return new Envelope(method, exchange.id(), null);
        }

        @Override
        public boolean claim() {
            return flight.claim();
        }
    }

    private byte[] outward(Id id) {
        var params = request.params();
        return new Splice(request.frame().bytes())
                .put(request.frame().id(), id)
                .put(request.frame().method(), Replies.quotedBytes(request.method()))
                .put(target.at(), Replies.quotedBytes(target.name()))
                .put(params.tokenAt(), id)
                .bytes();
    }

    private @Nullable Answer answer(Surroundings runtime, Exchange exchange, Exchange.End end) {
        return switch (end) {
            case Exchange.End.Reply reply -> replied(reply.message());
            case Exchange.End.Lost lost ->
                new Answer.Lost("server " + target.serverName() + " went away: " + lost.why());
            case Exchange.End.Refused refused ->
                new Answer.Down(
                        "server_unavailable",
                        "server " + target.serverName() + " took no request: " + refused.why(),
                        "try again; " + command(runtime, "logs") + " shows what it said");
            case Exchange.End.Withdrawn _ -> new Answer.Withdrawn();
            case Exchange.End.Failed failed -> failed(runtime, failed.failure());
            case Exchange.End.TimedOut late -> {
                instance.tell(Replies.notification(
                        "notifications/cancelled", "{\"requestId\":" + exchange.id() + ",\"reason\":\"timed out\"}"));
                yield new Answer.TimedOut("server " + target.serverName() + ": " + late.why());
            }
        };
    }

    private @Nullable Answer failed(Surroundings runtime, Failure failure) {
        var name = target.serverName();
        return switch (failure.kind()) {
            case SESSION_GONE -> {
                forgotten = true;
                yield flight.returned() ? null : new Answer.Withdrawn();
            }
            case NOT_TAKEN ->
                new Answer.Down(
                        "server_unavailable",
                        "server " + name + " took no request: " + failure.why(),
                        "try again; " + command(runtime, "show") + " says how it stands");
            case UNAUTHORIZED ->
                new Answer.Down(
                        "credential_refused",
                        "server " + name + " refused the credential it was shown: " + failure.why(),
                        "ask the operator to renew it: " + command(runtime, "show") + " names it");
            case LOST -> new Answer.Lost("server " + name + ": " + failure.why());
        };
    }

    private String command(Surroundings runtime, String verb) {
        return runtime.spaces()
                .command(
                        "kruxos server " + verb + " " + target.serverName(),
                        flight.session().opening().space());
    }

    private Answer replied(Message.Reply reply) {
        var message = new Splice(reply.frame().bytes())
                .put(reply.frame().id(), request.id())
                .bytes();
        return new Answer.Replied(
                instance.scrubber().json(message),
                reply.error(),
                instance.lent().names());
    }

    /** Progress goes on under the agent's own token; of log messages, what the agent wants to hear. */
    private void relay(Message.Notification said) {
        var token = request.params().progressToken();
        if (said.params().progressToken() == null) {
            var level = said.params().level();
            if (LogLevel.of(level == null ? "" : level)
                    .filter(severity -> severity.compareTo(flight.session().logLevel()) >= 0)
                    .isPresent()) {
                news.accept(instance.scrubber().json(said.frame().bytes()));
            }
        } else if (token != null) {
            var message = new Splice(said.frame().bytes())
                    .put(said.params().tokenAt(), token)
                    .bytes();
            news.accept(instance.scrubber().json(message));
        }
    }

    private void withdrawn(Exchange exchange, Flight.Withdrawal withdrawal) {
        if (exchange.complete(new Exchange.End.Withdrawn()) && withdrawal.hadLeft()) {
            instance.tell(cancellation(exchange.id(), withdrawal.said()));
        }
    }

    /** The agent's own words under the id the server knows; ours when the agent is gone. */
    private static byte[] cancellation(Id id, Message.@Nullable Notification said) {
        if (said == null) {
            return Replies.notification(
                    "notifications/cancelled", "{\"requestId\":" + id + ",\"reason\":\"the client is gone\"}");
        }
        return new Splice(said.frame().bytes())
                .put(said.params().requestIdAt(), id)
                .bytes();
    }
}
