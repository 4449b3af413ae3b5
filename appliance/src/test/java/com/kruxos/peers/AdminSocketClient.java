package com.kruxos.peers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the admin socket: HTTP/1.1 written by hand, one connection per request. */
public final class AdminSocketClient {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path home;
    private final @Nullable String token;

    public AdminSocketClient(Path home) {
        this(home, null);
    }

    private AdminSocketClient(Path home, @Nullable String token) {
        this.home = home;
        this.token = token;
    }

    /** A client that authenticates with a user token instead of as the process owner. */
    public AdminSocketClient withToken(String userToken) {
        return new AdminSocketClient(home, userToken);
    }

    public record AdminResponse(int status, String head, String body) {
        public JsonNode json() {
            return JSON.readTree(body);
        }
    }

    public AdminResponse get(String path) {
        return send("GET", path, null, "");
    }

    public AdminResponse post(String path, String json) {
        return send("POST", path, "application/json", json);
    }

    public AdminResponse delete(String path) {
        return send("DELETE", path, null, "");
    }

    public AdminResponse putSecret(String name, String value) {
        return send("PUT", "/secrets/" + name, "application/octet-stream", value);
    }

    public AdminResponse send(String method, String path, @Nullable String type, String body) {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var head = method + " /api/v1" + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + (type == null ? "" : "Content-Type: " + type + "\r\nContent-Length: " + bytes.length + "\r\n")
                + (token == null ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n";
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            write(channel, head.getBytes(StandardCharsets.UTF_8));
            write(channel, bytes);
            return response(read(channel));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path socket() throws IOException {
        var moved = home.resolve("run/admin.sock.path");
        return Files.exists(moved) ? Path.of(Files.readString(moved).strip()) : home.resolve("run/admin.sock");
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static byte[] read(SocketChannel channel) throws IOException {
        var out = new ByteArrayOutputStream();
        var buffer = ByteBuffer.allocate(16 << 10);
        while (channel.read(buffer.clear()) >= 0) {
            out.write(buffer.array(), 0, buffer.position());
        }
        return out.toByteArray();
    }

    private static AdminResponse response(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        var end = text.indexOf("\r\n\r\n");
        var head = text.substring(0, end);
        var body = text.substring(end + 4);
        if (head.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding: chunked")) {
            body = unchunked(body);
        }
        return new AdminResponse(Integer.parseInt(head.substring(9, 12)), head, body);
    }

    private static String unchunked(String body) {
        var out = new StringBuilder();
        var at = 0;
        while (true) {
            var line = body.indexOf("\r\n", at);
            var size = Integer.parseInt(body.substring(at, line), 16);
            if (size == 0) {
                return out.toString();
            }
            out.append(body, line + 2, line + 2 + size);
            at = line + 2 + size + 2;
        }
    }
}
