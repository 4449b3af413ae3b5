package com.kruxos.session;

import com.kruxos.rpc.Id;
import com.kruxos.rpc.Message;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** What servers have asked one agent and it has not answered yet, under ids of our own. Safe for any thread. */
public final class Questions {
    /** More open questions than this are refused: nobody answers so many. */
    private static final int MOST = 64;

    private final AtomicLong numbers = new AtomicLong();
    private final Map<Id, Consumer<Message.Reply>> open = new ConcurrentHashMap<>();

    /** A place for an answer; absent when too many are open. */
    public Optional<Id> ask(Consumer<Message.Reply> answered) {
        if (open.size() >= MOST) {
            return Optional.empty();
        }
        var id = Id.of(numbers.incrementAndGet());
        open.put(id, answered);
        return Optional.of(id);
    }

    /** The agent has answered; an answer to nothing is ignored. */
    public void answered(Message.Reply reply) {
        var answered = open.remove(reply.id());
        if (answered != null) {
            answered.accept(reply);
        }
    }

    /** Nobody waits for it any more; false when it was answered already, or forgotten. */
    public boolean forget(Id id) {
        return open.remove(id) != null;
    }
}
