package com.kruxos.session;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.Message;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Requests of servers that one agent has not answered, under ids of our own. Safe for any thread. */
public final class PendingServerRequests {
    private static final int MAX_OPEN = 64;

    private final AtomicLong lastId = new AtomicLong();
    private final Map<JsonRpcId, Consumer<Message.Reply>> open = new ConcurrentHashMap<>();

    /**
     * Registers a request.
     *
     * @return the id to send it under; absent when too many are open
     */
    public Optional<JsonRpcId> register(Consumer<Message.Reply> onReply) {
        if (open.size() >= MAX_OPEN) {
            return Optional.empty();
        }
        var id = JsonRpcId.of(lastId.incrementAndGet());
        open.put(id, onReply);
        return Optional.of(id);
    }

    /** The agent replied; a reply to an unknown id is ignored. */
    public void complete(Message.Reply reply) {
        var onReply = open.remove(reply.id());
        if (onReply != null) {
            onReply.accept(reply);
        }
    }

    /** False when it was answered or removed already. */
    public boolean remove(JsonRpcId id) {
        return open.remove(id) != null;
    }
}
