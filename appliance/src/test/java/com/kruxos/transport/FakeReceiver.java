package com.kruxos.transport;

import com.kruxos.rpc.Id;
import com.kruxos.rpc.Message;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps what it hears. */
final class FakeReceiver implements Receiver {
    final LinkedBlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> dropped = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> noises = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> errors = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final Runnable atEnd;

    FakeReceiver() {
        this(() -> {});
    }

    FakeReceiver(Runnable atEnd) {
        this.atEnd = atEnd;
    }

    @Override
    public void message(byte[] text, Message read) {
        messages.add(text);
    }

    @Override
    public void dropped(@Nullable Id answered, String why) {
        dropped.add(answered + ": " + why);
    }

    @Override
    public void noise(String line) {
        noises.add(line);
    }

    @Override
    public void stderr(String line) {
        errors.add(line);
    }

    @Override
    public void ended(String why) {
        ends.add(why);
        atEnd.run();
    }

    String nextMessage() {
        return new String(next(messages), StandardCharsets.UTF_8);
    }

    String end() {
        return next(ends);
    }

    static <T> T next(LinkedBlockingQueue<T> queue) {
        try {
            var next = queue.poll(Await.LONG.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came within " + Await.LONG);
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
