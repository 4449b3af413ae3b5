package com.kruxos.transport;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.Message;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes what a server sends to the listener, and detects the response to a given request. Thread-safe. */
final class MessageDispatcher {
    static final int INVALID_TEXT_CHARACTERS = 512;

    private final MessageListener listener;
    private final Consumer<String> onListenerFailure;

    /** @param onListenerFailure called when the listener throws; the connection is then of no use */
    MessageDispatcher(MessageListener listener, Consumer<String> onListenerFailure) {
        this.listener = listener;
        this.onListenerFailure = onListenerFailure;
    }

    /** True when the response to {@code awaited} was in the text. */
    boolean dispatch(byte[] text, @Nullable JsonRpcId awaited) {
        var answered = false;
        try {
            for (var message : split(text)) {
                var read = JsonRpcReader.readFromServer(message);
                answered |= awaited != null && isReplyTo(read, awaited);
                listener.onMessage(message, read);
            }
        } catch (RuntimeException e) {
            onListenerFailure.accept(processingFailed(e));
        }
        return answered;
    }

    static String processingFailed(Throwable failure) {
        return "a message of the server could not be processed ("
                + failure.getClass().getSimpleName() + ")";
    }

    /** Reports a dropped message. True when it was the response to {@code awaited}. */
    boolean reportDropped(OversizedMessage message, @Nullable JsonRpcId awaited) {
        var answered = message.answeredId();
        listener.onDropped(answered, message.reason());
        return answered != null && answered.equals(awaited);
    }

    static boolean isReplyTo(byte[] message, JsonRpcId id) {
        return isReplyTo(JsonRpcReader.readFromServer(message), id);
    }

    private static boolean isReplyTo(Message read, JsonRpcId id) {
        return read instanceof Message.Reply reply && reply.id().equals(id);
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
