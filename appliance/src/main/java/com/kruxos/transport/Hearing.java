package com.kruxos.transport;

import com.kruxos.rpc.Codec;
import com.kruxos.rpc.Id;
import com.kruxos.rpc.Message;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands what a server says to the receiver, and notices the answer that somebody waits for. For any thread. */
final class Hearing {
    private static final int NOISE_CHARACTERS = 512;

    private final Receiver receiver;
    private final Consumer<String> broken;

    /** @param broken told when the receiver throws: then nobody would hear the server any more */
    Hearing(Receiver receiver, Consumer<String> broken) {
        this.receiver = receiver;
        this.broken = broken;
    }

    /** True when the answer to {@code awaited} was among it. */
    boolean hear(byte[] text, @Nullable Id awaited) {
        var answered = false;
        try {
            for (var message : messages(text)) {
                var read = Codec.fromServer(message);
                answered |= awaited != null && answers(read, awaited);
                receiver.message(message, read);
            }
        } catch (RuntimeException e) {
            broken.accept("its message could not be taken: " + e.getClass().getSimpleName());
        }
        return answered;
    }

    /** Says that something was not kept. True when it was the answer to {@code awaited}. */
    boolean lacks(Excess excess, @Nullable Id awaited) {
        var answered = excess.answered();
        receiver.dropped(answered, excess.why());
        return answered != null && answered.equals(awaited);
    }

    /** Whether it is a reply under this id. */
    static boolean answers(byte[] message, Id awaited) {
        return answers(Codec.fromServer(message), awaited);
    }

    private static boolean answers(Message read, Id awaited) {
        return read instanceof Message.Reply reply && reply.id().equals(awaited);
    }

    private List<byte[]> messages(byte[] text) {
        var first = 0;
        while (first < text.length && Character.isWhitespace(text[first])) {
            first++;
        }
        if (first == text.length) {
            return List.of();
        }
        var messages = text[first] == '{' ? List.of(text) : text[first] == '[' ? Batch.split(text) : List.<byte[]>of();
        if (messages.isEmpty()) {
            receiver.noise(Grumble.text(text, text.length, NOISE_CHARACTERS));
        }
        return messages;
    }
}
