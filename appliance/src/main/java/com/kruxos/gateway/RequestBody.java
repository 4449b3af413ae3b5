package com.kruxos.gateway;

import com.kruxos.rpc.MemoryGuard;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.web.http.Problem;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The body of a POST, or why there is none. */
final class RequestBody {
    /** How long a long one may wait for memory. */
    private static final Duration MEMORY_WAIT = Duration.ofSeconds(3);

    private final byte[] bytes;
    private final @Nullable Problem refusal;

    private RequestBody(byte[] bytes, @Nullable Problem refusal) {
        this.bytes = bytes;
        this.refusal = refusal;
    }

    private static RequestBody of(byte[] bytes) {
        return new RequestBody(bytes, null);
    }

    private static RequestBody refused(Problem why) {
        return new RequestBody(new byte[0], why);
    }

    byte[] bytes() {
        return bytes;
    }

    @Nullable
    Problem refusal() {
        return refusal;
    }

    /** Reads it; one that broke off is empty. A length is only announced: memory is taken for what has come. */
    static RequestBody read(HttpServletRequest request, MessageLimits messages) throws IOException {
        var length = request.getContentLengthLong();
        if (length > messages.maxBytes()) {
            return refused(Problem.tooLarge(messages.maxBytes()));
        }
        return length < 0
                ? readChunked(request.getInputStream(), messages)
                : readWithLength(request.getInputStream(), (int) length, messages);
    }

    private static RequestBody readWithLength(ServletInputStream in, int length, MessageLimits messages)
            throws IOException {
        var start = in.readNBytes(Math.min(length, MemoryGuard.SMALL_MESSAGE_BYTES));
        if (length <= MemoryGuard.SMALL_MESSAGE_BYTES) {
            return of(start.length == length ? start : new byte[0]);
        }
        if (!messages.quota().tryAcquire(length)) {
            return refused(OverloadReply.PROBLEM);
        }
        try {
            // All at once: of many that grow side by side none might come to its end.
            var whole = messages.memoryGuard().tryGrow(start, length, MEMORY_WAIT);
            if (whole == null) {
                return refused(OverloadReply.PROBLEM);
            }
            var more = in.readNBytes(whole, start.length, length - start.length);
            return of(start.length + more == length ? whole : new byte[0]);
        } finally {
            messages.quota().release(length);
        }
    }

    private static RequestBody readChunked(ServletInputStream in, MessageLimits messages) throws IOException {
        var body = messages.newBuffer(MEMORY_WAIT);
        try {
            var piece = new byte[16 << 10];
            for (var read = in.read(piece); read >= 0; read = in.read(piece)) {
                if (!body.add(piece, 0, read)) {
                    return refused(
                            body.rejectedForMemory() ? OverloadReply.PROBLEM : Problem.tooLarge(messages.maxBytes()));
                }
            }
            return of(body.take());
        } finally {
            body.clear();
        }
    }
}
