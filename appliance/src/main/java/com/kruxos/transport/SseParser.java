package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Growing;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code text/event-stream} as it comes, in pieces of any size. Data stays bytes: nothing is decoded, so a
 * character may be cut anywhere. One stream, one parser; not for several threads at once.
 */
final class SseParser {
    /** What is done with an event. */
    interface Sink {
        /**
         * An event is complete.
         *
         * @param name {@code message} when the event has none
         * @param data without the last line end; empty for events that only bring an id
         */
        void event(String name, byte[] data);
    }

    /** What becomes of the rest of a line. */
    private enum Field {
        UNKNOWN,
        DATA,
        EVENT,
        ID,
        RETRY
    }

    /** Where in a line we are. */
    private enum At {
        NAME,
        AFTER_COLON,
        VALUE
    }

    private static final int LONGEST_NAME = 5; // "event" and "retry"
    private static final int LONGEST_SMALL = 1_024;
    private static final byte[] LINE_END = {'\n'};
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Sink sink;
    private final Consumer<Excess> dropped;
    private final int longest;
    private final Growing data;
    private @Nullable Excess excess;
    private final Growing name = new Growing(LONGEST_NAME);
    private final Growing small = new Growing(LONGEST_SMALL);

    private At at = At.NAME;
    private Field field = Field.UNKNOWN;
    private int mark; // how much of a byte-order mark was there; 3 when that is decided
    private boolean afterReturn;
    private boolean emptyLine = true;
    private boolean nameTooLong;
    private boolean smallTooLong;
    private boolean anyData;
    private String event = "";
    private @Nullable String id; // of the event being read
    private @Nullable String lastId; // of the last event that was complete
    private @Nullable Long retryMillis;

    /**
     * Begins with a new stream.
     *
     * @param messages what the data of an event may take
     * @param dropped told of an event that could not be kept, when it is complete
     */
    SseParser(Allowance messages, Sink sink, Consumer<Excess> dropped) {
        this.sink = sink;
        this.dropped = dropped;
        this.longest = messages.longest();
        this.data = new Allowance(longest + 1, messages.room(), messages.quota()).growing(); // with its last line end
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
        var from = start(bytes);
        while (from < bytes.length) {
            if (afterReturn && bytes[from] == '\n') {
                from++;
            }
            afterReturn = false;
            var end = lineEnd(bytes, from);
            if (!part(bytes, from, end)) {
                return false;
            }
            from = end;
            if (end < bytes.length) {
                afterReturn = bytes[end] == '\r';
                from++;
                if (!endLine()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Steps over a byte-order mark, which counts at the very start only. */
    private int start(byte[] bytes) {
        var from = 0;
        while (mark < MARK.length && from < bytes.length) {
            if (bytes[from] != MARK[mark]) {
                // Half a mark is the start of a field nobody knows.
                nameTooLong = mark > 0;
                emptyLine = mark == 0;
                mark = MARK.length;
                return from;
            }
            mark++;
            from++;
        }
        return from;
    }

    private static int lineEnd(byte[] bytes, int from) {
        for (var i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                return i;
            }
        }
        return bytes.length;
    }

    /** A part of a line, without its end. */
    private boolean part(byte[] bytes, int from, int to) {
        if (from < to) {
            emptyLine = false;
        }
        var i = from;
        while (i < to && at != At.VALUE) {
            var b = bytes[i];
            if (at == At.NAME) {
                if (b == ':') {
                    field = named();
                    at = At.AFTER_COLON;
                } else if (!name.add(b)) {
                    nameTooLong = true;
                }
                i++;
            } else {
                at = At.VALUE;
                if (b == ' ') {
                    i++;
                }
            }
        }
        return value(bytes, i, to);
    }

    private boolean value(byte[] bytes, int from, int to) {
        if (from >= to) {
            return true;
        }
        return switch (field) {
            case UNKNOWN -> true;
            case DATA -> data(bytes, from, to);
            case EVENT, ID, RETRY -> {
                smallTooLong |= !small.add(bytes, from, to);
                yield true;
            }
        };
    }

    private boolean data(byte[] bytes, int from, int to) {
        var over = excess;
        if (over == null && data.add(bytes, from, to)) {
            return true;
        }
        if (over == null) {
            over = new Excess(longest, data);
            excess = over;
        }
        over.add(bytes, from, to);
        if (over.endless()) {
            // Where it has said its id already, the stream is resumed behind it: it would be endless again.
            lastId = id == null ? lastId : id;
            return false;
        }
        return true;
    }

    private Field named() {
        var text = nameTooLong ? "" : new String(name.take(), UTF_8);
        return switch (text) {
            case "data" -> Field.DATA;
            case "event" -> Field.EVENT;
            case "id" -> Field.ID;
            case "retry" -> Field.RETRY;
            default -> Field.UNKNOWN; // comments too: their name is empty
        };
    }

    private boolean endLine() {
        if (emptyLine) {
            dispatch();
        } else {
            if (at == At.NAME) {
                field = named(); // a field without a colon has an empty value
            }
            if (!endField()) {
                return false;
            }
        }
        name.take();
        small.take();
        at = At.NAME;
        field = Field.UNKNOWN;
        emptyLine = true;
        nameTooLong = false;
        smallTooLong = false;
        return true;
    }

    private boolean endField() {
        switch (field) {
            case DATA -> {
                anyData = true;
                return data(LINE_END, 0, 1);
            }
            case EVENT -> event = smallTooLong ? "?" : new String(small.take(), UTF_8);
            case ID -> {
                // One that is too long could not be given back; better none than a wrong one.
                var text = smallTooLong ? "" : new String(small.take(), UTF_8);
                id = text.indexOf('\0') < 0 ? text : id;
            }
            case RETRY -> {
                var text = smallTooLong ? "" : new String(small.take(), UTF_8);
                retryMillis = text.matches("[0-9]{1,9}") ? Long.valueOf(text) : retryMillis;
            }
            case UNKNOWN -> {}
        }
        return true;
    }

    private void dispatch() {
        if (id != null) {
            lastId = id;
        }
        var called = event.isEmpty() ? "message" : event;
        event = "";
        var over = excess;
        if (over != null) {
            excess = null;
            anyData = false;
            dropped.accept(over);
        } else if (anyData) {
            anyData = false;
            sink.event(called, data.take(data.length() - 1));
        }
    }
}
