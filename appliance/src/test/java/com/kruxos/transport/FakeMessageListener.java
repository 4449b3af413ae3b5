package com.kruxos.transport;

import com.kruxos.process.Await;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.Message;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Records all calls. */
public final class FakeMessageListener implements MessageListener {
    final LinkedBlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> dropped = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> invalidTexts = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> stderrLines = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> endReasons = new LinkedBlockingQueue<>();
    private final Runnable onEnd;

    FakeMessageListener() {
        this(() -> {});
    }

    public FakeMessageListener(Runnable atEnd) {
        this.onEnd = atEnd;
    }

    @Override
    public void onMessage(byte[] text, Message read) {
        messages.add(text);
    }

    @Override
    public void onDropped(@Nullable JsonRpcId answered, String why) {
        dropped.add(answered + ": " + why);
    }

    @Override
    public void onInvalidText(String line) {
        invalidTexts.add(line);
    }

    @Override
    public void onStderr(String line) {
        stderrLines.add(line);
    }

    @Override
    public void onEnd(String why) {
        endReasons.add(why);
        onEnd.run();
    }

    String nextMessage() {
        return new String(next(messages), StandardCharsets.UTF_8);
    }

    String nextEnd() {
        return next(endReasons);
    }

    static <T> T next(LinkedBlockingQueue<T> queue) {
        try {
            var next = queue.poll(Await.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing arrived within " + Await.TIMEOUT);
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
