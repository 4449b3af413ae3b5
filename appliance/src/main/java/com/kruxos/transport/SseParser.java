package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.kruxos.rpc.BoundedBuffer;
import com.kruxos.rpc.MessageLimits;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Parses a {@code text/event-stream} in chunks of any size. Data stays bytes, so a chunk may end inside a character.
 * One parser per stream; not thread-safe.
 */
final class SseParser {
    interface SseEventHandler {
        /**
         * Called at the end of an event that has data.
         *
         * @param name {@code message} when the event has none
         * @param data without the last line break
         */
        void onEvent(String name, byte[] data);
    }

    /** The field of the current line. */
    private enum FieldKind {
        UNKNOWN,
        DATA,
        EVENT,
        ID,
        RETRY
    }

    /** The position in the current line. */
    private enum LinePosition {
        NAME,
        AFTER_COLON,
        VALUE
    }

    private static final int MAX_NAME_LENGTH = 5; // "event" and "retry"
    private static final int MAX_SMALL_VALUE = 1_024;
    private static final byte[] LINE_END = {'\n'};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final SseEventHandler handler;
    private final Consumer<OversizedMessage> onOversized;
    private final int limit;
    private final BoundedBuffer data;
    private @Nullable OversizedMessage oversized;
    private final BoundedBuffer fieldName = new BoundedBuffer(MAX_NAME_LENGTH);
    private final BoundedBuffer smallValue = new BoundedBuffer(MAX_SMALL_VALUE);

    private LinePosition position = LinePosition.NAME;
    private FieldKind field = FieldKind.UNKNOWN;
    private int markLength; // bytes of a byte order mark read; 3 when decided
    private boolean afterCarriageReturn;
    private boolean emptyLine = true;
    private boolean nameTooLong;
    private boolean smallTooLong;
    private boolean hasData;
    private String eventName = "";
    private @Nullable String pendingId; // of the current event
    private @Nullable String lastId; // of the last complete event
    private @Nullable Long retryMillis;

    /**
     * @param messageLimits for the data of one event
     * @param onOversized called at the end of an event whose data was dropped
     */
    SseParser(MessageLimits messageLimits, SseEventHandler handler, Consumer<OversizedMessage> onOversized) {
        this.handler = handler;
        this.onOversized = onOversized;
        this.limit = messageLimits.maxBytes();
        this.data = new MessageLimits(limit + 1, messageLimits.memoryGuard(), messageLimits.quota())
                .newBuffer(); // with the last line break
    }

    /** The id to resume after; null when the server sent none, or reset it by an empty one. */
    @Nullable
    String lastId() {
        return lastId == null || lastId.isEmpty() ? null : lastId;
    }

    /** How long the server asks clients to wait before they reconnect. */
    @Nullable
    Long retryMillis() {
        return retryMillis;
    }

