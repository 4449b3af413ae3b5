package com.kruxos.transport;

import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A bounded queue in which priority messages overtake the others. Guarded by its owner's lock. */
final class OutboundQueue {
    private final SendLimit limit;
    private final ArrayDeque<OutboundMessage> priority = new ArrayDeque<>();
    private final ArrayDeque<OutboundMessage> normal = new ArrayDeque<>();

    OutboundQueue(long maxBytes) {
        this.limit = new SendLimit(maxBytes);
    }

    /** False when the queue is full. */
    boolean offer(OutboundMessage message) {
        if (!limit.reserve(message)) {
            return false;
        }
        (message.isPriority() ? priority : normal).add(message);
        return true;
    }

    @Nullable
    OutboundMessage peek() {
        return head().peek();
    }

    /** Removes the next message. Its bytes count until {@link #release}. */
    @Nullable
    OutboundMessage poll() {
        return head().poll();
    }

    void release(OutboundMessage message) {
        limit.release(message);
    }

    boolean isEmpty() {
        return head().isEmpty();
    }

    /** Removes and returns all messages. */
    List<OutboundMessage> drain() {
        var drained = Stream.concat(priority.stream(), normal.stream()).toList();
        drained.forEach(limit::release);
        priority.clear();
        normal.clear();
        return drained;
    }

    private ArrayDeque<OutboundMessage> head() {
        return priority.isEmpty() ? normal : priority;
    }
}
