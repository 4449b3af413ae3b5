package com.kruxos.gateway;

import com.kruxos.rpc.MemoryGuard;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.web.http.Problem;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The body of a POST, or why it is refused. */
final class RequestBody {
    /** How long a long body waits for memory. */
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

    private static RequestBody refused(Problem reason) {
        return new RequestBody(new byte[0], reason);
    }

    byte[] bytes() {
        return bytes;
    }

    @Nullable
    Problem refusal() {
        return refusal;
    }

    /**
     * Reads the body; empty when the client disconnects early. Content-Length is only a claim: no memory is allocated
     * for it before the first bytes arrive.
     */
    static RequestBody read(HttpServletRequest request, MessageLimits limits) throws IOException {
        var length = request.getContentLengthLong();
        if (length > limits.maxBytes()) {
            return refused(Problem.tooLarge(limits.maxBytes()));
        }
        return length < 0
                ? readChunked(request.getInputStream(), limits)
                : readWithLength(request.getInputStream(), (int) length, limits);
    }

    private static RequestBody readWithLength(ServletInputStream in, int length, MessageLimits limits)
            throws IOException {
        var start = in.readNBytes(Math.min(length, MemoryGuard.SMALL_MESSAGE_BYTES));
        if (length <= MemoryGuard.SMALL_MESSAGE_BYTES) {
            return of(start.length == length ? start : new byte[0]);
        }
        if (!limits.quota().tryAcquire(length)) {
            return refused(OverloadReply.PROBLEM);
        }
        try {
            // At once: of many bodies that grow in parallel, none might be completed.
            var whole = limits.memoryGuard().tryGrow(start, length, MEMORY_WAIT);
            if (whole == null) {
                return refused(OverloadReply.PROBLEM);
            }
            var more = in.readNBytes(whole, start.length, length - start.length);
            return of(start.length + more == length ? whole : new byte[0]);
        } finally {
            limits.quota().release(length);
        }
    }

    private static RequestBody readChunked(ServletInputStream in, MessageLimits limits) throws IOException {
        var body = limits.newBuffer(MEMORY_WAIT);
        try {
            var piece = new byte[16 << 10];
            for (var read = in.read(piece); read >= 0; read = in.read(piece)) {
                if (!body.add(piece, 0, read)) {
                    return refused(
                            body.rejectedForMemory() ? OverloadReply.PROBLEM : Problem.tooLarge(limits.maxBytes()));
                }
            }
            return of(body.take());
        } finally {
            body.clear();
        }
    }
}
