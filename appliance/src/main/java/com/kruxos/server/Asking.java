package com.kruxos.server;

import com.kruxos.rpc.Id;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.rpc.Splice;
import com.kruxos.session.Flight;
import com.kruxos.transport.Outgoing;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request on its way to one process and back: ids, token and name are exchanged on the way, nothing else. */
final class Asking {
    private static final byte[] CALL = Replies.quotedBytes("tools/call");

    private final Instance instance;
    private final Tool tool;
    private final Message.Request request;
    private final Flight flight;
    private final Consumer<byte[]> progress;

    Asking(Instance instance, Tool tool, Message.Request request, Flight flight, Consumer<byte[]> progress) {
        this.instance = instance;
        this.tool = tool;
        this.request = request;
        this.flight = flight;
        this.progress = progress;
    }

    /** The answer; absent when this process takes no new requests and another one must be asked. */
    @Nullable
    Answer ask(Surroundings runtime) {
        var token = request.params().progressToken();
        var exchange = instance.open(token == null ? null : news -> progress.accept(relayed(news, token)));
        if (exchange == null) {
            return null;
        }
        try {
            flight.whenWithdrawn(withdrawal -> withdrawn(exchange, withdrawal));
            instance.send(exchange, new Claimed(outward(exchange.id()), flight));
            return answer(exchange, exchange.await(runtime.silence(), runtime.longest()));
        } finally {
            instance.forget(exchange);
        }
    }

    /** Bytes that leave only while the flight may. */
    private static final class Claimed implements Outgoing {
        private final byte[] bytes;
        private final Flight flight;

        Claimed(byte[] bytes, Flight flight) {
            this.bytes = bytes;
            this.flight = flight;
        }

        @Override
        public byte[] bytes() {
            return bytes;
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
                .put(request.frame().method(), CALL)
                .put(params.nameAt(), Replies.quotedBytes(tool.upstreamName()))
                .put(params.tokenAt(), id)
                .bytes();
    }

    private Answer answer(Exchange exchange, Exchange.End end) {
        return switch (end) {
            case Exchange.End.Reply reply -> replied(reply.message());
            case Exchange.End.Lost lost -> new Answer.Lost("server " + tool.serverName() + " went away: " + lost.why());
            case Exchange.End.Refused refused ->
                new Answer.Down(
                        "server_unavailable",
                        "server " + tool.serverName() + " took no request: " + refused.why(),
                        "try again; kruxos server logs " + tool.serverName() + " shows what it said");
            case Exchange.End.Withdrawn _ -> new Answer.Withdrawn();
            case Exchange.End.TimedOut late -> {
                instance.tell(Replies.notification(
                        "notifications/cancelled", "{\"requestId\":" + exchange.id() + ",\"reason\":\"timed out\"}"));
                yield new Answer.TimedOut("server " + tool.serverName() + ": " + late.why());
            }
        };
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

    private byte[] relayed(Message.Notification news, Id token) {
        var message = new Splice(news.frame().bytes())
                .put(news.params().tokenAt(), token)
                .bytes();
        return instance.scrubber().json(message);
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
