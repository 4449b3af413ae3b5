package com.kruxos.cli.shim;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One WebSocket, client's side. One thread receives; any may send. */
final class GatewayConnection implements AutoCloseable {
    static final int NORMAL = 1000;

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int NO_CODE = 1005;
    private static final int TOO_BIG = 1009;

    /** A server's message may have twice the most that {@code gateway.max_message} may be, and ours stand around it. */
    private static final int MAX_MESSAGE_BYTES = 136 << 20;

    private final Socket socket;
    private final InputStream in;
    private final Random random;
    private final int maxMessageBytes;
    private final ReentrantLock sendLock = new ReentrantLock();

    /** Of the receiving thread. */
    private int closeCode = 1006;

    private String closeReason = "";

    /** @param longest the most bytes the gateway takes in one message */
    GatewayConnection(Socket socket, InputStream in, Random random, int longest) {
        this.socket = socket;
        this.in = in;
        this.random = random;
        this.maxMessageBytes = longest;
    }

    /** The most bytes the gateway takes in one message; over it, it closes, and the calls of others are lost. */
    int maxMessageBytes() {
        return maxMessageBytes;
    }

    /**
     * The next message.
     *
     * @return null when the gateway closed; {@link #closeCode} says how
     * @throws IOException when the connection fell
     */
    byte @Nullable [] receive() throws IOException {
        @Nullable ByteArrayOutputStream parts = null;
        while (true) {
            var first = readByte();
            var length = readLength(readByte());
            switch (first & 0x0F) {
                case TEXT, CONTINUATION -> {
                    var size = parts == null ? 0 : parts.size();
                    if (length > MAX_MESSAGE_BYTES - size) {
                        sendClose(TOO_BIG);
                        throw new ProtocolException("a message is too large");
                    }
                    var payload = readExactly((int) length);
                    if ((first & 0x80) != 0 && parts == null) {
                        return payload;
                    }
                    parts = parts == null ? new ByteArrayOutputStream() : parts;
                    parts.writeBytes(payload);
                    if ((first & 0x80) != 0) {
                        return parts.toByteArray();
                    }
                }
                case PING -> sendPong(readControlPayload(length));
                case PONG -> readControlPayload(length);
                case CLOSE -> {
                    acceptClose(readControlPayload(length));
                    return null;
                }
                default -> throw new ProtocolException("the gateway sent a frame of an unknown kind");
            }
        }
    }

    /** Sends a message of text, which must be UTF-8: the gateway closes where it is not. */
    void send(byte[] text) throws IOException {
        sendLock.lock();
        try {
            socket.getOutputStream().write(frame(TEXT, text));
        } finally {
            sendLock.unlock();
        }
    }

    /** Says that we go; the gateway says so too, and {@link #receive} then ends. */
    void sendClose(int code) throws IOException {
        sendLock.lock();
        try {
            socket.getOutputStream().write(frame(CLOSE, new byte[] {(byte) (code >> 8), (byte) code}));
        } finally {
            sendLock.unlock();
        }
    }

    /** As the gateway gave it; 1006 when the connection fell without one. Of the receiving thread. */
    int closeCode() {
        return closeCode;
    }

    /** Of the receiving thread. */
    String closeReason() {
        return closeReason;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    private void acceptClose(byte[] payload) throws IOException {
        closeCode = payload.length < 2 ? NO_CODE : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        closeReason = payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        try {
            sendClose(NORMAL);
        } catch (IOException e) {
            // It no longer listens.
        }
    }

    /**
     * Not while a message is going out: then the gateway sees that we live, and waiting here would stop our reading.
     */
    private void sendPong(byte[] payload) throws IOException {
        if (sendLock.tryLock()) {
            try {
                socket.getOutputStream().write(frame(PONG, payload));
            } finally {
                sendLock.unlock();
            }
        }
    }

    private byte[] frame(int kind, byte[] payload) {
        var extra = payload.length < 126 ? 0 : payload.length < 1 << 16 ? 2 : 8;
        var frame = new byte[2 + extra + 4 + payload.length];
        frame[0] = (byte) (0x80 | kind);
        frame[1] = (byte) (0x80 | (extra == 0 ? payload.length : extra == 2 ? 126 : 127));
        for (var i = 0; i < extra; i++) {
            frame[2 + i] = (byte) ((long) payload.length >> (8 * (extra - 1 - i)));
        }
        var mask = new byte[4];
        random.nextBytes(mask);
        var start = 2 + extra;
        System.arraycopy(mask, 0, frame, start, 4);
        for (var i = 0; i < payload.length; i++) {
            frame[start + 4 + i] = (byte) (payload[i] ^ mask[i & 3]);
        }
        return frame;
    }

    private long readLength(int second) throws IOException {
        if ((second & 0x80) != 0) {
            throw new ProtocolException("a server's frame is never masked");
        }
        var bytes = (second & 0x7F) == 126 ? 2 : (second & 0x7F) == 127 ? 8 : 0;
        if (bytes == 0) {
            return second & 0x7F;
        }
        var length = 0L;
        for (var i = 0; i < bytes; i++) {
            length = (length << 8) | readByte();
        }
        if (length < 0) {
            throw new ProtocolException("a frame's length is negative");
        }
        return length;
    }

    private byte[] readControlPayload(long length) throws IOException {
        if (length > 125) {
            throw new ProtocolException("a control frame is too long");
        }
        return readExactly((int) length);
    }

    private byte[] readExactly(int length) throws IOException {
        var bytes = new byte[length];
        if (in.readNBytes(bytes, 0, length) != length) {
            throw new EOFException("the gateway went away");
        }
        return bytes;
    }

    private int readByte() throws IOException {
        var next = in.read();
        if (next < 0) {
            throw new EOFException("the gateway went away");
        }
        return next;
    }
}
