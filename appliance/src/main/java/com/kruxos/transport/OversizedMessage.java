package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.kruxos.rpc.BoundedBuffer;
import com.kruxos.rpc.JsonRpcId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message that is too long, or for which there is no memory. Only its first and last bytes are kept: every library in
 * use writes the id of a response there. Not thread-safe.
 */
final class OversizedMessage {
    /** A message this many times longer than the limit is treated as unbounded. */
    private static final int UNBOUNDED_FACTOR = 16;

    private static final int KEPT_BYTES = 512;
    private static final String VERSION = "\\s*\"jsonrpc\"\\s*:\\s*\"2\\.0\"\\s*";
    private static final String ID = "\"id\"\\s*:\\s*([0-9]{1,18})\\s*";
    private static final String OUTCOME = "\\s*\"(?:result|error)\"\\s*:";
    private static final Pattern ID_BEFORE_OUTCOME =
            Pattern.compile("\\s*\\{(?:" + VERSION + ",)?\\s*" + ID + ",(?:" + VERSION + ",)?" + OUTCOME);
    private static final Pattern OUTCOME_FIRST = Pattern.compile("\\s*\\{(?:" + VERSION + ",)?" + OUTCOME);
    private static final Pattern ID_AT_END = Pattern.compile("[,\\s]" + ID + "(?:," + VERSION + ")?\\}\\s*$");

    private final int limit;
    private final String reason;
    private final StringBuilder head = new StringBuilder();
    private String tail = "";
    private long length;

    /** @param start the bytes so far, after an {@code add} that failed; emptied here */
    OversizedMessage(int limit, BoundedBuffer start) {
        this.limit = limit;
        this.reason = ResponseBody.dropReason(start, limit);
        start.drainTo(this::add);
    }

    void add(byte[] bytes, int from, int to) {
        length += to - from;
        if (head.length() < KEPT_BYTES) {
            head.append(new String(bytes, from, Math.min(to - from, KEPT_BYTES - head.length()), ISO_8859_1));
        }
        var last = Math.max(from, to - KEPT_BYTES);
        var both = tail + new String(bytes, last, to - last, ISO_8859_1);
        tail = both.substring(Math.max(0, both.length() - KEPT_BYTES));
    }

    boolean isUnbounded() {
        return length > (long) UNBOUNDED_FACTOR * limit;
    }

    /** The request of ours that it answers; null when it is no response, or its id is not visible. */
    @Nullable
    JsonRpcId answeredId() {
        var first = ID_BEFORE_OUTCOME.matcher(head);
        if (first.lookingAt()) {
            return JsonRpcId.of(Long.parseLong(first.group(1)));
        }
        var last = ID_AT_END.matcher(tail);
        return OUTCOME_FIRST.matcher(head).lookingAt() && last.find()
                ? JsonRpcId.of(Long.parseLong(last.group(1)))
                : null;
    }

    String reason() {
        return reason;
    }
}
