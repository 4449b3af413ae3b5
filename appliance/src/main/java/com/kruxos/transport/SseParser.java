package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.kruxos.rpc.BoundedBuffer;
import com.kruxos.rpc.MessageLimits;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code text/event-stream} as it comes, in pieces of any size. Data stays bytes: nothing is decoded, so a
 * character may be cut anywhere. One stream, one parser; not for several threads at once.
 */
final class SseParser {
    /** What is done with an event. */
    interface SseEventHandler {
        /**
         * An event is complete.
         *
         * @param name {@code message} when the event has none
         * @param data without the last line end; empty for events that only bring an id
         */
        void onEvent(String name, byte[] data);
    }

    /** What becomes of the rest of a line. */
    private enum FieldKind {
        UNKNOWN,
        DATA,
        EVENT,
        ID,
        RETRY
    }

    /** Where in a line we are. */
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
    private int markLength; // how much of a byte-order mark was there; 3 when that is decided
    private boolean afterCarriageReturn;
    private boolean emptyLine = true;
    private boolean nameTooLong;
    private boolean smallTooLong;
    private boolean hasData;
    private String eventName = "";
    private @Nullable String pendingId; // of the event being read
    private @Nullable String lastId; // of the last event that was complete
    private @Nullable Long retryMillis;

    /**
     * Begins with a new stream.
     *
     * @param messages what the data of an event may take
     * @param dropped told of an event that could not be kept, when it is complete
     */
    SseParser(MessageLimits messages, SseEventHandler sink, Consumer<OversizedMessage> dropped) {
        this.handler = sink;
        this.onOversized = dropped;
        this.limit = messages.maxBytes();
        this.data = new MessageLimits(limit + 1, messages.memoryGuard(), messages.quota())
                .newBuffer(); // with its last line end
    }

    /** The id to resume after; null when the server gave none, or took it back by an empty one. */
    @Nullable
    String lastId() {
        return lastId == null || lastId.isEmpty() ? null : lastId;
    }

    /** How long the server asks to wait before a new connection. */
    @Nullable
    Long retryMillis() {
        return retryMillis;
    }

    /** Reads a piece. False when an event has no end: then the rest must not be read. */
    boolean feed(ByteBuffer piece) {
        var bytes = new byte[piece.remaining()];
        piece.get(bytes);
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

    /** Steps over a byte-order mark, which counts at the very start only. */
    private int skipByteOrderMark(byte[] bytes) {
        var from = 0;
        while (markLength < BYTE_ORDER_MARK.length && from < bytes.length) {
            if (bytes[from] != BYTE_ORDER_MARK[markLength]) {
                // Half a mark is the start of a field nobody knows.
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

    /** A part of a line, without its end. */
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
        var over = oversized;
        if (over == null && data.add(bytes, from, to)) {
            return true;
        }
        if (over == null) {
            over = new OversizedMessage(limit, data);
            oversized = over;
        }
        over.add(bytes, from, to);
        if (over.isUnbounded()) {
            // Where it has said its id already, the stream is resumed behind it: it would be endless again.
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
            default -> FieldKind.UNKNOWN; // comments too: their name is empty
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
                // One that is too long could not be given back; better none than a wrong one.
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
        var called = eventName.isEmpty() ? "message" : eventName;
        eventName = "";
        var over = oversized;
        if (over != null) {
            oversized = null;
            hasData = false;
            onOversized.accept(over);
        } else if (hasData) {
            hasData = false;
            handler.onEvent(called, data.take(data.length() - 1));
        }
    }
}
