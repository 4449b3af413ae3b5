package com.kruxos.transport;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.Message;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands what a server says to the receiver, and notices the answer that somebody waits for. For any thread. */
final class MessageDispatcher {
    private static final int INVALID_TEXT_CHARACTERS = 512;

    private final MessageListener listener;
    private final Consumer<String> onListenerFailure;

    /** @param broken told when the receiver throws: then nobody would hear the server any more */
    MessageDispatcher(MessageListener receiver, Consumer<String> broken) {
        this.listener = receiver;
        this.onListenerFailure = broken;
    }

    /** True when the answer to {@code awaited} was among it. */
    boolean dispatch(byte[] text, @Nullable JsonRpcId awaited) {
        var answered = false;
        try {
            for (var message : split(text)) {
                var read = JsonRpcReader.readFromServer(message);
                answered |= awaited != null && isReplyTo(read, awaited);
                listener.onMessage(message, read);
            }
        } catch (RuntimeException e) {
            onListenerFailure.accept(
                    "its message could not be taken: " + e.getClass().getSimpleName());
        }
        return answered;
    }

    /** Says that something was not kept. True when it was the answer to {@code awaited}. */
    boolean reportDropped(OversizedMessage excess, @Nullable JsonRpcId awaited) {
        var answered = excess.answeredId();
        listener.onDropped(answered, excess.reason());
        return answered != null && answered.equals(awaited);
    }

    /** Whether it is a reply under this id. */
    static boolean isReplyTo(byte[] message, JsonRpcId awaited) {
        return isReplyTo(JsonRpcReader.readFromServer(message), awaited);
    }

    private static boolean isReplyTo(Message read, JsonRpcId awaited) {
        return read instanceof Message.Reply reply && reply.id().equals(awaited);
    }

    private List<byte[]> split(byte[] text) {
        var first = 0;
        while (first < text.length && Character.isWhitespace(text[first])) {
            first++;
        }
        if (first == text.length) {
            return List.of();
        }
        var messages =
                text[first] == '{' ? List.of(text) : text[first] == '[' ? BatchSplitter.split(text) : List.<byte[]>of();
        if (messages.isEmpty()) {
            listener.onInvalidText(StderrReader.decode(text, text.length, INVALID_TEXT_CHARACTERS));
        }
        return messages;
    }
}
