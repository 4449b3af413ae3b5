package com.kruxos.session;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.Message;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** What servers have asked one agent and it has not answered yet, under ids of our own. Safe for any thread. */
public final class PendingServerRequests {
    /** More open questions than this are refused: nobody answers so many. */
    private static final int MAX_OPEN = 64;

    private final AtomicLong lastId = new AtomicLong();
    private final Map<JsonRpcId, Consumer<Message.Reply>> open = new ConcurrentHashMap<>();

    /** A place for an answer; absent when too many are open. */
    public Optional<JsonRpcId> register(Consumer<Message.Reply> answered) {
        if (open.size() >= MAX_OPEN) {
            return Optional.empty();
        }
        var id = JsonRpcId.of(lastId.incrementAndGet());
        open.put(id, answered);
        return Optional.of(id);
    }

    /** The agent has answered; an answer to nothing is ignored. */
    public void complete(Message.Reply reply) {
        var answered = open.remove(reply.id());
        if (answered != null) {
            answered.accept(reply);
        }
    }

    /** Nobody waits for it any more; false when it was answered already, or forgotten. */
    public boolean remove(JsonRpcId id) {
        return open.remove(id) != null;
    }
}
