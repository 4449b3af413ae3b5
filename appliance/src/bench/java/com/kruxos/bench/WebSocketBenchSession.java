package com.kruxos.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A cheap WebSocket client, so that the load is in the measured process. */
final class WebSocketBenchSession implements BenchSession {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    WebSocketBenchSession(int port, String key) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        out = socket.getOutputStream();
        out.write(("GET /mcp HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer "
                        + key + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("refused: " + head);
        }
        exchange(
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}");
    }

    @Override
    public void call(int id) throws IOException {
        var answer = exchange(
                "{\"jsonrpc\":\"2.0\",\"id\":" + id
                        + ",\"method\":\"tools/call\",\"params\":{\"name\":\"echo__echo\",\"arguments\":{\"text\":\"hello\"}}}");
        if (answer.length < 256) {
            throw new IOException("not an answer: " + new String(answer, StandardCharsets.UTF_8));
        }
    }

    /** Sends one masked text frame and reads one frame, skipping pings. */
    byte[] exchange(String text) throws IOException {
        var payload = text.getBytes(StandardCharsets.UTF_8);
        var wide = payload.length > 125;
        var frame = new byte[payload.length + (wide ? 8 : 6)];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | (wide ? 126 : payload.length));
        if (wide) {
            frame[2] = (byte) (payload.length >> 8);
            frame[3] = (byte) payload.length;
        }
        // A mask of zeros is allowed and costs nothing.
        System.arraycopy(payload, 0, frame, wide ? 8 : 6, payload.length);
        out.write(frame);
        while (true) {
            var opcode = in.readUnsignedByte() & 0x0F;
            var length = (long) (in.readUnsignedByte() & 0x7F);
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            var message = in.readNBytes((int) length);
            if (opcode == 1) {
                return message;
            }
            if (opcode == 8) {
                throw new IOException("closed");
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
