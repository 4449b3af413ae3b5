package com.kruxos.gateway;

import com.kruxos.rpc.Message;
import java.util.List;

/**
 * The messages of one POST.
 *
 * @param isBatch whether they were sent as an array
 */
record PostedMessages(List<Message> messages, boolean isBatch) {
    static PostedMessages single(Message message) {
        return new PostedMessages(List.of(message), false);
    }

    int requestCount() {
        return (int) messages.stream().filter(Message.Request.class::isInstance).count();
    }
}