    /** Parses a chunk. False when an event is unbounded: the stream must not be read any further. */
    boolean feed(ByteBuffer chunk) {
        var bytes = new byte[chunk.remaining()];
        chunk.get(bytes);
        var from = skipByteOrderMark(bytes);
        while (from < bytes.length) {
            if (afterCarriageReturn && bytes[from] == '\n') {
                from++;
            }
            afterCarriageReturn = false;
            var end = indexOfLineEnd(bytes, from);
            if (!linePart(bytes, from, end)) {
                return false;
            }
            from = end;
            if (end < bytes.length) {
                afterCarriageReturn = bytes[end] == '\r';
                from++;
                if (!endLine()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Skips a byte order mark at the start of the stream. */
    private int skipByteOrderMark(byte[] bytes) {
        var from = 0;
        while (markLength < BYTE_ORDER_MARK.length && from < bytes.length) {
            if (bytes[from] != BYTE_ORDER_MARK[markLength]) {
                // A partial mark is the start of an unknown field name.
                nameTooLong = markLength > 0;
                emptyLine = markLength == 0;
                markLength = BYTE_ORDER_MARK.length;
                return from;
            }
            markLength++;
            from++;
        }
        return from;
    }

    private static int indexOfLineEnd(byte[] bytes, int from) {
        for (var i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                return i;
            }
        }
        return bytes.length;
    }

    private boolean linePart(byte[] bytes, int from, int to) {
        if (from < to) {
            emptyLine = false;
        }
        var i = from;
        while (i < to && position != LinePosition.VALUE) {
            var b = bytes[i];
            if (position == LinePosition.NAME) {
                if (b == ':') {
                    field = fieldOf();
                    position = LinePosition.AFTER_COLON;
                } else if (!fieldName.add(b)) {
                    nameTooLong = true;
                }
                i++;
            } else {
                position = LinePosition.VALUE;
                if (b == ' ') {
                    i++;
                }
            }
        }
        return fieldValue(bytes, i, to);
    }

    private boolean fieldValue(byte[] bytes, int from, int to) {
        if (from >= to) {
            return true;
        }
        return switch (field) {
            case UNKNOWN -> true;
            case DATA -> appendData(bytes, from, to);
            case EVENT, ID, RETRY -> {
                smallTooLong |= !smallValue.add(bytes, from, to);
                yield true;
            }
        };
    }

    private boolean appendData(byte[] bytes, int from, int to) {
        var message = oversized;
        if (message == null && data.add(bytes, from, to)) {
            return true;
        }
        if (message == null) {
            message = new OversizedMessage(limit, data);
            oversized = message;
        }
        message.add(bytes, from, to);
        if (message.isUnbounded()) {
            // If the event has an id, the stream resumes after it: the event would be unbounded again.
            lastId = pendingId == null ? lastId : pendingId;
            return false;
        }
        return true;
    }

    private FieldKind fieldOf() {
        var text = nameTooLong ? "" : new String(fieldName.take(), UTF_8);
        return switch (text) {
            case "data" -> FieldKind.DATA;
            case "event" -> FieldKind.EVENT;
            case "id" -> FieldKind.ID;
            case "retry" -> FieldKind.RETRY;
            default -> FieldKind.UNKNOWN; // comments, too, whose name is empty
        };
    }

    private boolean endLine() {
        if (emptyLine) {
            dispatchEvent();
        } else {
            if (position == LinePosition.NAME) {
                field = fieldOf(); // a field without a colon has an empty value
            }
            if (!endField()) {
                return false;
            }
        }
        fieldName.take();
        smallValue.take();
        position = LinePosition.NAME;
        field = FieldKind.UNKNOWN;
        emptyLine = true;
        nameTooLong = false;
        smallTooLong = false;
        return true;
    }

    private boolean endField() {
        switch (field) {
            case DATA -> {
                hasData = true;
                return appendData(LINE_END, 0, 1);
            }
            case EVENT -> eventName = smallTooLong ? "?" : new String(smallValue.take(), UTF_8);
            case ID -> {
                // A truncated id would resume at a wrong event; none is better.
                var text = smallTooLong ? "" : new String(smallValue.take(), UTF_8);
                pendingId = text.indexOf('\0') < 0 ? text : pendingId;
            }
            case RETRY -> {
                var text = smallTooLong ? "" : new String(smallValue.take(), UTF_8);
                retryMillis = text.matches("[0-9]{1,9}") ? Long.valueOf(text) : retryMillis;
            }
            case UNKNOWN -> {}
        }
        return true;
    }

    private void dispatchEvent() {
        if (pendingId != null) {
            lastId = pendingId;
        }
        var name = eventName.isEmpty() ? "message" : eventName;
        eventName = "";
        var message = oversized;
        if (message != null) {
            oversized = null;
            hasData = false;
            onOversized.accept(message);
        } else if (hasData) {
            hasData = false;
            handler.onEvent(name, data.take(data.length() - 1));
        }
    }
}
