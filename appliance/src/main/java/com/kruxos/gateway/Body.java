package com.kruxos.gateway;

import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Room;
import com.kruxos.web.Problem;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The body of a POST, or why there is none. */
final class Body {
    /** How long a long one may wait for memory. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final byte[] bytes;
    private final @Nullable Problem refusal;

    private Body(byte[] bytes, @Nullable Problem refusal) {
        this.bytes = bytes;
        this.refusal = refusal;
    }

    private static Body whole(byte[] bytes) {
        return new Body(bytes, null);
    }

    private static Body refused(Problem why) {
        return new Body(new byte[0], why);
    }

    byte[] bytes() {
        return bytes;
    }

    @Nullable
    Problem refusal() {
        return refusal;
    }

    /** Reads it; one that broke off is empty. A length is only announced: memory is taken for what has come. */
    static Body read(HttpServletRequest request, Allowance messages) throws IOException {
        var length = request.getContentLengthLong();
        if (length > messages.longest()) {
            return refused(Problem.tooLarge(messages.longest()));
        }
        return length < 0
                ? unannounced(request.getInputStream(), messages)
                : announced(request.getInputStream(), (int) length, messages);
    }

    private static Body announced(ServletInputStream in, int length, Allowance messages) throws IOException {
        var start = in.readNBytes(Math.min(length, Room.SHORT));
        if (length <= Room.SHORT) {
            return whole(start.length == length ? start : new byte[0]);
        }
        if (!messages.quota().take(length)) {
            return refused(NoMemory.PROBLEM);
        }
        try {
            // All at once: of many that grow side by side none might come to its end.
            var whole = messages.room().grown(start, length, PATIENCE);
            if (whole == null) {
                return refused(NoMemory.PROBLEM);
            }
            var more = in.readNBytes(whole, start.length, length - start.length);
            return whole(start.length + more == length ? whole : new byte[0]);
        } finally {
            messages.quota().give(length);
        }
    }

    private static Body unannounced(ServletInputStream in, Allowance messages) throws IOException {
        var body = messages.growing(PATIENCE);
        try {
            var piece = new byte[16 << 10];
            for (var read = in.read(piece); read >= 0; read = in.read(piece)) {
                if (!body.add(piece, 0, read)) {
                    return refused(body.crowded() ? NoMemory.PROBLEM : Problem.tooLarge(messages.longest()));
                }
            }
            return whole(body.take());
        } finally {
            body.forget();
        }
    }
}
