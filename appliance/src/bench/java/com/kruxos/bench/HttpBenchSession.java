package com.kruxos.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A cheap Streamable HTTP client on one connection. It reads only JSON responses. */
final class HttpBenchSession implements BenchSession {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final String head;
    private final String tool;
    private String session = "";

    /** @param key empty where none is needed */
    HttpBenchSession(int port, String key, String tool) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        out = socket.getOutputStream();
        this.tool = tool;
        head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\n"
                + (key.isEmpty() ? "" : "Authorization: Bearer " + key + "\r\n");
        exchange(
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                        + "\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}");
        exchange("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    @Override
    public void call(int id) throws IOException {
        var answer = exchange("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\""
                + tool + "\",\"arguments\":{\"text\":\"hello\"}}}");
        if (answer.length < 256) {
            throw new IOException("not an answer: " + new String(answer, StandardCharsets.UTF_8));
        }
    }

    /** Sends one message and reads the body of the response. */
    byte[] exchange(String text) throws IOException {
        out.write((head + session + "Content-Length: " + text.length() + "\r\n\r\n" + text)
                .getBytes(StandardCharsets.ISO_8859_1));
        var status = readLine();
        if (!status.startsWith("HTTP/1.1 20")) {
            throw new IOException("refused: " + status);
        }
        var length = 0;
        for (var header = readLine(); !header.isEmpty(); header = readLine()) {
            var name = header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT);
            if (name.equals("content-length")) {
                length = Integer.parseInt(header.substring(15).strip());
            } else if (name.equals("mcp-session-id") && session.isEmpty()) {
                session = header + "\r\n";
            }
        }
        return in.readNBytes(length);
    }

    /** Lists all tools; returns the number of pages. */
    int listAllPages() throws IOException {
        var cursor = "";
        var pages = 0;
        do {
            var page = new String(
                    exchange("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{" + cursor + "}}"),
                    StandardCharsets.ISO_8859_1);
            var at = page.indexOf("\"nextCursor\":\"");
            cursor = at < 0 ? "" : "\"cursor\":" + page.substring(at + 13, page.indexOf('"', at + 14) + 1);
            pages++;
        } while (!cursor.isEmpty());
        return pages;
    }

    @Override
    public void endSession() throws IOException {
        out.write((head.replaceFirst("POST", "DELETE") + session + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        readLine();
        close();
    }

    private String readLine() throws IOException {
        var line = new StringBuilder(64);
        while (true) {
            var next = in.read();
            if (next < 0) {
                throw new EOFException("closed");
            }
            if (next == '\n') {
                return line.toString();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
